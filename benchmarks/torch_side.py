"""The other sides of the contests, in another Python: `python -m benchmarks.torch_side ROLE FOLDER`.

Needs PyTorch and transformers, and nothing of the course but `benchmarks.contest`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizerFast,
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from benchmarks.contest import THREADS, Answer, Predictor, Requests, peak_memory


class Classifier(nn.Module):
    """The encoder with the course's head: mean over real tokens, dropout 0.3, one logit."""

    def __init__(self, shared: Answer) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(shared["encoder"])
        # The course trains without dropout inside the encoder; here too, or the comparison would be of dropouts.
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        self.encoder = BertModel.from_pretrained(shared["encoder"], config=config, add_pooling_layer=False)
        self.dropout, self.logit = nn.Dropout(0.3), nn.Linear(config.hidden_size, 1)
        with torch.no_grad():
            self.logit.weight.copy_(torch.tensor([shared["kernel"]]))
            self.logit.bias.fill_(shared["bias"])
        self.examples = self.positions = 0

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None, labels: Any = None) -> Any:
        """Logits, and with labels also the loss."""
        given = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        vectors = self.encoder(**given).last_hidden_state
        weights = attention_mask[:, :, None].to(vectors.dtype)
        pooled = (vectors * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        logits = self.logit(self.dropout(pooled))[:, 0]
        if labels is None:
            return {"logits": logits}
        self.examples += len(labels)
        self.positions += input_ids.numel()
        loss = nn.functional.binary_cross_entropy_with_logits(logits, labels.to(logits.dtype))
        return {"loss": loss, "logits": logits}


class Stopwatch(TrainerCallback):
    """Halts the Trainer between two steps until the next request; the halt is not timed.

    A batch is fetched after the step before it has ended, so a turn holds as many fetches as steps.
    """

    def __init__(self, requests: Requests, model: Classifier) -> None:
        self.requests, self.model, self.left = requests, model, 0

    def wait(self, control: Any) -> None:
        """Read requests until one is to train; stop when there are no more."""
        while (request := self.requests.next()) is not None and request["what"] != "train":
            self.requests.answer()
        if request is None:
            control.should_training_stop = True
            return
        self.left, self.model.examples, self.model.positions = request["steps"], 0, 0
        self.begin = time.perf_counter()

    def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Wait before the first batch is fetched."""
        self.wait(control)

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Answer when the turn is over."""
        self.left -= 1
        if self.left:
            return
        self.requests.answer(**turn(self.begin, self.model))
        self.wait(control)


def turn(begin: float, model: Classifier) -> Answer:
    """What a turn came to."""
    return {"seconds": time.perf_counter() - begin, "examples": model.examples, "positions": model.positions,
            **peak_memory()}  # fmt: skip


def run_trainer(requests: Requests, shared: Answer, folder: Path, sampling: str) -> None:
    """Fine-tune with transformers' Trainer, tokenized beforehand, padded by its default collator."""
    settings = shared["settings"]
    tokenizer, model = BertTokenizerFast.from_pretrained(shared["encoder"]), Classifier(shared)
    encoded = tokenizer(shared["sentences"], truncation=True, max_length=128)
    examples = [
        {name: encoded[name][i] for name in encoded} | {"labels": label} for i, label in enumerate(shared["labels"])
    ]
    arguments = TrainingArguments(
        output_dir=str(folder / f"trainer-{sampling}"), num_train_epochs=settings["epochs"],
        per_device_train_batch_size=settings["batch_size"], learning_rate=settings["learning_rate"],
        weight_decay=settings["weight_decay"], max_grad_norm=settings["clip_norm"], adam_epsilon=shared["epsilon"],
        lr_scheduler_type="linear", warmup_steps=settings["warmup_share"], train_sampling_strategy=sampling,
        seed=settings["seed"], save_strategy="no", report_to="none", disable_tqdm=True, use_cpu=True,
        dataloader_pin_memory=False,
    )  # fmt: skip
    Trainer(
        model, arguments, data_collator=DataCollatorWithPadding(tokenizer), train_dataset=examples,
        processing_class=tokenizer, callbacks=[Stopwatch(requests, model)],
    ).train()  # fmt: skip


class Loop:
    """A plain PyTorch loop over the very batches that ours trains on."""

    def __init__(self, shared: Answer) -> None:
        self.shared, settings = shared, shared["settings"]
        self.tokenizer, self.model = BertTokenizerFast.from_pretrained(shared["encoder"]), Classifier(shared).train()
        decayed = [
            p for name, p in self.model.named_parameters()
            if p.ndim >= 2 and "embedding" not in name and "Norm" not in name
        ]  # fmt: skip
        known = {id(p) for p in decayed}
        rest = [p for p in self.model.parameters() if id(p) not in known]
        groups = [{"params": decayed, "weight_decay": settings["weight_decay"]}, {"params": rest, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=settings["learning_rate"], eps=shared["epsilon"], fused=True)
        self.plan = iter([batch for plan in shared["plans"] for batch in plan])
        total = sum(len(plan) for plan in shared["plans"])
        warmup = round(settings["warmup_share"] * total)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda n: min((n + 1) / max(warmup, 1), (total - n) / max(total - warmup, 1))
        )

    def train(self, request: Answer) -> Answer:
        """Take the steps that are asked for; sentences are tokenized as they come, as ours are."""
        self.model.examples = self.model.positions = 0
        begin = time.perf_counter()
        for _ in range(request["steps"]):
            chosen = next(self.plan)
            inputs = self.tokenizer(
                [self.shared["sentences"][i] for i in chosen], truncation=True, max_length=128, padding=True,
                pad_to_multiple_of=self.shared["settings"]["multiple"], return_tensors="pt",
            )  # fmt: skip
            labels = torch.tensor([self.shared["labels"][i] for i in chosen])
            self.optimizer.zero_grad()
            loss = self.model(**inputs, labels=labels)["loss"]
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), self.shared["settings"]["clip_norm"])
            self.optimizer.step()
            self.schedule.step()
            last = loss.item()
        return {**turn(begin, self.model), "loss": last}


def make_predictor(shared: Answer, onnx_file: Path | None) -> Predictor:
    """From text to probability, by PyTorch or, with a file for the exported model, by ONNX Runtime."""
    tokenizer, model = BertTokenizerFast.from_pretrained(shared["encoder"]), Classifier(shared).eval()
    session = onnx_session(model, tokenizer, onnx_file) if onnx_file else None

    def predict(sentences: list[str]) -> list[float]:
        as_type = "np" if session else "pt"
        inputs = tokenizer(sentences, truncation=True, max_length=128, padding=True, return_tensors=as_type)
        if session:
            logits = torch.from_numpy(session.run(None, dict(inputs))[0])
        else:
            with torch.inference_mode():
                logits = model(**inputs)["logits"]
        return torch.sigmoid(logits).tolist()

    def lengths(sentences: list[str]) -> list[int]:
        return [len(ids) for ids in tokenizer(sentences, truncation=True, max_length=128)["input_ids"]]

    return Predictor(shared["dev"], predict, lengths)


class Plain(nn.Module):
    """The classifier with tensors in and one tensor out, as an export wants it."""

    def __init__(self, model: Classifier) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Logits."""
        return self.model(input_ids, attention_mask, token_type_ids)["logits"]


def onnx_session(model: Classifier, tokenizer: Any, file: Path) -> Any:
    """Export to ONNX with both axes free, and load it in float32."""
    import onnxruntime

    example = dict(tokenizer(["a film", "a longer film"], padding=True, return_tensors="pt"))
    names = ("input_ids", "attention_mask", "token_type_ids")
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens")
    torch.onnx.export(
        Plain(model).eval(), tuple(example[name] for name in names), str(file), input_names=list(names),
        output_names=["logits"], dynamic_shapes=tuple({0: batch, 1: tokens} for _ in names), dynamo=True,
        external_data=False, verbose=False,
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def main(role: str, folder: Path) -> None:
    requests = Requests()
    torch.set_num_threads(THREADS)
    shared = json.loads((folder / "shared.json").read_text())
    torch.manual_seed(shared["settings"]["seed"])
    if role in ("random", "group_by_length"):
        run_trainer(requests, shared, folder, role)
    elif role == "loop":
        requests.serve({"ready": lambda request: {}, "train": Loop(shared).train})
    else:
        predicting = make_predictor(shared, folder / "model.onnx" if role == "onnx" else None)
        requests.serve({
            "ready": lambda request: {}, "one": predicting.time_one, "all": predicting.time_all,
            "probabilities": lambda request: {"values": predicting.all()},
        })  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

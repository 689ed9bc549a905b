"""The course in one list: its parts and chapters, in order, with what each promises, takes and needs.

README's table, the start page, `progress`, the links from chapter to chapter and the tests are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChapterEntry:
    """What is known of a chapter without reading it.

    Attributes
    ----------
    name : of its file: ``05-optimizers``
    label : how lists and links call it, without its number: ``Optimizers``
    title : the front matter's
    promise : ends the sentence "In this chapter you will …"
    minutes : a person who reads needs, at least and at most
    needs : names of the chapters whose results it uses
    is_draft : True while it stands in ``chapters/drafts/``: its exercises are judged, and no learner is led to it
    """

    name: str
    label: str
    title: str
    promise: str
    minutes: tuple[int, int]
    needs: tuple[str, ...] = ()
    is_draft: bool = False

    @property
    def number(self) -> str:
        """Two digits: ``05``."""
        return self.name.split("-", 1)[0]

    @property
    def stem(self) -> str:
        """The name of the chapter's place on every floor: ``optimizers``."""
        return self.name.split("-", 1)[1].replace("-", "_")

    @property
    def takes(self) -> str:
        """The time in words: ``60 to 90 minutes``."""
        least, most = self.minutes
        return f"{least} minutes" if least == most else f"{least} to {most} minutes"


@dataclass(frozen=True)
class Part:
    """A part of the course: its number, its title, its chapters in order."""

    number: str
    title: str
    chapters: tuple[ChapterEntry, ...]


PARTS = (
    Part("I", "Learning", (
        ChapterEntry(
            "00-start-here", "Start here", "Start here",
            "run a notebook, predict, answer, ask for a hint", (10, 10),
        ),
        ChapterEntry(
            "01-activations", "Activations", "Activations: the bend that makes a network more than a sum",
            "find out what a neuron does with its sum, and why some neurons stop learning", (60, 90), ("00-start-here",),
        ),
        ChapterEntry(
            "02-losses", "Losses", "Losses: what a network is told about its mistakes",
            "find out what a loss says when a model is sure and wrong, and which losses make honest probabilities pay",
            (60, 90), ("01-activations",),
        ),
        ChapterEntry(
            "03-backpropagation", "Backpropagation", "Backpropagation: forward to the loss, back to every weight",
            "follow a gradient back by hand, write an engine that differentiates any formula, and train a network of "
            "your own", (60, 90), ("01-activations",),
        ),
        ChapterEntry(
            "04-depth", "Depth", "Depth: what survives fifty layers",
            "find out what survives fifty layers, and derive the weights that a deep network starts with", (60, 90),
            ("01-activations", "03-backpropagation"),
        ),
        ChapterEntry(
            "05-optimizers", "Optimizers", "Optimizers: how far, and in which direction",
            "find out how far a step may go, write Adam and AdamW, and judge a race between optimizers fairly", (60, 90),
            ("01-activations",),
        ),
    )),
    Part("II", "Large models", (
        ChapterEntry(
            "07-gpu", "GPU", "The GPU: from nothing to a machine that computes",
            "find out what stands between a program and a GPU, how fast your machine could be, and what a training "
            "step holds", (75, 75), ("00-start-here", "05-optimizers"),
        ),
        ChapterEntry(
            "08-tokenization", "Tokenization", "Tokenization: from text to the numbers that a model reads",
            "write the tokenizer of a large model, and find out what padding and other languages cost", (60, 90),
            ("00-start-here",),
        ),
        ChapterEntry(
            "09-attention", "Attention", "Attention: a mean whose weights depend on what is asked",
            "derive attention, run your own on the weights of a real encoder, and find out what its weights explain",
            (75, 90), ("02-losses",),
        ),
        ChapterEntry(
            "10-transformer", "Transformer", "Transformer: build the encoder that the others download",
            "build the encoder piece by piece, load real weights into your own code, and pre-train a small one", (75, 90),
            ("00-start-here", "01-activations", "04-depth", "09-attention"),
        ),
        ChapterEntry(
            "11-bert", "BERT", "BERT: teach a language model to judge films",
            "teach a real encoder to tell praise from blame on real film reviews, and find out how far to trust it",
            (75, 90), ("00-start-here",),
        ),
        ChapterEntry(
            "13-comparison", "Comparison", "Small models, large models: when does which one win?",
            "put counted words and an encoder on the same sentences, and find out when small wins, when large wins, and "
            "what each answer costs", (60, 60), ("00-start-here",),
        ),
        ChapterEntry(
            "14-generation", "Generation", "Generation: one mask turns a reader into a writer",
            "train a small model that writes, beat counting with it, and find out why it repeats itself and what a large "
            "one costs", (75, 90), ("00-start-here", "09-attention", "10-transformer"),
        ),
        ChapterEntry(
            "15-scaling", "Scaling", "Scaling: what size costs, and what it buys",
            "count parameters and operations, and find out how far a scaling law carries", (30, 45),
            ("00-start-here", "10-transformer"), is_draft=True,
        ),
    )),
    Part("III", "Practice", (
        ChapterEntry(
            "22-economics", "Economics", "Economics: what an answer costs",
            "compute when an own model is cheaper than a rented one", (15, 15), ("00-start-here",), is_draft=True,
        ),
    )),
)  # fmt: skip

# What a chapter was called before; a learner's copy may still bear the name.
OLD_NAMES = {"06-comparison": "13-comparison", "13-generation": "14-generation"}


def all_chapters() -> tuple[ChapterEntry, ...]:
    """Return every chapter, in order, with the drafts."""
    return tuple(chapter for part in PARTS for chapter in part.chapters)


def published_chapters() -> tuple[ChapterEntry, ...]:
    """Return the chapters that learners are led to, in order."""
    return tuple(chapter for chapter in all_chapters() if not chapter.is_draft)

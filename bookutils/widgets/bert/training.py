"""Fine-tuning to look at while it runs, and a box for one's own sentence."""

from __future__ import annotations

import base64
import html
import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.core.settings import is_static
from bookutils.plots.bert import training as plots
from bookutils.plots.figure import BLUE, VERMILLION, alt_text, css_size, png, show

if TYPE_CHECKING:
    from bookutils.data.dataset import Dataset
    from bookutils.models.classifier.batching import MakeMask
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.training.history import History, Progress
    from bookutils.models.training.loop import Schedule
    from bookutils.models.training.settings import Settings

REDRAW_SECONDS = 1.0
EXAMPLES = (
    "a charming film that made me laugh and think",
    "two hours of my life that nobody will give back",
    "not bad at all",
    "it has its moments , but they are few",
)


def train_live(
    classifier: SentenceClassifier,
    data: Dataset,
    settings: Settings | None = None,
    *,
    again: bool = False,
    schedule: Schedule | None = None,
    make_mask: MakeMask | None = None,
) -> History:
    """Fine-tune before one's eyes, or bring back the run that is remembered.

    Parameters
    ----------
    classifier : its model is trained in place
    data : the training sentences with their labels
    settings, schedule, make_mask : as in `bookutils.models.training.loop.fine_tune`; in a test (``BOOKUTILS_QUICK``)
        one epoch on a slice
    again : train even when there is a remembered run

    Returns
    -------
    History. While it runs, curves, speed and time left are shown. Interrupting the kernel stops the run and
    keeps what was learnt; the same call goes on from there. What stays in the cell is the picture alone.

    Notes
    -----
    Taught in chapter 11.
    """
    from bookutils.models.training.runs import fine_tune_or_recall
    from bookutils.models.training.settings import Settings
    from bookutils.numerics.optimizers.schedules import warmup_linear

    settings = (settings or Settings()).for_this_run()
    epochs = settings.epochs
    view = None if is_static() else LiveView(_curves, lambda progress: status(progress, epochs))
    try:
        history, remembered = fine_tune_or_recall(
            classifier,
            data.sentences,
            data.labels,
            settings,
            again=again,
            make_mask=make_mask,
            schedule=schedule or warmup_linear,
            report=view.report if view else None,
        )
    except BaseException:
        if view:
            view.close()
        raise
    picture = _curves(history)
    if view:
        view.close()
    show(picture)
    if remembered:
        say(_("This run was remembered from an earlier start; train_live(…, again=True) trains anew."))
    say(history.sentence())
    return history


def _curves(history: History) -> Figure:
    return plots.training_curves(
        history.losses, history.learning_rates, history.epoch_ends, history.accuracies, history.total_steps
    )


class LiveView:
    """Curves and a bar; they appear with the first step, so that a remembered run shows none of them.

    There is no button to stop: a click reaches Python when the cell is done. Interrupting works everywhere.

    Parameters
    ----------
    curves : draws what has happened so far
    words : says where the run stands, in a line
    """

    def __init__(self, curves: Callable[[History], Figure], words: Callable[[Progress], str]) -> None:
        self.curves, self.say = curves, words
        self.box: Any = None
        self.drawn = -math.inf

    def report(self, progress: Progress) -> None:
        """Draw again, at most once a second."""
        if time.monotonic() - self.drawn >= REDRAW_SECONDS or progress.step == progress.total_steps:
            self._draw(progress)
            self.drawn = time.monotonic()

    def _draw(self, progress: Progress) -> None:
        if self.box is None:
            self._open(progress)
        self.bar.value = progress.step
        self.words.value = f'<div aria-live="off">{html.escape(self.say(progress))}</div>'
        self.picture.value = as_html(self.curves(progress.history))

    def _open(self, progress: Progress) -> None:
        import ipywidgets as widgets
        from IPython.display import display

        self.bar = widgets.IntProgress(
            min=0, max=progress.total_steps, description=_("Training"), layout={"width": "320px"}
        )
        self.words = widgets.HTML()
        self.picture = widgets.HTML()
        self.box = widgets.VBox([self.bar, self.words, self.picture])
        self.handle = display(self.box, display_id=True)

    def close(self) -> None:
        """Take the live view out of the cell: stored, it would be an error after a restart."""
        if self.box is None:
            return
        if self.handle is not None:
            self.handle.update({"text/plain": ""}, raw=True)
        for part in (*self.box.children, self.box):
            part.close()
        self.box = None


def status(progress: Progress, epochs: int) -> str:
    """Say where a run stands, in a line."""
    line = _("Step {step} of {total}, epoch {epoch} of {epochs}.").format(
        step=progress.step, total=progress.total_steps, epoch=progress.epoch, epochs=epochs
    )
    if progress.examples_per_second > 0:
        line += " " + _("{speed:.0f} sentences a second.").format(speed=progress.examples_per_second)
    if math.isfinite(progress.seconds_left) and progress.step < progress.total_steps:
        line += " " + _("Left: {time}.").format(time=in_words(progress.seconds_left))
    return line + " " + _("Interrupt the kernel (■) to stop; the cell goes on from there when it is run again.")


def in_words(seconds: float) -> str:
    """Say a time as roughly as it is known.

    >>> in_words(312), in_words(61), in_words(42)
    ('about 5 minutes', 'about a minute', 'less than a minute')
    """
    minutes = round(seconds / 60)
    if minutes > 1:
        return _("about {minutes} minutes").format(minutes=minutes)
    return _("about a minute") if seconds >= 60 else _("less than a minute")


def as_html(figure: Figure) -> str:
    """Return a figure as an <img> with its alt text, for an HTML widget that changes often."""
    width, _height = css_size(figure)
    content = base64.b64encode(png(figure, fast=True)).decode("ascii")
    alt = html.escape(alt_text(figure), quote=True)
    return f'<img src="data:image/png;base64,{content}" alt="{alt}" style="width:{width}px;max-width:100%">'


def sentence_box(classifier: SentenceClassifier, examples: Sequence[str] = EXAMPLES) -> None:
    """Show a box for a sentence of one's own; Enter or the button says how positive the classifier finds it.

    Parameters
    ----------
    classifier : its `predict_proba` is asked
    examples : shown as a picture while notebooks are built; the first one stands in the box

    Notes
    -----
    Taught in chapter 11.
    """
    if is_static():
        show(plots.probability_bars(examples, classifier.predict_proba(examples)))
        return
    from IPython.display import display

    display(_make_sentence_box(classifier, examples[0] if examples else ""))


def _make_sentence_box(classifier: SentenceClassifier, first: str) -> Any:
    import ipywidgets as widgets

    text = widgets.Text(
        value=first,
        description=_("Sentence:"),
        continuous_update=False,
        layout={"width": "min(100%, 560px)"},
        placeholder=_("What did you think of the film?"),
    )
    button = widgets.Button(description=_("Ask"), tooltip=_("Ask the classifier about this sentence"))
    answer = widgets.HTML()

    def ask(_change: Any = None) -> None:
        sentence = text.value.strip()
        if not sentence:
            answer.value = html.escape(_("Type a sentence and press Enter."))
            return
        probability = float(classifier.predict_proba([sentence])[0])
        answer.value = answer_html(probability, classifier.tokenizer.pieces(sentence))

    text.observe(ask, names="value")  # Enter, or leaving the box
    button.on_click(ask)
    ask()
    return widgets.VBox([widgets.HBox([text, button], layout={"flex_flow": "row wrap"}), answer])


def answer_html(probability: float, pieces: Sequence[str]) -> str:
    """Return the classifier's answer: words first, a bar beside them, then what it has read."""
    share = round(100 * probability)
    words = verdict_words(probability)
    read = html.escape(" ".join(pieces))
    colour = BLUE if probability > 0.5 else VERMILLION
    return (
        f'<div role="status" style="max-width:560px;line-height:1.5"><strong>{html.escape(words)}</strong>'
        f'<div aria-hidden="true" style="border:1px solid currentColor;border-radius:4px;height:14px;margin:4px 0">'
        f'<div style="width:{share}%;height:100%;background:{colour};border-radius:3px 0 0 3px"></div></div>'
        f'<span style="opacity:.8">{html.escape(_("It read:"))} <code>{read}</code></span></div>'
    )


def verdict_words(probability: float) -> str:
    """Put a probability into words.

    >>> verdict_words(0.97)
    'Positive: 97 in 100 that this is praise.'
    >>> verdict_words(0.52)
    'Undecided: 52 in 100 that this is praise.'
    """
    share = round(100 * probability)
    verdict = _("Undecided") if 40 <= share <= 60 else _("Positive") if share > 60 else _("Negative")
    return _("{verdict}: {share} in 100 that this is praise.").format(verdict=verdict, share=share)

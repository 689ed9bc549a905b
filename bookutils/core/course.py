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
        return stem_of(self.name)

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
    Part(
        "I",
        "Learning",
        (
            ChapterEntry(
                name="00-start-here",
                label="Start here",
                title="Start here",
                promise="run a notebook, predict, answer, ask for a hint",
                minutes=(10, 10),
            ),
            ChapterEntry(
                name="01-activations",
                label="Activations",
                title="Activations: the bend that makes a network more than a sum",
                promise="find out what a neuron does with its sum, and why some neurons stop learning",
                minutes=(60, 90),
                needs=("00-start-here",),
            ),
            ChapterEntry(
                name="02-losses",
                label="Losses",
                title="Losses: what a network is told about its mistakes",
                promise=(
                    "find out what a loss says when a model is sure and wrong, and which losses make "
                    "honest probabilities pay"
                ),
                minutes=(60, 90),
                needs=("01-activations",),
            ),
            ChapterEntry(
                name="03-backpropagation",
                label="Backpropagation",
                title="Backpropagation: forward to the loss, back to every weight",
                promise=(
                    "follow a gradient back by hand, write an engine that differentiates formulas, and "
                    "train a network with it"
                ),
                minutes=(60, 90),
                needs=("01-activations",),
            ),
            ChapterEntry(
                name="04-depth",
                label="Depth",
                title="Depth: what survives fifty layers",
                promise=("find out what survives fifty layers, and derive the weights that a deep network starts with"),
                minutes=(60, 90),
                needs=("01-activations", "03-backpropagation"),
            ),
            ChapterEntry(
                name="05-optimizers",
                label="Optimizers",
                title="Optimizers: how far, and in which direction",
                promise=(
                    "find out how far a step may go, write Adam and AdamW, and judge a race between optimizers fairly"
                ),
                minutes=(60, 90),
                needs=("01-activations",),
            ),
        ),
    ),
    Part(
        "II",
        "Large models",
        (
            ChapterEntry(
                name="07-gpu",
                label="GPU",
                title="The GPU: from nothing to a machine that computes",
                promise=(
                    "find out what stands between a program and a GPU, how fast your machine could be, "
                    "and what a training step holds"
                ),
                minutes=(75, 75),
                needs=("00-start-here", "05-optimizers"),
            ),
            ChapterEntry(
                name="08-tokenization",
                label="Tokenization",
                title="Tokenization: from text to the numbers that a model reads",
                promise=("write the tokenizer of a large model, and find out what padding and other languages cost"),
                minutes=(60, 90),
                needs=("00-start-here",),
            ),
            ChapterEntry(
                name="09-attention",
                label="Attention",
                title="Attention: a mean whose weights depend on what is asked",
                promise=(
                    "derive attention, run your own on the weights of a real encoder, and find out what "
                    "its weights explain"
                ),
                minutes=(75, 90),
                needs=("02-losses",),
            ),
            ChapterEntry(
                name="10-transformer",
                label="Transformer",
                title="Transformer: build the encoder that the others download",
                promise=(
                    "build the encoder piece by piece, load real weights into your own code, and pre-train a small one"
                ),
                minutes=(75, 90),
                needs=("00-start-here", "01-activations", "04-depth", "09-attention"),
            ),
            ChapterEntry(
                name="11-bert",
                label="BERT",
                title="BERT: teach a language model to judge films",
                promise=("teach a real encoder to tell positive film reviews from negative ones"),
                minutes=(75, 90),
                needs=("00-start-here",),
            ),
            ChapterEntry(
                name="12-evaluation",
                label="Evaluation",
                title="Evaluation: how far can it be trusted?",
                promise=(
                    "find out what an accuracy hides: luck, errors of two kinds, promises that are not kept, "
                    "and sentences from elsewhere"
                ),
                minutes=(60, 90),
                needs=("02-losses", "11-bert"),
            ),
            ChapterEntry(
                name="13-comparison",
                label="Comparison",
                title="Small models, large models: when does which one win?",
                promise=(
                    "put counted words and an encoder on the same sentences, and find out when small "
                    "wins, when large wins, and what each answer costs"
                ),
                minutes=(60, 60),
                needs=("00-start-here",),
            ),
            ChapterEntry(
                name="14-generation",
                label="Generation",
                title="Generation: one mask turns a reader into a writer",
                promise=(
                    "train a small model that writes, beat counting with it, and find out why it repeats "
                    "itself and what a large one costs"
                ),
                minutes=(75, 90),
                needs=("00-start-here", "09-attention", "10-transformer"),
            ),
            ChapterEntry(
                name="15-scaling",
                label="Scaling",
                title="Scaling: what size costs, and what it buys",
                promise="count parameters and operations, and find out how far a scaling law carries",
                minutes=(30, 45),
                needs=("00-start-here", "10-transformer"),
                is_draft=True,
            ),
        ),
    ),
    Part(
        "III",
        "Practice",
        (
            ChapterEntry(
                name="22-economics",
                label="Economics",
                title="Economics: what an answer costs",
                promise="compute when an own model is cheaper than a rented one",
                minutes=(15, 15),
                needs=("00-start-here",),
                is_draft=True,
            ),
        ),
    ),
)

# What a chapter was called before; a learner's copy may still bear the name.
OLD_NAMES = {"06-comparison": "13-comparison", "13-generation": "14-generation"}


def stem_of(name: str) -> str:
    """Return what a chapter is called on every floor: ``05-optimizers`` is ``optimizers``.

    >>> stem_of("00-start-here")
    'start_here'
    """
    return name.partition("-")[2].replace("-", "_")


def all_chapters() -> tuple[ChapterEntry, ...]:
    """Return every chapter, in order, with the drafts."""
    return tuple(chapter for part in PARTS for chapter in part.chapters)


def published_chapters() -> tuple[ChapterEntry, ...]:
    """Return the chapters that learners are led to, in order."""
    return tuple(chapter for chapter in all_chapters() if not chapter.is_draft)

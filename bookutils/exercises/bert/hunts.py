"""Exercises of chapter 11: a printed listing in which one line is right, optional."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, choice

LISTING_HUNT = choice(
    "listing_hunt",
    _("Which line of the printed listing can stay as it is?"),
    {
        "a": Option(
            _("line a"),
            _(
                "The handle ends in /1 and names a module in the format of TensorFlow 1. It was never made to be "
                "trained as a layer of Keras. Modules in the later format have `bert_en_` in their names."
            ),
        ),
        "b": Option(
            _("line b"),
            _(
                "The vocabulary is that of the cased model, and the encoder is uncased: the same ids mean other words. "
                "And lower-casing a text for a cased vocabulary is a third thing that does not match."
            ),
        ),
        "c": Option(
            _("line c"),
            _(
                "By default, `pad_sequences` fills up and cuts off at the front: [CLS] is no longer in place 0, and a "
                "long sentence loses it. Every sentence is 128 wide besides."
            ),
        ),
        "d": Option(
            _("line d"),
            _("The encoder gets ids alone. No mask is made, so padding counts as words, and nothing complains."),
        ),
        "e": Option(
            _("line e"),
            _("Dropout, then one unit without an activation: it gives a logit, and line f takes one."),
            right=True,
        ),
        "f": Option(
            _("line f"),
            _(
                "0.001 is the usual rate for a network that starts from nothing, some twenty times what these weights "
                "bear; and there is no warm-up."
            ),
        ),
    },
    hints=(
        _("Go through it in the chapter's order: which encoder, which vocabulary, which places count, which rate?"),
        _("Lines a and b must name the same model. Lines c and d must say where the words are."),
    ),
)

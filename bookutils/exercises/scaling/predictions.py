"""The predictions of chapter 15."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.judging.model import Option, Prediction

MORE_HEADS = Prediction(
    "more_heads",
    _(
        "BERT-base has 12 attention heads in a layer. With 24 of them, and nothing else changed, how many "
        "parameters does it have?"
    ),
    {
        "a": Option(
            _("Twice as many in its attention layers."),
            _("That would be so if each head were as wide as before. But the heads share the width of 768."),
        ),
        "b": Option(
            _("As many as before."),
            _("24 heads of 32 columns are 768 columns, just as 12 heads of 64 are."),
            right=True,
        ),
        "c": Option(
            _("Fewer, since each head is smaller."),
            _("Each is half as wide, and there are twice as many: the products are the same."),
        ),
    },
)

ROUNDED_FIT = Prediction(
    "rounded_fit",
    _(
        "Chinchilla has 70 billion parameters, chosen to be best for its budget of 5.76·10²³ operations. Minimise "
        "its authors' own printed law for this budget. What comes out?"
    ),
    {
        "a": Option(
            _("70 billion, of course."),
            _("So one would hope. The size was chosen by two other methods; the printed law has rounded exponents."),
        ),
        "b": Option(
            _("Less than half of that."),
            _(
                "32 billion. The minimum is so flat that half a unit of the last digit of the exponents moves it by "
                "nearly half as much again, while the loss hardly changes."
            ),
            right=True,
        ),
        "c": Option(
            _("About 280 billion, as its predecessor had."),
            _("That was the error which the law was to mend: Gopher was too large for its text."),
        ),
    },
)

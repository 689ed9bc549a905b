"""The SMS Spam Collection: short messages, few of them spam (Almeida and Hidalgo 2011)."""

from __future__ import annotations

from bookutils.data.dataset import Dataset
from bookutils.data.source import DataFile, DataSource, load_split

SMS_SPAM = DataSource(
    name="sms_spam",
    title="SMS Spam Collection",
    terms="Almeida and Hidalgo 2011, CC BY 4.0; see https://archive.ics.uci.edu/dataset/228",
    files={
        "all": DataFile(
            "sms_spam/sms.tsv",
            "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
            ("https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip",),
            member="SMSSpamCollection",
        ),
    },
    labels={"ham": 0, "spam": 1},
    classes=("ham", "spam"),
    label_column=0,
    sample={},
)


def load_sms_spam(*, progress: bool = True) -> Dataset:
    """Load 5,574 text messages, labelled 0 (ham, 4,827) or 1 (spam, 747).

    Parameters
    ----------
    progress : whether a download shows itself

    Raises
    ------
    DataError, DownloadError
        See `bookutils.data.source.load_splits`. The course ships no sample of this set.

    Notes
    -----
    Used in the chapter on imbalance. It comes in one piece: split it yourself, stratified.
    """
    return load_split(SMS_SPAM, "all", progress=progress)

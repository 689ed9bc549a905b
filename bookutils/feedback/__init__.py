"""The learner's side: `check`, `hint`, `predict`, `recall` and `progress`."""

from bookutils.feedback.checking import CheckResult, check, hint
from bookutils.feedback.predictions import predict, recall
from bookutils.feedback.progress import progress

__all__ = ["CheckResult", "check", "hint", "predict", "progress", "recall"]

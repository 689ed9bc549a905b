"""The learner's side: `check`, `hint`, `predict`, `recall` and `progress`; and whether notebook and package fit."""

from bookutils.feedback.checking import CheckResult, check, hint
from bookutils.feedback.predictions import predict, recall
from bookutils.feedback.progress import progress
from bookutils.feedback.versions import made_for

__all__ = ["CheckResult", "check", "hint", "made_for", "predict", "progress", "recall"]

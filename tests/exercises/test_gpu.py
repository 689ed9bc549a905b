"""Do the exercises of chapter 07 agree with the doctor, with arithmetic and with NumPy?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.devices.symptoms.diagnosis import diagnose
from bookutils.exercises.gpu.logs import DIAGNOSE_LOG, RECIPE_HUNT
from bookutils.judging.judge import plan_calls
from bookutils.numerics.gpu.rates import FakeDevice, find_machine, step_seconds
from bookutils.text.gpu import diagnose_log


@pytest.mark.parametrize("seed", range(5))
def test_the_doctor_reads_the_logs_as_the_exercise_does(seed):
    """Is the cause of every log that is drawn the one that the doctor names, and no other?"""
    for call in plan_calls(DIAGNOSE_LOG, seed):
        (log,) = call.arguments
        causes = {cause.name for cause in diagnose(log)}
        assert causes == {diagnose_log(log)} - {"nothing"}, log


def test_every_cause_is_asked_for():
    """Are all eight words among the right answers?"""
    right = {diagnose_log(*call.arguments) for call in plan_calls(DIAGNOSE_LOG, 0)}
    assert len(right) == 8


def test_what_the_predictions_claim_is_true():
    """Do the fake device, the model of a batch and float16 do what is said?"""
    device = FakeDevice(500_000, 0, 10_000)
    start = device.clock()
    device.run()
    assert device.clock() - start == 10_000
    one, many = step_seconds([1, 32], 1024, 1024, find_machine("T4"))
    assert many / one < 1.1
    weight = np.float16(1.0)
    for _unused in range(1000):
        weight = np.float16(weight + np.float16(0.0004))
    assert weight == 1


def test_the_recipe_names_a_cause_that_the_doctor_knows():
    """Does the doctor find the missing library in the recipe's last words, and is one line right?"""
    assert [key for key, option in RECIPE_HUNT.options.items() if option.right] == ["d"]
    words = (
        "Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot open shared object file"
    )
    assert [cause.name for cause in diagnose(words)] == ["missing-libraries"]

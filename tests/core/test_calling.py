"""Calling an answer: whatever it does, an outcome comes back."""

import signal
import sys
import threading
import warnings

import numpy as np
import pytest

from bookutils.core.calling import run_calls


def statuses(answer, seconds=0.3, calls=2):
    return [outcome.status for outcome in run_calls(answer, [(np.ones(2),)] * calls, seconds)]


def test_a_value_comes_back_as_plain_data():
    """Does the outcome hold the value and the inputs after the call?"""

    def answer(x):
        x[0] = 7.0
        return x.sum(), [1, 2]

    given = np.ones(3)
    (outcome,) = run_calls(answer, [(given,)], 1.0)
    assert outcome.value == [9.0, [1, 2]]
    assert outcome.inputs[0].tolist() == [7.0, 1.0, 1.0]
    assert given.tolist() == [1.0, 1.0, 1.0]


def test_an_endless_loop_is_stopped_and_the_rest_skipped():
    """Does a loop without end cost only its time limit?"""

    def answer(x):
        while True:
            pass

    assert statuses(answer, calls=3) == ["timeout", "skipped", "skipped"]


def test_an_endless_loop_that_catches_everything_is_stopped():
    """Does `except:` inside the loop make it immortal?"""

    def answer(x):
        while True:
            try:
                for _unused in range(1000):
                    pass
            except Exception:
                pass

    assert statuses(answer)[0] == "timeout"


def test_an_endless_generator_is_not_run():
    """Is a generator named as what it is, instead of being read for ever?"""

    def answer(x):
        while True:
            yield x

    (outcome,) = run_calls(answer, [(1,)], 0.3)
    assert outcome.value.name == "a generator"


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), MemoryError(), GeneratorExit(), BaseException("x")])
def test_every_exception_is_written_down(error):
    """Is there anything that an answer can raise past us?"""

    def answer(x):
        raise error

    (outcome,) = run_calls(answer, [(1,)], 1.0)
    assert (outcome.status, outcome.error.kind) == ("raised", type(error).__name__)
    assert outcome.error.line == "raise error"


def test_recursion_without_end_is_an_exception_like_others():
    """Does a function that calls itself for ever end in an outcome?"""

    def answer(x):
        return answer(x)

    (outcome,) = run_calls(answer, [(1,)], 5.0)
    assert outcome.error.kind == "RecursionError"


def test_an_interrupt_ends_the_answer_not_the_caller():
    """Is Kernel -> Interrupt reported as an outcome?"""

    def answer(x):
        raise KeyboardInterrupt

    assert statuses(answer) == ["interrupted", "skipped"]


def test_prints_and_warnings_stay_away(capsys):
    """Does an answer that prints and warns leave no trace, and lose nothing?"""

    def answer(x):
        print("hello" * 100_000)
        sys.stderr.write("trouble")
        warnings.warn("careful", stacklevel=1)
        return np.log(np.zeros(1))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (outcome,) = run_calls(answer, [(1,)], 5.0)
    assert outcome.status == "returned"
    assert capsys.readouterr() == ("", "")


def test_the_limit_holds_without_signals_too():
    """Is a loop stopped where there is no SIGALRM: in a thread, as on Windows?"""
    found = []

    def answer(x):
        while True:
            pass

    thread = threading.Thread(target=lambda: found.extend(statuses(answer)))
    thread.start()
    thread.join(20)
    assert found == ["timeout", "skipped"]


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="Windows has no alarm")
def test_the_alarm_of_somebody_else_survives():
    """Is the learner's own signal handler back in place afterwards?"""

    def ring(signum, frame):
        raise AssertionError

    before = signal.signal(signal.SIGALRM, ring)
    try:
        run_calls(lambda x: x, [(1,)], 1.0)
        assert signal.getsignal(signal.SIGALRM) is ring
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGALRM, before)

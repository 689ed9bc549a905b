"""Ctrl-C at a moment that suits: is the block whole, and the interruption not lost?"""

import signal
import threading

import pytest

from bookutils.core.interrupts import interrupts_held


@pytest.fixture(autouse=True)
def python_s_own_handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_block_is_not_cut_in_two():
    """Does the interruption come after the block, once, and is the handler the old one then?"""
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts_held():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        done.append("whole")
    assert done == ["whole"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_in_the_block_is_the_one_that_is_raised():
    """Is the block's own error told, and the handler put back?"""
    with pytest.raises(ZeroDivisionError), interrupts_held():
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_beside_the_main_thread_the_block_just_runs():
    """Where no signal arrives, is nothing changed?"""
    done = []

    def work():
        with interrupts_held():
            done.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [signal.default_int_handler]

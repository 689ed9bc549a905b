"""The worker processes of one run: who grades what, what is tried again alone, and what to do when one dies."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from bookutils.core.messages import _
from bookutils.grading.model import NOT_GRADED, Result, Submission
from bookutils.grading.worker import Graded, Setting, grade_here, start_worker

_TICK = 0.05  # seconds between looks at what else is to be done
_WAITING = 2  # submissions handed out for each worker


class Pool:
    """Worker processes, used as a context manager.

    When one dies, what was under way is tried once more, each submission alone, and then all goes on. What the machine
    stopped, and not a limit, is tried again alone when all others are done.

    Parameters
    ----------
    workers : how many
    setting : what they need to know
    """

    def __init__(self, workers: int, setting: Setting) -> None:
        self._workers, self._setting = workers, setting
        self._executor = self._start(workers)
        self._running: dict[Future[Graded], Submission] = {}
        self._suspects: deque[Submission] = deque()
        self._crowded: deque[Submission] = deque()
        self._alone = False

    def _start(self, workers: int) -> ProcessPoolExecutor:
        # Not forked: a fork would inherit what this process has open.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, context, start_worker, (self._setting,))

    def submit(self, item: Submission, alone: bool = False) -> None:
        """Hand out a submission.

        Parameters
        ----------
        item : the submission
        alone : nothing else is graded until it is done
        """
        alone = alone or self._workers == 1
        self._running[self._executor.submit(grade_here, item, alone)] = item

    def __len__(self) -> int:
        return len(self._running) + len(self._suspects) + len(self._crowded)

    @property
    def has_room(self) -> bool:
        """Whether another one may be handed out."""
        return not self._alone and len(self._running) < self._workers * _WAITING

    def finished(self, tend: Callable[[], None]) -> list[tuple[Submission, Graded]]:
        """Wait until something is finished.

        Parameters
        ----------
        tend : is called again and again meanwhile

        Returns
        -------
        what is finished; empty when it is to be tried again
        """
        while not (done := [future for future in self._running if future.done()]):
            tend()
            if not self._running:
                self.submit((self._suspects or self._crowded).popleft(), alone=True)
            wait(self._running, _TICK, FIRST_COMPLETED)
        results, broken = [], []
        for future in done:
            item = self._running.pop(future)
            try:
                graded = future.result()
            except BrokenProcessPool:
                broken.append(item)
                continue
            if graded.crowded:
                self._crowded.append(item)
            else:
                results.append((item, graded))
        if broken:
            results += self._replace(broken)
        elif self._alone and not self._running and not self._suspects:
            self._restart(alone=False)
        return results

    def _replace(self, broken: list[Submission]) -> list[tuple[Submission, Graded]]:
        """Start new workers. The submission that was alone with a dying one is to blame; of several none is yet."""
        broken += self._running.values()
        self._running.clear()
        results = []
        if self._alone:
            reason = _("The process that grades it ended twice: for want of memory, or because it could not be read.")
            for item in broken:
                result = Result(item.learner, item.chapter, item.name, NOT_GRADED, reason=reason, id=item.id)
                results.append((item, Graded(result)))
        else:
            self._suspects += broken
        self._restart(alone=bool(self._suspects))
        return results

    def _restart(self, alone: bool) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._alone = alone
        self._executor = self._start(1 if alone else self._workers)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_error: object) -> None:
        processes = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()

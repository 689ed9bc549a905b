"""The program is ended, limits are ignored, and more is taken than anybody needs."""

from tests.hostile.attack import Attack, answer

_FOREVER = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
_TIME = r"the time|still running"

EXIT = (
    Attack("sys.exit in a cell", before=("import sys\nsys.exit(0)",)),
    Attack("os._exit in a cell", before=("import os\nos._exit(0)",), after=("os._exit(3)",)),
    Attack("os._exit in an answer", answer("os._exit(0)", "import os"), says={"dead_fraction": "ended the whole"}),
    Attack("SystemExit in an answer", answer("raise SystemExit(0)"), says={"dead_fraction": "SystemExit"}),
    Attack("KeyboardInterrupt in an answer", answer("raise KeyboardInterrupt"), says={"dead_fraction": "interrupted"}),
    Attack("an exit in each of forty cells", before=("import os\nos._exit(1)",) * 40),
    Attack("an exit at the end of everything", before=("import atexit, os\natexit.register(lambda: os._exit(0))",)),
    Attack(
        "signals to all that can be reached",
        before=(
            "import os, signal\nfor number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):\n"
            "    for pid in (-1, 0, 1, os.getppid(), @GRADER@, *range(2, 400)):\n"
            "        if pid not in (os.getpid(), 0) or number != signal.SIGSTOP:\n"
            "            try: os.kill(pid, number)\n            except OSError: pass",
        ),
    ),
    Attack("SIGSTOP to itself", before=("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",)),
    Attack("an abort", before=("import os\nos.abort()",)),
    Attack("a wrong address", answer("return ctypes.string_at(0)", "import ctypes"),
           says={"dead_fraction": "ended the whole"}),
    Attack(
        "a stack without end",
        answer(
            "sys.setrecursionlimit(10 ** 9)\nreturn fall(0)",
            "import sys, functools\ndef fall(n):\n    return functools.reduce(lambda a, b: fall(n + 1), [1, 2])",
        ),
    ),
    Attack("raising what cannot be raised twice", answer(
        "raise Odd()",
        "class Meta(type):\n    __name__ = property(lambda self: os._exit(0))\nimport os\n"
        "class Odd(Exception, metaclass=Meta):\n    def __str__(self): os._exit(0)",
    )),
    Attack(
        "a child that goes on as the parent",
        before=("import os\nif os.fork() != 0: os._exit(0)",),
    ),
    Attack(
        "closed descriptors",
        before=("import os\nfor n in range(256):\n    try: os.close(n)\n    except OSError: pass",),
    ),
    Attack("closed descriptors in an answer", answer("os.closerange(0, 256)\nreturn 0.123", "import os")),
)  # fmt: skip

LOOPS = (
    Attack("a cell that catches everything", before=(_FOREVER,)),
    Attack("an answer that catches everything", answer(_FOREVER), says={"dead_fraction": _TIME}),
    Attack(
        "alarms ignored",
        before=(
            "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
            "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nwhile True: pass",
        ),
    ),
    Attack(
        "an alarm of its own for later cells",
        before=(
            "import signal\ndef ring(*_): raise KeyboardInterrupt('mine')\nsignal.signal(signal.SIGALRM, ring)\n"
            "old, signal.signal = signal.signal, lambda *a: None\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\n"
            "old_timer, signal.setitimer = signal.setitimer, lambda *a: None",
        ),
    ),
    Attack("a pattern that never matches", before=("import re\nre.match('(a|a)*b', 'a' * 60)",)),
    Attack("a number that is never finished", answer("return len(str(9 ** 9 ** 8)) * 0 + 1.5"),
           says={"dead_fraction": _TIME}),
    Attack("a sum in C", before=("sum(range(10 ** 14))",)),
    Attack("a sleep in another program", before=("!sleep 500 # @MARK@",)),
    Attack(
        "an error whose text takes for ever",
        before=(
            "class Odd(Exception):\n    def __str__(self):\n        while True:\n            try:\n"
            "                while True: pass\n            except BaseException: pass\nraise Odd",
        ),
    ),
    Attack("a list without end", answer("return [lazy()]", (
        "class lazy:\n    def __array__(self, *a, **k):\n        while True:\n            try:\n"
        "                while True: pass\n            except BaseException: pass"
    )), says={"dead_fraction": _TIME}),
    Attack(
        "busy threads for all that follows",
        before=(
            "import threading\ndef spin():\n    while True: pass\n"
            "for n in range(20): threading.Thread(target=spin, daemon=True).start()",
        ),
    ),
    Attack("a deadlock", before=("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",)),
    Attack("the import lock kept", before=(
        "import threading, _imp, time\ndef keep():\n    _imp.acquire_lock()\n    time.sleep(600)\n"
        "threading.Thread(target=keep, daemon=True).start()\ntime.sleep(0.05)",
    )),
    Attack("a slow cell, many times", before=("import time\ntime.sleep(0.9)",) * 6),
)  # fmt: skip

_MANY = (
    "import os, time\nfor n in range({n}):\n    if os.fork() == 0:\n        {do}\n        time.sleep(60)\n"
    "        os._exit(0)\n"
)

FLOODS = (
    Attack("memory at once", answer("return np.ones(10 ** 11)"), says={"dead_fraction": "Memory|the memory"}),
    Attack("memory piece by piece", before=("kept = []\nwhile True: kept.append(bytearray(b'x' * 10 ** 7))",)),
    Attack("memory in children", before=(
        _MANY.format(n=12, do="kept = bytearray(b'x' * 2 * 10 ** 8)") + "time.sleep(3)",)),
    Attack(
        "memory in children, behind short cells",
        before=(
            _MANY.format(n=10, do="kept = [time.sleep(0.15) or bytearray(b'x' * 3 * 10 ** 7) for n in range(20)]"),
            *("time.sleep(0.1)",) * 10,
        ),
    ),
    Attack(
        "memory that belongs to nobody",
        before=(
            "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.shmat.restype = ctypes.c_void_p\nmade = 0\n"
            "for n in range(4):\n    segment = libc.shmget(0, 2 ** 28, 0o1600)\n    if segment < 0: break\n"
            "    place = libc.shmat(segment, None, 0)\n    ctypes.memset(place, 1, 2 ** 28)\n"
            "    libc.shmdt(ctypes.c_void_p(place))\n    made += 1\n"
            "made += libc.msgget(0, 0o1600) >= 0\nmade += libc.semget(0, 9, 0o1600) >= 0",
        ),
        answer=answer("raise ValueError(f'made {made}')"), says={"dead_fraction": "made 0"},
    ),
    Attack("processes", before=("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",)),
    Attack("busy processes in sessions of their own", before=(
        _MANY.format(n=50, do="os.setsid()\n        while True: pass") + "time.sleep(3)",)),
    Attack("threads", before=(
        "import threading, time\nfor n in range(500): threading.Thread(target=time.sleep, args=(60,)).start()",)),
    Attack("processes from an answer", answer(
        "while True:\n    try: os.fork()\n    except OSError: time.sleep(0.1)", "import os, time")),
    Attack("a large file", before=("open('/tmp/large', 'wb').write(b'@MARK@' * 10 ** 7)",)),
    Attack("large files", before=(
        "for n in range(100): open(f'/dev/shm/{n}', 'wb').write(b'x' * 10 ** 7)",
        "for n in range(100): open(f'/tmp/home/{n}', 'wb').write(b'x' * 10 ** 7)",
    )),
    Attack("empty files", before=("for n in range(10 ** 6): open(f'/tmp/{n}', 'w').close()",)),
    Attack("a sparse file", before=("file = open('/tmp/sparse', 'wb')\nfile.truncate(2 ** 45)",
                                    "import os\nos.truncate('/tmp/sparse', 2 ** 24)")),
    Attack("words", before=("while True: print('x' * 10 ** 6)",)),
    Attack("words past Python", before=(
        "import os, sys\nfor n in range(2000): os.write(1, b'x' * 10 ** 5) and os.write(2, b'x' * 10 ** 5)\n"
        "sys.__stdout__.write('x' * 10 ** 7)",
        "!yes @MARK@ | head -c 100000000",
    )),
    Attack("words in an answer", answer("while True: print('x' * 10 ** 6)"), says={"dead_fraction": "printed"}),
    Attack("a huge result", answer("return [np.random.rand(10 ** 5)] * 9"), says={"dead_fraction": "may return"}),
    Attack("a result that takes time to look at", answer("return [[2 ** 60]] * 4 * 10 ** 4")),
    Attack("sockets", before=(
        "import os, socket, time\nfor n in range(20):\n    if os.fork() == 0:\n        kept = []\n        try:\n"
        "            while True:\n                pair = socket.socketpair()\n                kept += pair\n"
        "                pair[0].setblocking(False)\n                try:\n"
        "                    while True: pair[0].send(b'x' * 9000)\n                except BlockingIOError: pass\n"
        "        except OSError: time.sleep(60)\ntime.sleep(3)",
    )),
    Attack("terminals", before=("import os\nkept = [os.openpty() for n in range(3000)]",)),
    Attack("pipes and locks", before=(
        "import fcntl, os\nkept = []\nfor n in range(120):\n    pair = os.pipe()\n    kept.append(pair)\n"
        "    fcntl.fcntl(pair[1], 1031, 2 ** 20)\n    os.set_blocking(pair[1], False)\n"
        "    try: os.write(pair[1], b'x' * 2 ** 20)\n    except BlockingIOError: pass",
    )),
    Attack("a cell that grows the next ones", before=(
        "names = get_ipython().user_ns\nfor n in range(10 ** 5): names[f'name{n}'] = n",
    )),
    Attack("a line of output after another", before=(
        "from IPython.display import HTML, display\nfor n in range(20000): display(HTML('<b>@MARK@</b>' * 10))",)),
)  # fmt: skip

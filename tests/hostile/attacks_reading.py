"""Tests, answers and other people's work are looked for: on the disk, in memory, in the environment."""

from tests.hostile.attack import Attack, answer, found

_SEARCH = '''
import os
def search(root, words):
    """Look for words in the names and contents of all files, for a moment."""
    import time
    end, hits = time.monotonic() + 0.05, []
    for folder, _folders, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            try:
                if any(word in name for word in words) or (
                    os.path.getsize(path) < 10 ** 5 and any(word.encode() in open(path, "rb").read() for word in words)
                ):
                    hits.append(path)
            except OSError:
                pass
            if time.monotonic() > end:
                return hits
    return hits
'''
READ = (
    Attack(
        "files by their names",
        found("open('@HOME@').read()", "open('@OUTSIDE@').read()", "open('@OTHER@').read()",
              "open('@OUT@/gradebook/secret').read()", "open('@OUT@/results.csv').read()",
              "open('@CHECKOUT@/bookutils/exercises/activations/units.py').read()",
              "open('@CHECKOUT@/tests/classroom.py').read()", "open('@CHECKOUT@/chapters/01-activations.md').read()"),
        says={"dead_fraction": "tried" + " FileNotFoundError" * 8},
    ),
    Attack(
        "folders and their parents",
        found("os.listdir('@SUBMISSIONS@')", "os.listdir('@OUT@')", "os.listdir('@CHECKOUT@/tests')",
              "os.listdir('/root')", "os.listdir('/home')", "os.listdir('/etc/cron.d')", before="import os"),
        says={"dead_fraction": "tried" + " FileNotFoundError" * 3},
    ),
    Attack(
        "everything below some folders",
        answer("raise ValueError(f'searched {search(\"/tmp\", WORDS)} {search(\"/course\", WORDS)} "
               "{search(\"/dev/shm\", WORDS)} {search(\"/proc\", WORDS)} {search(\"/work\", [\"activation_units\"])}')",
               _SEARCH + "WORDS = ['@MARK@', 'class Mistake', 'no_half']"),
        says={"dead_fraction": r"searched \[\] \[\] \[\] \[\]"},
    ),
    Attack(
        "links and descriptors",
        found("open('/proc/1/root@OUTSIDE@').read()", "open('/proc/self/cwd/../../..@OUTSIDE@').read()",
              "[os.readlink(f'/proc/self/fd/{n}') for n in range(9)]", "os.open('..', os.O_RDONLY, dir_fd=3)",
              "[os.readlink(f'/proc/{p}/exe') for p in range(2, 40)]", before="import os"),
        says={"dead_fraction": "tried FileNotFoundError FileNotFoundError"},
    ),
    Attack(
        "modules that judge",
        found(*(f"__import__('{name}', fromlist=['x'])" for name in (
            "bookutils.exercises.catalogue", "bookutils.judging.judge", "bookutils.grading.grader",
            "bookutils.grading.model", "bookutils.grading.gradebook", "bookutils.authoring.source",
        ))),
        says={"dead_fraction": "tried" + " ModuleNotFoundError" * 6},
    ),
    Attack(
        "what check would say",
        answer("from bookutils import check, hint\nreturn [str(check('dead_fraction')), hint('dead_fraction')]"),
    ),
    Attack(
        "the environment",
        found("[v for v in os.environ.values() if '@MARK@' in v]", "open('/proc/self/environ').read()",
              "open('/proc/1/environ').read()", "[l for l in os.popen('env') if '@MARK@' in l]",
              "ctypes.CDLL(None).getenv(b'HOSTILE_CANARY')", before="import os, ctypes"),
        says={"dead_fraction": r"tried \[\] .* \[\] 0"},
    ),
    Attack(
        "frames",
        answer(
            "import sys\nframe, seen = sys._getframe(), []\nwhile frame is not None:\n"
            "    seen += [name for name in frame.f_locals if name in ('expected', 'exercise', 'calls', 'sheet')]\n"
            "    frame = frame.f_back\nraise ValueError(f'seen {seen}')"
        ),
        says={"dead_fraction": r"seen \[\]"},
    ),
    Attack(
        "all objects",
        answer(
            "import gc\nkinds = {type(thing).__name__ for thing in gc.get_objects()}\n"
            "functions = {getattr(thing, '__module__', '') for thing in gc.get_objects() if callable(thing)}\n"
            "raise ValueError(f\"seen {sorted(kinds & {'Exercise', 'Mistake', 'Sheet', 'Case', 'Verdict'})}"
            " {sorted(str(f) for f in functions if 'exercises' in str(f))}\")"
        ),
        says={"dead_fraction": r"seen \[\] \[\]"},
    ),
    Attack(
        "memory of other processes",
        found("libc.ptrace(16, @GRADER@, 0, 0)", "libc.ptrace(16, 1, 0, 0)", "libc.process_vm_readv(1, 0, 0, 0, 0, 0)",
              "open('/proc/1/mem', 'rb').read(1)", "open('/proc/@GRADER@/mem', 'rb').read(1)",
              "libc.syscall(438, libc.syscall(434, 1, 0), 3, 0)", before="import ctypes\nlibc = ctypes.CDLL(None)"),
        says={"dead_fraction": r"tried -1 -1 -1 \w+Error \w+Error -1"},
    ),
    Attack(
        "out of the namespaces",
        found("libc.unshare(0x10000000)", "libc.umount2(b'/proc', 2)", "libc.umount2(b'/tmp', 2)",
              "libc.mount(b'proc', b'/tmp', b'proc', 0, 0)", "libc.setns(3, 0)", "libc.chroot(b'/tmp')",
              "os.setuid(0)", "os.setgid(0)", "libc.syscall(435, 0, 0)", "libc.syscall(56, 0x10000011, 0, 0, 0, 0)",
              "libc.syscall(250, 0, -3, 1)", "libc.syscall(425, 8, 0)", "libc.syscall(323, 0)",
              "libc.syscall(319, b'x', 0)", before="import ctypes, os\nlibc = ctypes.CDLL(None)"),
        says={"dead_fraction": "tried" + " -1" * 6 + r" \w+Error \w+Error" + " -1" * 6},
    ),
    Attack(
        "programs with more rights",
        answer(
            "import subprocess\nsaid = [subprocess.run(c, capture_output=True, text=True).stdout for c in "
            "(['su', '-c', 'id'], ['mount'], ['cat', '@OUTSIDE@'], ['passwd', '-S'], ['sh', '-c', 'sudo -n id'])]\n"
            "raise ValueError(f\"found {'uid=0' in str(said)} {'canary' in str(said)}\")"
        ),
        says={"dead_fraction": "found False False|Error"},
    ),
    Attack(
        "the inputs, for the learner to read",
        answer(
            "keep.append(np.asarray(pre_activations).ravel().tolist())\n"
            "raise ValueError(' '.join(repr(number) for row in keep for number in row))",
            "keep = []",
        ),
        answers={
            "sigmoid_grad_from_output": "def sigmoid_grad_from_output(a):\n    return a.tolist() * 2",
            "gelu": "def gelu(x):\n    raise ValueError(repr(keep))",
            "gelu_minimum": "raise ValueError(repr(keep))",
        },
        after=("raise ValueError(repr(keep))", "print(keep)"),
        says={"dead_fraction": "ValueError"},
    ),
    Attack(
        "the inputs, kept for the next process",
        answer(
            "for place in PLACES:\n    try:\n        with open(place, 'a') as file: file.write(repr(pre_activations))\n"
            "    except OSError: pass\nraise ValueError('kept ' + ' '.join(before))",
            "import os, glob\nPLACES = ['/tmp/kept', '/dev/shm/kept', '/tmp/home/kept', '/proc/kept', '/course/kept', "
            "'@SITE@/kept', '/dev/kept', '/kept', '/var/tmp/kept']\n"
            "before = [place for place in PLACES if os.path.exists(place)]",
        ),
        says={"dead_fraction": r"kept (in|$|\.|It|\s)"},
    ),
    Attack(
        "terminals of others",
        answer("raise ValueError(f'terminals {others}')",
               "import os\nothers = [name for name in os.listdir('/dev/pts') if name.isdigit()]"),
        says={"dead_fraction": r"terminals \[\]"},
    ),
)  # fmt: skip

_EVERYWHERE = '''
import os
def plant(root):
    """Write into every folder below one, for a moment; which ones allowed it."""
    import time
    end, done = time.monotonic() + 0.1, []
    for folder, _folders, _files in os.walk(root):
        try:
            with open(os.path.join(folder, "@MARK@.py"), "w") as file: file.write("# @MARK@")
            done.append(folder)
        except OSError:
            pass
        if time.monotonic() > end: break
    return done
'''


def _written(*places: str) -> str:
    tries = [f"open('{place}', 'a').write('@MARK@')" for place in places]
    return found(*tries, "os.remove('@OTHER@')", "os.chmod('@OUT@', 0o777)", before="import os")


WRITE = (
    Attack(
        "the gradebook and the tables",
        _written("@OUT@/gradebook/results.jsonl", "@OUT@/gradebook/secret", "@OUT@/results.csv", "@OUT@/index.html",
                 "@OTHER@", "@SUBMISSIONS@/@MARK@"),
        says={"dead_fraction": "tried" + " FileNotFoundError" * 8},
    ),
    Attack(
        "start-up files of Python",
        _written("@SITE@/@MARK@.pth", "@SITE@/sitecustomize.py", "@SITE@/usercustomize.py",
                 "@SITE@/numpy/__init__.py", "/course/bookutils/__init__.py", "/course/bookutils/exercises.py"),
        says={"dead_fraction": r"tried( \w*(Error)){8}"},
    ),
    Attack(
        "start-up files of IPython and the shell",
        before=(
            "import os, pathlib\nhome = pathlib.Path.home()\nfor name in ('.ipython/profile_default/startup/00.py', "
            "'profile_default/startup/00.py', '.bashrc', '.profile', '.config/matplotlib/matplotlibrc', '.local/lib/"
            "python3.11/site-packages/usercustomize.py', '.jupyter/jupyter_notebook_config.py', '@MARK@'):\n"
            "    (home / name).parent.mkdir(parents=True, exist_ok=True)\n    (home / name).write_text("
            "'import os\\nos._exit(1)  # @MARK@')\nos.environ['PYTHONSTARTUP'] = str(home / '@MARK@')",
        ),
    ),
    Attack(
        "compiled files",
        before=(
            "import importlib.util, sys, os\nfor module in list(sys.modules.values()):\n"
            "    path = getattr(module, '__cached__', None)\n    try:\n        os.makedirs(os.path.dirname(path), "
            "exist_ok=True)\n        open(path, 'wb').write(b'@MARK@')\n    except (OSError, TypeError): pass",
        ),
    ),
    Attack(
        "every folder there is",
        answer("raise ValueError(f\"planted {[f for f in done if not f.startswith(('/tmp', '/proc', '/dev/shm'))]}\")",
               _EVERYWHERE + "done = plant('/course') + plant('@SITE@') + plant('/usr') + plant('/dev') + plant('/')"),
        says={"dead_fraction": r"planted \[\]"},
    ),
    Attack(
        "files that are open elsewhere",
        before=(
            "import os\nfor n in range(64):\n"
            "    for way in (f'/proc/self/fd/{n}', f'/proc/1/fd/{n}', f'/dev/fd/{n}'):\n"
            "        try: open(way, 'ab').write(b'@MARK@')\n        except OSError: pass",
        ),
    ),
    Attack(
        "the learners who come next",
        before=(
            "import sys, bookutils, numpy as np\nnp.zeros = None\nbookutils.check = None\n"
            "sys.modules['numpy'] = sys.modules['bookutils.core.calling'] = None\n"
            "open('/tmp/numpy.py', 'w').write('@MARK@')\nopen('/tmp/home/numpy.py', 'w').write('@MARK@')",
        ),
    ),
)  # fmt: skip

_CONNECT = "socket.create_connection(('{host}', @PORT@), timeout=0.5)"
NETWORK = (
    Attack(
        "TCP",
        found(*(_CONNECT.format(host=host) for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0")),
              before="import socket"),
        says={"dead_fraction": r"tried( \w*Error| gaierror){4}"},
    ),
    Attack(
        "UDP",
        found("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'@MARK@', ('127.0.0.1', @DATAGRAMS@))",
              "socket.getaddrinfo('localhost', 80)", before="import socket"),
        says={"dead_fraction": r"tried \w*Error"},
    ),
    Attack(
        "Unix sockets",
        found("socket.socket(socket.AF_UNIX).connect('\\0@ABSTRACT@')",
              "socket.socket(socket.AF_UNIX).connect('@SOCKET@')",
              "socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')", before="import socket"),
        says={"dead_fraction": "tried ConnectionRefusedError FileNotFoundError FileNotFoundError"},
    ),
    Attack(
        "other families",
        found("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)", "socket.socket(socket.AF_PACKET)",
              "socket.socket(40, socket.SOCK_STREAM)", "socket.socket(38, socket.SOCK_SEQPACKET)",
              "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)", before="import socket"),
        says={"dead_fraction": "tried" + r" (PermissionError|OSError)" * 5},
    ),
    Attack(
        "programs that fetch",
        before=(
            "!curl -s -m 1 http://127.0.0.1:@PORT@/@MARK@",
            "!bash -c 'echo @MARK@ > /dev/tcp/127.0.0.1/@PORT@'",
            "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@PORT@/@MARK@', timeout=1)",
            "%pip install --index-url http://127.0.0.1:@PORT@/ @MARK@",
        ),
    ),
    Attack(
        "a door of its own",
        found("socket.create_server(('127.0.0.1', 0))", "os.mkfifo('@SUBMISSIONS@/@MARK@')",
              before="import os, socket"),
        before=(
            "import socket\nkept = socket.socket(socket.AF_UNIX)\nkept.bind('\\0@ABSTRACT@')\nkept.listen()",
        ),
        says={"dead_fraction": r"tried \w*Error \w*Error"},
    ),
)  # fmt: skip

_SLEEP = "[sys.executable, '-c', 'import time; time.sleep(600)  # @MARK@']"
BACKGROUND = (
    Attack(
        "a session of its own",
        before=(f"import subprocess, sys\nkept = subprocess.Popen({_SLEEP}, start_new_session=True)",),
    ),
    Attack(
        "a child's child",
        before=(
            "import os, sys, signal\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
            "        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\n"
            f"        os.execv(sys.executable, {_SLEEP})\n    os._exit(0)",
        ),
    ),
    Attack("the shell's", before=("!(setsid nohup sleep 601.@MARK@ || setsid sleep 600 @MARK@) > /dev/null 2>&1 &",)),
    Attack(
        "from an answer",
        answer(f"subprocess.Popen({_SLEEP}, start_new_session=True)\nreturn 0.123", "import subprocess, sys"),
    ),
    Attack(
        "one that starts itself again",
        before=(
            "import os, time\nif os.fork() == 0:\n    end = time.monotonic() + 20\n    while time.monotonic() < end:\n"
            "        if os.fork() != 0: os._exit(0)\n        time.sleep(0.01)\n    os._exit(0)",
        ),
    ),
    Attack(
        "one that holds every descriptor",
        before=(
            "import os, sys, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n    os._exit(0)",
            "import os\nos._exit(0)",
        ),
    ),
    Attack(
        "a thread that outlives its cell",
        before=(
            "import threading, time, os\ndef later():\n    time.sleep(0.5)\n    os._exit(0)\n"
            "threading.Thread(target=later, daemon=True).start()",
        ),
        after=("import time\ntime.sleep(0.7)",),
    ),
)

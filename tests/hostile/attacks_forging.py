"""What comes back is forged: frames in the channel, and results that are more than plain data."""

from tests.hostile.attack import Attack, answer

# The descriptor of the channel is found by its kind; frames are made as the grader's own code makes them.
_CHANNEL = """
import os, socket, stat, struct, threading, time, json
from bookutils.grading.wire import encode
def channels():
    found = []
    for n in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(n).st_mode): found.append(n)
        except OSError: pass
    return found
def send(data):
    for n in channels():
        try: socket.socket(fileno=os.dup(n)).send(data)
        except OSError: pass
def frame(data): return len(data).to_bytes(4, "big") + data
def raw(value): return frame(json.dumps(value).encode())
def tell(number, **more): send(frame(encode({"number": number, **more})))
RIGHT = [{"status": "returned", "value": 0.5, "inputs": [[1.0]], "error": None}]
"""


def _forging(name: str, source: str, **more: object) -> Attack:
    return Attack(name, before=(_CHANNEL + source,), **more)


FORGED = (
    _forging("noise on every descriptor", (
        "for n in range(3, 256):\n    try: os.write(n, os.urandom(50))\n    except OSError: pass"
    )),
    _forging("answers ahead of time", "for n in range(200): tell(n, status='called', outcomes=RIGHT, delegated=False)"),
    _forging("a word for the cell itself", (
        "for n in range(1, 40): tell(n, status='ran')\ntime.sleep(0.3)"
    )),
    _forging("each number, later, from a thread", (
        "def later():\n    for n in range(3, 60):\n        tell(n, status='called', outcomes=RIGHT * 9)\n"
        "        time.sleep(0.01)\nthreading.Thread(target=later, daemon=True).start()"
    )),
    _forging("from a child", (
        "if os.fork() == 0:\n    os.setsid()\n    for n in range(400):\n"
        "        tell(n, status='called', outcomes=RIGHT * 12)\n        time.sleep(0.005)\n    os._exit(0)"
    )),
    _forging("a length that lies", "send(b'\\xff\\xff\\xff\\xff' + b'x' * 1000)"),
    _forging("half a frame", "send(b'\\x00\\x00\\x10\\x00' + b'{')"),
    _forging("a frame of no length", "send(b'\\x00' * 4000)"),
    _forging("byte by byte", (
        "def drip():\n    while True:\n        send(b'\\x00')\n        time.sleep(0.05)\n"
        "threading.Thread(target=drip, daemon=True).start()"
    )),
    _forging("as much as fits", (
        "def flood():\n    while True: send(b'\\x00\\xf0\\x00\\x00' + b'[' * 10 ** 5)\n"
        "threading.Thread(target=flood, daemon=True).start()"
    )),
    _forging("nested deeply", "send(frame(b'[' * 10 ** 6)); send(frame(b'{\"%\":' * 10 ** 5))"),
    _forging("numbers that are too long", (
        "for n in range(2, 60):\n    send(frame(encode({'number': n, 'status': 'x'})[:-3] + b', [\"a\", ' + b'9' * 310 "
        "+ b']]]}'))"
    )),
    _forging("words that are arrays", (
        "word = {'%': ['array', '<U3', [1], 'cgAAAGEAAABuAAAA']}\nfor n in range(2, 60):\n"
        "    send(raw({'%': ['dict', [['number', n], ['status', word], ['limit', word], ['outcomes', word], "
        "['error', word], ['delegated', word]]]}))"
    )),
    _forging("arrays of objects", (
        "import pickle\nclass Run:\n    def __reduce__(self): return (os.system, ('touch @OUT@/@MARK@',))\n"
        "import base64\ndata = base64.b64encode(pickle.dumps([Run()])).decode()\nfor n in range(2, 60):\n"
        "    send(raw({'%': ['dict', [['number', n], ['value', {'%': ['array', '|O', [1], data]}]]]}))\n"
        "    send(frame(pickle.dumps({'number': n, 'status': Run()})))"
    )),
    _forging("the channel closed", "for n in channels(): os.close(n)"),
    _forging("the channel shut", "for n in channels(): socket.socket(fileno=n).shutdown(socket.SHUT_RDWR)"),
    _forging("the channel exchanged", (
        "one, other = socket.socketpair()\nfor n in channels():\n    if n not in (one.fileno(), other.fileno()):\n"
        "        os.dup2(one.fileno(), n)"
    )),
    _forging("requests taken away", (
        "def take():\n    while True:\n        for n in channels():\n"
        "            try: seen.append(socket.socket(fileno=os.dup(n)).recv(10 ** 6))\n"
        "            except OSError: pass\n"
        "seen = []\nthreading.Thread(target=take, daemon=True).start()"
    ), races=True),
    _forging("kept open in a child", "if os.fork() == 0:\n    time.sleep(600)\n    os._exit(0)"),
    Attack("answered from the answer", answer(
        "import itertools\nfor n in range(2, 300): tell(n, status='called', outcomes=RIGHT * 12, delegated=False)\n"
        "time.sleep(0.2)\nreturn 0.123", _CHANNEL
    )),
    _forging("the worker rewritten", (
        "import bookutils.grading.sandbox.inside as inside\n"
        "def call(self, key, function, inputs, seconds, probe, reference):\n"
        "    return {'status': 'called', 'delegated': False, 'points': 9, 'outcomes': [\n"
        "        {'status': 'returned', 'value': 0.25, 'inputs': list(i), 'error': None} for i in inputs]}\n"
        "inside._Worker.call = call\ninside._Worker.run = lambda *a, **k: {'status': 'ran'}"
    )),
    _forging("inputs left out of the report", (
        "import bookutils.grading.sandbox.inside as inside\nold = inside._Worker.call\ndef call(self, **k):\n"
        "    told = old(self, **k)\n    for outcome in told.get('outcomes', ()): outcome['inputs'] = []\n"
        "    return told\ninside._Worker.call = call"
    ), answers={"relu_backward": "def relu_backward(x, upstream):\n    upstream[:] = 1.0\n    return 7.0 + x"},
        right=("log_sigmoid",), wrong=("dead_fraction", "sigmoid_grad_from_output", "relu_backward")),
)  # fmt: skip

_RUN = (
    "import os\nclass Run:\n    def __reduce__(self): return (os.system, ('touch @OUT@/@MARK@ /tmp/@MARK@',))\n"
    "    __reduce_ex__ = lambda self, protocol: self.__reduce__()\n    __getstate__ = __reduce__"
)
PICKLES = (
    Attack("an object that runs when it is unpickled", answer("return Run()", _RUN), says={"dead_fraction": "a Run"}),
    Attack("pickled bytes", answer("return pickle.dumps(Run())", f"{_RUN}\nimport pickle"),
           says={"dead_fraction": "a bytes"}),
    Attack("an array that holds one", answer("return np.array([Run(), Run()], dtype=object)", _RUN),
           says={"dead_fraction": "an array of objects"}),
    Attack("words that are code", answer(
        "return marshal.dumps(compile('1', 'x', 'eval')).decode('latin-1') + "
        "'cos\\nsystem\\n(S\"touch @OUT@/@MARK@\"\\ntR.'",
        "import marshal")),
    Attack(
        "outputs and attachments of the notebook",
        change=lambda notebook: _with_payloads(notebook),
    ),
    Attack(
        "files that are loaded later",
        before=(
            f"{_RUN}\nimport pickle, pathlib\n"
            "for name in ('numpy.pkl', 'results.pkl', 'cache.npy', 'answers.joblib'):\n"
            "    pathlib.Path('/tmp/home', name).write_bytes(pickle.dumps(Run()))",
        ),
    ),
)  # fmt: skip


def _with_payloads(notebook):
    # The protocol of 1996 in words: a pickle that would call os.system.
    text = "cos\nsystem\n(S'touch /tmp/hostile-pickle'\ntR."
    for cell in notebook["cells"]:
        cell["attachments"] = {"x.pkl": {"application/x-pickle": text}}
        if cell["cell_type"] == "code":
            data = {"application/python-pickle": text, "application/x-python-pickle": text, "text/plain": text}
            cell["outputs"] = [{"output_type": "execute_result", "metadata": {"pickle": text}, "data": data}]
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"x": text}}}

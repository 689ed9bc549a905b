"""What learners do to a notebook, without any ill intent: each case changes a solved one, and says what is fair.

A case's function gets the solved notebook of chapter 01, changes it, and may give back bytes in its place.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.classroom import WRONG, cell_of, code, fill, fresh, solutions

FULL = {"sigmoid_grad_from_output": 2, "relu_backward": 3, "dead_fraction": 3, "log_sigmoid": 3}
NOTHING = dict.fromkeys(FULL, 0)
RELU = "def relu_backward(x, upstream):\n    return np.where(x > 0, upstream, 0.0)"
WITH_HELPER = "def relu_backward(x, upstream):\n    return is_open(x) * upstream"
HELPER = "def is_open(x):\n    return x > 0"
NOT_GRADED = "not graded"
GRID = "grid = np.linspace(-3, 0, 3001)"
Notebook = dict[str, Any]
Says = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A submission.

    Parameters
    ----------
    make : gives the notebook, or the bytes of the file
    points : what the exercises earn where it is not everything
    says : (exercise, part of the message); an exclamation mark in front: what it must not say
    status : exercise -> status, where the points do not tell it
    """

    make: Callable[[], Notebook | bytes]
    points: dict[str, int] = field(default_factory=dict)
    says: tuple[Says, ...] = ()
    status: dict[str, str] = field(default_factory=dict)


CASES: dict[str, Case] = {}


def solved() -> Notebook:
    """Chapter 01 with the authors' own answers."""
    return fill(fresh(), solutions())


def case(
    points: dict[str, int] | None = None, says: tuple[Says, ...] = (), status: dict[str, str] | None = None
) -> Callable[[Callable[[Notebook], Any]], Callable[[Notebook], Any]]:
    """Register a change; its name, with blanks, is the learner's."""

    def register(change: Callable[[Notebook], Any]) -> Callable[[Notebook], Any]:
        def make() -> Notebook | bytes:
            notebook = solved()
            changed = change(notebook)
            return notebook if changed is None else changed

        CASES[change.__name__.replace("_", " ").strip()] = Case(make, points or {}, says, status or {})
        return change

    return register


def role(cell: dict) -> str | None:
    return cell["metadata"].get("bookutils", {}).get("role")


def with_role(notebook: Notebook, wanted: str) -> list[dict]:
    return [cell for cell in notebook["cells"] if role(cell) == wanted]


def put(notebook: Notebook, *sources: str, at: int | None = None) -> None:
    """Add cells of the learner's own, at the end or at a place."""
    place = len(notebook["cells"]) if at is None else at
    notebook["cells"][place:place] = [code(source) for source in sources]


def place_of(notebook: Notebook, exercise: str) -> int:
    return notebook["cells"].index(cell_of(notebook, exercise))


def write(notebook: Notebook, source: str, exercise: str = "relu_backward") -> None:
    cell_of(notebook, exercise)["source"] = source


def take_out(notebook: Notebook, exercise: str = "relu_backward") -> dict:
    return notebook["cells"].pop(place_of(notebook, exercise))


def strip(notebook: Notebook, ids: bool = False) -> None:
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if not ids:
            cell.pop("id", None)


def text_of(cell: dict) -> str:
    return "".join(cell["source"])


# --- what is filled in ------------------------------------------------------------------------------------------------


@case()
def everything_right(notebook):
    """All answers as the authors wrote them."""


@case(NOTHING, (("relu_backward", "Nothing to check yet"), ("relu_backward", "!rror")))
def nothing_filled_in(notebook):
    return json.dumps(fresh()).encode()


@case({**NOTHING, "relu_backward": 3})
def one_answer_only(notebook):
    return json.dumps(fill(fresh(), {"relu_backward": RELU})).encode()


@case({"relu_backward": 0}, (("relu_backward", "SyntaxError"), ("relu_backward", "line 1")))
def a_syntax_error_in_one_cell(notebook):
    write(notebook, RELU.replace(":", "", 1))


@case({"relu_backward": 0}, (("relu_backward", "IndentationError"),))
def a_wrong_indentation(notebook):
    write(notebook, "def relu_backward(x, upstream):\nreturn x")


@case(dict.fromkeys(WRONG, 0) | {"relu_backward": 1})
def everything_wrong(notebook):
    fill(notebook, WRONG)
    write(
        notebook,
        "def relu_backward(x, upstream):\n    return np.array([u if v > 0 else 0.0 for v, u in zip(x, upstream)])",
    )


# --- answers that were deleted, duplicated, moved, split, merged, renamed ---------------------------------------------


@case({"relu_backward": 0}, (("relu_backward", "No answer was found"),), {"relu_backward": "not started"})
def an_answer_deleted(notebook):
    take_out(notebook)


@case()
def an_answer_deleted_and_written_anew(notebook):
    take_out(notebook)
    put(notebook, RELU)


@case()
def an_answer_written_below_its_untouched_starter(notebook):
    write(notebook, text_of(cell_of(fresh(), "relu_backward")))
    put(notebook, RELU, at=place_of(notebook, "relu_backward") + 1)


@case(says=(("relu_backward", "Several cells"),))
def a_wrong_answer_and_then_a_right_one(notebook):
    write(notebook, WRONG["relu_backward"])
    put(notebook, RELU)


@case(says=(("relu_backward", "Several cells"),))
def a_right_answer_and_then_a_wrong_one(notebook):
    put(notebook, WRONG["relu_backward"])


@case(says=(("relu_backward", "Several cells"),))
def two_right_answers(notebook):
    twin = json.loads(json.dumps(cell_of(notebook, "relu_backward")))
    notebook["cells"].insert(place_of(notebook, "relu_backward"), twin)


@case(says=(("relu_backward", "Several cells"),))
def a_right_answer_and_one_that_fails(notebook):
    put(
        notebook,
        "def relu_backward(x, upstream):\n    return x *",
        "1 / 0\ndef relu_backward(x, upstream):\n    return x",
    )


@case()
def a_copy_of_the_starter_at_the_end(notebook):
    notebook["cells"].append(cell_of(fresh(), "relu_backward"))
    notebook["cells"].append(cell_of(fresh(), "wake_unit"))


@case()
def an_answer_moved_to_the_end(notebook):
    notebook["cells"].append(take_out(notebook))


@case()
def an_answer_moved_above_the_setup(notebook):
    notebook["cells"].insert(0, take_out(notebook))


@case()
def all_cells_in_reverse_order(notebook):
    notebook["cells"].reverse()


@case()
def the_setup_deleted(notebook):
    for cell in with_role(notebook, "setup"):
        notebook["cells"].remove(cell)


@case()
def the_setup_at_the_end(notebook):
    notebook["cells"].sort(key=lambda cell: role(cell) == "setup")


@case()
def an_import_added_to_the_setup(notebook):
    (setup,) = with_role(notebook, "setup")
    setup["source"] = text_of(setup) + "\nfrom numpy import where as choose\n"
    write(notebook, RELU.replace("np.where", "choose"))


@case()
def a_setup_for_another_machine(notebook):
    (setup,) = with_role(notebook, "setup")
    setup["source"] = (
        "from google.colab import drive\ndrive.mount('/content/drive')\nimport seaborn_of_my_own as sns\n"
        "from numpy import where as choose\n" + text_of(setup)
    )
    write(notebook, RELU.replace("np.where", "choose"))


@case()
def all_code_in_one_cell(notebook):
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    cells[0]["source"] = "\n\n".join(text_of(cell) for cell in cells)
    notebook["cells"] = cells[:1]


@case()
def all_code_in_one_cell_of_their_own(notebook):
    sources = [text_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    notebook["cells"] = [code("\n\n".join(sources))]


@case({"relu_backward": 0}, (("relu_backward", "line 5 of your cell: `return np.where(x > 0, upsteam, 0.0)`"),))
def two_answers_in_one_cell_and_a_slip_in_the_second(notebook):
    first = "def log_sigmoid(x):\n    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))\n\n"
    write(notebook, first + RELU.replace(" upstream, 0", " upsteam, 0"), "log_sigmoid")
    take_out(notebook)


@case()
def answers_in_one_cell_with_what_fails_and_what_takes_time_between(notebook):
    sources = [text_of(cell_of(notebook, exercise)) for exercise in FULL]
    write(notebook, "\n\n1 / 0\n\n".join(sources) + "\n\nwhile True:\n    pass")


@case()
def two_answers_in_one_cell(notebook):
    write(
        notebook, text_of(cell_of(notebook, "sigmoid_grad_from_output")) + "\n\n\n" + RELU, "sigmoid_grad_from_output"
    )
    take_out(notebook)


@case()
def answers_swapped(notebook):
    one, other = cell_of(notebook, "relu_backward"), cell_of(notebook, "log_sigmoid")
    one["source"], other["source"] = other["source"], one["source"]


@case()
def an_answer_split_in_two(notebook):
    write(notebook, HELPER)
    put(
        notebook,
        WITH_HELPER,
        at=place_of(notebook, "relu_backward") + 1,
    )


@case()
def an_answer_split_and_its_halves_swapped(notebook):
    write(notebook, WITH_HELPER)
    put(notebook, HELPER)


@case()
def a_helper_and_a_constant_in_cells_of_their_own(notebook):
    put(notebook, "ZERO = 0.0", "is_open = lambda x: x > ZERO", at=3)
    write(notebook, WITH_HELPER)


@case()
def a_helper_whose_name_a_later_answer_takes_again(notebook):
    write(notebook, "def mask(x):\n    return x > 0\n\ndef relu_backward(x, upstream):\n    return mask(x) * upstream")
    source = "def mask(z):\n    return z <= 0\n\ndef dead_fraction(z):\n    return mask(z).all(0).mean()"
    write(notebook, source, "dead_fraction")


@case()
def a_decorator_defined_further_down(notebook):
    write(notebook, "@quiet\n" + RELU)
    put(notebook, "WORDS = []\n\ndef quiet(function):\n    WORDS.append(function.__name__)\n    return function")


@case()
def a_test_of_an_answer_with_what_stands_further_down(notebook):
    write(notebook, "def mask(x):\n    return x > 0\n\n" + WITH_HELPER.replace("is_open", "mask") + "\n\nprint(sample)")
    put(notebook, "mask = None", "sample = 3")


@case()
def answers_imported_with_a_star(notebook):
    source = text_of(take_out(notebook, "log_sigmoid"))
    put(notebook, f"%%writefile answers.py\nimport numpy as np\n\n{source}", "from answers import *")


@case(says=(("relu_backward", "Several cells"),))
def ten_attempts_of_which_the_third_was_right(notebook):
    write(notebook, WRONG["relu_backward"])
    put(notebook, *[RELU if number == 1 else WRONG["relu_backward"] + f"  # {number}" for number in range(9)])


@case()
def a_number_computed_above_the_function_that_it_needs(notebook):
    answer = take_out(notebook, "gelu")
    write(notebook, GRID + "\ngelu_minimum = grid[np.argmin(gelu(grid))]", "gelu_minimum")
    notebook["cells"].append(answer)


@case()
def a_helper_written_into_an_example(notebook):
    example = with_role(notebook, "demonstration")[0]
    example["source"] = HELPER + "\n\n" + text_of(example)
    write(notebook, WITH_HELPER)


@case()
def a_helper_taken_from_an_example(notebook):
    """The chapter's error hunt defines `sigmoid_derivative`, and `check` finds it there."""
    write(notebook, "def sigmoid_grad_from_output(a):\n    return sigmoid_derivative(a)", "sigmoid_grad_from_output")


@case()
def an_answer_in_the_cell_of_the_check(notebook):
    place = place_of(notebook, "relu_backward")
    notebook["cells"][place + 1]["source"] = RELU + '\n\ncheck("relu_backward")'
    write(notebook, text_of(cell_of(fresh(), "relu_backward")))


@case({"relu_backward": 0}, (("relu_backward", "Nothing to check yet"), ("relu_backward", "text")))
def an_answer_in_a_text_cell(notebook):
    write(notebook, text_of(cell_of(fresh(), "relu_backward")))
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": f"```python\n{RELU}\n```"})


@case({"relu_backward": 0}, (("relu_backward", "No answer was found"), ("relu_backward", "text")))
def an_answer_turned_into_text(notebook):
    cell_of(notebook, "relu_backward")["cell_type"] = "markdown"


@case({"relu_backward": 0}, (("relu_backward", "No answer was found"), ("relu_backward", "text")))
def an_answer_in_a_raw_cell(notebook):
    cell_of(notebook, "relu_backward").update(cell_type="raw", source=RELU)


@case(says=(("relu_backward", "`relu_bakward`"),))
def a_typing_error_in_the_name(notebook):
    write(notebook, RELU.replace("relu_backward", "relu_bakward"))


@case(says=(("relu_backward", "`my_gradient`"),))
def another_name(notebook):
    write(notebook, RELU.replace("relu_backward", "my_gradient"))


@case(says=(("relu_backward", "`my_gradient`"),))
def another_name_and_a_helper(notebook):
    write(
        notebook, "def my_gradient(x, upstream):\n    return is_open(x) * upstream\n\ndef is_open(x):\n    return x > 0"
    )


@case(says=(("relu_backward", "`my_gradient`"),))
def another_name_and_a_lambda(notebook):
    write(notebook, "my_gradient = lambda x, upstream: (x > 0) * upstream")


@case(says=(("wake_unit", "`hunt`"),))
def another_name_for_a_choice(notebook):
    write(notebook, "hunt = 'e'", "wake_unit")


@case(says=(("relu_backward", "`relu_backwards`"),))
def a_typing_error_and_no_metadata(notebook):
    write(notebook, RELU.replace("relu_backward", "relu_backwards"))
    strip(notebook)


@case()
def another_exercise_named_in_the_metadata(notebook):
    one, other = cell_of(notebook, "relu_backward"), cell_of(notebook, "log_sigmoid")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


@case()
def a_function_of_a_check_as_a_helper(notebook):
    put(notebook, 'my_gelu = check("gelu").function', at=place_of(notebook, "gelu_minimum"))
    write(notebook, GRID + "\ngelu_minimum = grid[np.argmin(my_gelu(grid))]", "gelu_minimum")


@case(status={"gelu": "not started"})
def the_books_function_of_a_check_as_a_helper(notebook):
    write(notebook, text_of(cell_of(fresh(), "gelu")), "gelu")
    source = f'g = check("gelu").function\n{GRID}\ngelu_minimum = grid[np.argmin(g(grid))]'
    write(notebook, source, "gelu_minimum")


# --- what is deep, long or newer than the grader ----------------------------------------------------------------------


def long_answer(lines: str) -> str:
    return RELU.replace("\n", f"\n    {lines}\n", 1)


@case()
def an_answer_with_a_sum_of_six_hundred_terms(notebook):
    write(notebook, long_answer("z = " + "1 + " * 600 + "1"))
    put(notebook, "z = " + "1 + " * 900 + "1", "z = " + "1 + " * 9000 + "1", at=3)


@case()
def an_answer_with_five_hundred_branches(notebook):
    branches = "".join(f"    elif len(x) == -{n}:\n        pass\n" for n in range(1, 500))
    write(notebook, RELU.replace("\n", f"\n    if len(x) == -500:\n        pass\n{branches}", 1))


@case()
def an_answer_with_deep_and_long_expressions(notebook):
    deep = ("[" * 90 + "]" * 90, "x" + ".real" * 500, "1 < " * 3000 + "1", "''" + " + 'a'" * 600, "not " * 600 + "1",
            "f'" + "{x}" * 300 + "'", "[" + "1, " * 30_000 + "]", "(" + "'a'\n     " * 3000 + ")")  # fmt: skip
    write(notebook, long_answer("\n    ".join(f"z = {one}" for one in deep)))


@case()
def a_cell_that_takes_python_a_minute_to_parse(notebook):
    put(notebook, "import " + "a." * 70_000 + "a", at=3)


@case(says=(("relu_backward", "`import a_package_of_my_own as own` failed in the grader: No module named"),))
def an_answer_with_an_import_that_it_does_not_need(notebook):
    write(notebook, f"import a_package_of_my_own as own\nfrom another_one import things\n\n{RELU}")


@case(says=(("relu_backward", "tried without it"),))
def an_answer_with_an_import_in_its_function_that_it_does_not_need(notebook):
    write(notebook, long_answer("import a_package_of_my_own"))


NEEDING = (("relu_backward", "`import a_package_of_my_own as own` failed"), ("relu_backward", "Install a_package_of"))
LACKING = {"relu_backward": NOT_GRADED}


@case({"relu_backward": 0}, NEEDING, LACKING)
def an_answer_with_an_import_that_it_needs(notebook):
    write(notebook, "import a_package_of_my_own as own\n\n" + RELU.replace("np.where", "own.where"))


@case({"relu_backward": 0}, NEEDING, LACKING)
def an_answer_with_an_import_in_its_function_that_it_needs(notebook):
    needing = RELU.replace("np.where", "own.where")
    write(notebook, needing.replace("\n", "\n    import a_package_of_my_own as own\n", 1))


@case({"relu_backward": 0}, NEEDING, LACKING)
def a_helper_with_an_import_that_it_needs(notebook):
    put(notebook, "import a_package_of_my_own as own\n" + HELPER.replace("x > 0", "own.positive(x)"), at=3)
    write(notebook, WITH_HELPER)


@case({"relu_backward": 0}, (("relu_backward", "cannot import name 'nothing_of_this_name'"),), LACKING)
def an_answer_with_a_name_that_this_library_lacks(notebook):
    write(notebook, "from itertools import nothing_of_this_name\n\n" + RELU.replace("np.where", "nothing_of_this_name"))


@case({"relu_backward": 0}, (("relu_backward", "NameError"), ("relu_backward", "failed in the grader")),
      {"relu_backward": "error"})  # fmt: skip
def an_import_that_failed_for_the_learner_too(notebook):
    write(notebook, "import a_package_of_my_own as own\n\n" + RELU.replace("np.where", "own.where"))
    failed = {"output_type": "error", "ename": "ModuleNotFoundError", "evalue": "No module named", "traceback": []}
    cell_of(notebook, "relu_backward")["outputs"] = [failed]


@case()
def an_import_that_is_tried(notebook):
    tried = "try:\n    import a_package_of_my_own as own\nexcept ImportError:\n    own = np\n\n"
    write(notebook, tried + RELU.replace("np.where", "own.where"))


TEMPLATE = 't"{x}"'  # since Python 3.14; it stands for whatever is newer than the Python that grades
IS_NEW = sys.version_info >= (3, 14)
NEEDS_IT = "This needs Python 3.14 or newer; graded here with"
FOR_A_NEWER = (None, (), None) if IS_NEW else ({"relu_backward": 0}, (("relu_backward", NEEDS_IT),), LACKING)


@case(*FOR_A_NEWER)
def an_answer_for_a_newer_Python(notebook):
    write(notebook, long_answer(TEMPLATE))


@case(*FOR_A_NEWER)
def a_helper_for_a_newer_Python(notebook):
    put(notebook, HELPER.replace("\n", f"\n    {TEMPLATE}\n", 1), at=3)
    write(notebook, WITH_HELPER)


@case()
def a_scratch_cell_for_a_newer_Python(notebook):
    put(notebook, TEMPLATE, "type X = int", at=3)


@case({"relu_backward": 0}, (("relu_backward", "SyntaxError"), ("relu_backward", "in line 1: `def relu_backward("),
                             ("relu_backward", "!ipython")), {"relu_backward": "error"})  # fmt: skip
def a_slip_in_a_notebook_of_a_newer_Python(notebook):
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.99.0"}
    write(notebook, RELU.replace(":", "", 1))


@case({"relu_backward": 0}, (("relu_backward", "in line 3: `retrun "),), {"relu_backward": "error"})
def a_slip_below_a_magic(notebook):
    write(notebook, "%matplotlib inline\n" + RELU.replace("return", "retrun"))


@case(NOTHING, (("relu_backward", "No answer was found"), ("gelu", "No answer was found"), ("gelu", "!Magic")))
def a_foreign_notebook_with_a_magic(notebook):
    notebook["cells"] = [code("%no_such_magic"), code("%run nowhere.py"), code("from nowhere import *")]


# --- scratch cells, magics, and other leftovers -----------------------------------------------------------------------

SCRATCH = {
    "one that fails": ("1 / 0", "undefined_name", "assert False, 'not yet'", "raise KeyboardInterrupt"),
    "no Python": ("def broken(:", "this is what I think", "pip install numpy", "```python"),
    "magics": (
        "%matplotlib inline", "%%time\nx = 1", "%timeit -n 1 -r 1 sum([1])", "%load_ext autoreload\n%autoreload 2",
        "%config InlineBackend.figure_format = 'retina'", "%matplotlib widget", "%matplotlib notebook", "%pylab inline",
        "%no_such_magic", "%%no_such_magic\nx", "%run helper.py", "%load_ext tensorboard", "%who", "%history",
        "%%html\n<b>hi</b>",
    ),
    "shell lines": (
        "!pip install numpy", "%pip install seaborn", "!ls -l /", "files = !ls", "%%bash\necho hi", "%cd ..", "%pwd",
    ),
    "questions for help": ("?np.where", "np.where?", "np.where??", "help(np.where)"),
    "a question to the keyboard": ("name = input('Your name? ')\nprint(name)", "import getpass\ngetpass.getpass()"),
    "a debugger": ("breakpoint()", "%debug", "import pdb; pdb.set_trace()", "%pdb on\n1 / 0"),
    "Colab": (
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "from google.colab import files\nfiles.upload()", "%tensorflow_version 2.x",
        "#@title Settings { run: 'auto' }\nrate = 0.1 #@param {type: 'number'}",
    ),
    "an end of the program": ("exit()", "quit()", "exit", "raise SystemExit", "import sys\nsys.exit(1)"),
    "an end of the process": ("import os\nos._exit(0)",),
    "three seconds of sleep": ("import time\ntime.sleep(3)",),
    "a loop for ever": ("while True:\n    pass",),
    "a reset at the end": ("del np", "%reset -f"),
    "names of Python's own": ("list = [1, 2]\nsum = 0\nprint = None\nlen = 3",),
    "figures": (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()",
        "plt.style.use('dark_background')",
        "from matplotlib import pyplot as plt\nplt.plot(np.sin(np.arange(5)))\nplt.savefig('a.png')",
    ),
    "widgets": (
        "import ipywidgets as widgets\nfrom IPython.display import display, HTML\ndisplay(widgets.IntSlider())",
        "widgets.interact(lambda n: n, n=3)", "explore_unit(bias=-1.0)", "HTML('<script>1</script>')",
    ),
    "progress bars": (
        "from tqdm.notebook import tqdm\nfor i in tqdm(range(3)):\n    pass",
        "from tqdm import tqdm\nfor i in tqdm(range(3)): pass",
        "for i in range(3):\n    print(i, end='\\r', flush=True)",
    ),
    "checks, hints and predictions": (
        'check("relu_backward")', 'hint("relu_backward")', 'predict("zigzag")', "progress()",
        'result = check("gelu")\nresult', 'assert check("relu_backward").passed',
        "from bookutils import check as c\nc('relu_backward').function(np.ones(2), np.ones(2))",
    ),
    "files": (
        "with open('notes.txt', 'w') as f:\n    f.write('hi')", "open('/data/x.csv')",
        "np.save('x.npy', np.ones(3))\nnp.load('x.npy')",
    ),
    "the network": ("import urllib.request\nurllib.request.urlopen('http://localhost:9/', timeout=5)",),
    "awaiting": ("import asyncio\nawait asyncio.sleep(0.01)",),
    "threads": ("import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()",),
    "another seed": (
        "np.random.seed(3)\nimport random\nrandom.seed(3)", "np.set_printoptions(precision=2)\nnp.seterr(all='raise')",
    ),
    "empty ones": ("", "   ", "\n\n\t", "# nothing here", "pass", "...", "'''a text'''"),
    "emoji and other letters": ("größe = 3 # 😀", "π = 3.14\n梯度 = π", "print('日本語 🙂')"),
    "much that is printed": ("for i in range(20_000):\n    print('loss', i, 0.25)",),
}  # fmt: skip


def with_scratch(sources: tuple[str, ...], at: int | None) -> Notebook:
    notebook = solved()
    put(notebook, *sources, at=at)
    return notebook


for _what, _sources in SCRATCH.items():
    CASES[f"scratch cells with {_what}"] = Case(lambda sources=_sources: with_scratch(sources, None))
    if "at the end" not in _what and "Python's own" not in _what:
        CASES[f"scratch cells above with {_what}"] = Case(lambda sources=_sources: with_scratch(sources, 3))


@case()
def a_loop_for_ever_below_an_answer(notebook):
    write(notebook, RELU + "\n\nwhile True:\n    pass")


@case()
def a_module_written_and_imported(notebook):
    put(notebook, "%%writefile helper.py\ndef is_open(x):\n    return x > 0\n", "import helper", at=3)
    write(notebook, "def relu_backward(x, upstream):\n    return helper.is_open(x) * upstream")


@case()
def scratch_work_with_the_answers_names_for_other_things(notebook):
    put(notebook, "x = upstream = None\nfor relu in range(3):\n    pass\nresult = [gelu for gelu in range(3)]", at=3)


@case()
def three_thousand_empty_cells(notebook):
    put(notebook, *[""] * 3000, at=3)


@case()
def plots_of_every_answer(notebook):
    put(
        notebook, "import matplotlib.pyplot as plt\nxs = np.linspace(-4, 4, 100)",
        *(f"plt.plot(xs, {name}(xs))\nplt.show()" for name in ("sigmoid_grad_from_output", "log_sigmoid")),
    )  # fmt: skip


@case()
def all_outputs_are_errors(notebook):
    failed = {"output_type": "error", "ename": "NameError", "evalue": "np", "traceback": ["\x1b[31mNameError\x1b[0m"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [failed]


@case(NOTHING)
def outputs_that_claim_a_pass(notebook):
    notebook = fresh()
    for cell in with_role(notebook, "check"):
        exercise = text_of(cell).split('"')[1]
        told = {"exercise": exercise, "status": "passed", "earned": 3, "points": 3}
        data = {"application/vnd.bookutils.verdict+json": told, "text/plain": "✓"}
        cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return json.dumps(notebook).encode()


# --- other notebooks --------------------------------------------------------------------------------------------------


@case(NOTHING)
def text_alone(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


@case(NOTHING)
def no_cells(notebook):
    notebook["cells"] = []


@case(NOTHING, (("relu_backward", "00-start-here"),))
def the_notebook_of_another_chapter(notebook):
    return json.dumps(fill(fresh("00-start-here"), solutions("00-start-here"))).encode()


# --- other formats ----------------------------------------------------------------------------------------------------


@case()
def no_metadata(notebook):
    strip(notebook)


@case()
def no_metadata_and_ids_kept(notebook):
    strip(notebook, ids=True)


@case()
def no_metadata_and_answers_in_other_cells(notebook):
    for exercise in FULL:
        notebook["cells"].append(take_out(notebook, exercise))
    strip(notebook)


@case()
def as_VS_Code_writes_it(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell.pop("id", None)
        cell["source"] = text_of(cell).splitlines(keepends=True)
    notebook["nbformat_minor"] = 2
    return json.dumps(notebook, indent=1).encode()


@case()
def as_Colab_writes_it(notebook):
    notebook["metadata"] = {"colab": {"provenance": [], "toc_visible": True}, "kernelspec": {"name": "python3"}}
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["metadata"] = {
            "id": f"aB3-{number:08d}",
            "colab": {"base_uri": "https://localhost:8080/"},
            "outputId": "x",
        }
        cell["source"] = text_of(cell).splitlines(keepends=True)
    notebook["nbformat_minor"] = 0
    return json.dumps(notebook, ensure_ascii=False, indent=2).encode()


@case()
def as_Colab_writes_an_older_release(notebook):
    for cell in notebook["cells"]:
        if "install_bookutils" in text_of(cell):
            cell["source"] = re.sub(r"\d+\.\d+\.\d+", "0.0.1", text_of(cell))
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "bookutils 0.0.1 is installed."}]
        cell["metadata"] = {"id": cell.pop("id"), "outputId": "x"}
    notebook["nbformat_minor"] = 0


@case()
def as_JupyterLab_writes_it(notebook):
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {
            "editable": True,
            "slideshow": {"slide_type": ""},
            "collapsed": False,
            "jupyter": {"source_hidden": True},
        }
        cell["source"] = text_of(cell).splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode() + b"\n"


@case()
def nbformat_3(notebook):
    strip(notebook)
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            source = text_of(cell).splitlines(keepends=True)
            cells.append({"cell_type": "code", "input": source, "language": "python", "metadata": {}, "outputs": []})
        else:
            cells.append({"cell_type": "markdown", "metadata": {}, "source": text_of(cell)})
    return json.dumps(
        {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    ).encode()


for _minor in range(6):

    @case()
    def nbformat(notebook, minor=_minor):
        notebook["nbformat_minor"] = minor
        for cell in notebook["cells"]:
            cell.pop("id", None)
            cell["source"] = text_of(cell).splitlines(True) if minor % 2 else text_of(cell)

    CASES[f"nbformat 4.{_minor}"] = CASES.pop("nbformat")


@case()
def line_ends_of_Windows(notebook):
    for cell in notebook["cells"]:
        cell["source"] = text_of(cell).replace("\n", "\r\n")
    return json.dumps(notebook, indent=1).replace("\n", "\r\n").encode()


@case()
def line_ends_of_an_old_Mac(notebook):
    for cell in notebook["cells"]:
        cell["source"] = text_of(cell).replace("\n", "\r")


@case()
def a_byte_order_mark(notebook):
    return json.dumps(notebook).encode("utf-8-sig")


@case()
def UTF_16(notebook):
    return json.dumps(notebook, ensure_ascii=False).encode("utf-16")


@case()
def UTF_16_without_a_mark(notebook):
    return json.dumps(notebook, ensure_ascii=False).encode("utf-16-le")


@case()
def an_old_encoding_in_comments(notebook):
    write(notebook, RELU + "  # größer als null")
    return json.dumps(notebook, ensure_ascii=False).encode("cp1252", errors="replace")


@case()
def broken_letters(notebook):
    write(notebook, RELU + "  # half an emoji: \ud83d")


@case()
def a_cell_that_is_damaged(notebook):
    notebook["cells"][3:3] = [
        None,
        "text",
        {"cell_type": "code"},
        {"cell_type": "code", "source": 3},
        {"source": "1"},
        [],
    ]


@case()
def metadata_of_other_kinds(notebook):
    for cell in notebook["cells"]:
        if role(cell) not in ("exercise",):
            cell["metadata"] = None
    cell_of_all = [cell for cell in notebook["cells"] if cell["metadata"]]
    for cell in cell_of_all:
        cell["metadata"]["tags"] = "exercise"
    notebook["metadata"] = "none"


@case()
def a_widget_state_of_a_megabyte(notebook):
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"a": "x" * 2**20}}}

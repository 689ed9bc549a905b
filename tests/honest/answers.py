"""Answers as honest learners write them: another approach, another style, a typical slip; each with what it earns.

An answer stands in its exercise's own cell of a notebook whose other exercises are solved. `check` judges the same.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

PASSED, PARTLY, NOT_YET, ERROR, NOT_STARTED = "passed", "partly", "not yet", "error", "not started"


@dataclass(frozen=True)
class Answer:
    """A learner's cell.

    Parameters
    ----------
    source : its text
    exercise : which exercise it belongs to
    status, points : what a fair person gives; None stands for all points
    says : what the feedback has to say, in part
    notebook_only : it is no plain Python, so `check` cannot be asked in a test's own process
    """

    source: str
    exercise: str = "relu_backward"
    status: str = PASSED
    points: int | None = None
    says: str = ""
    notebook_only: bool = False

    @property
    def text(self) -> str:
        """The cell as it is in the notebook: without the indentation that it has here."""
        return textwrap.dedent(self.source).strip("\n")


ANSWERS = {
    # Another approach.
    "loops": Answer(
        """
        def relu_backward(x, upstream):
            result = np.zeros(np.shape(x))
            for place in np.ndindex(*np.shape(x)):
                if x[place] > 0:
                    result[place] = upstream[place]
            return result
        """,
    ),
    "a product": Answer(
        """
        def relu_backward(x, upstream):
            return (x > 0) * upstream
        """,
    ),
    "a lambda": Answer("relu_backward = lambda x, upstream: np.where(x > 0, upstream, 0)"),
    "other parameter names": Answer(
        """
        def relu_backward(z, dout):
            return np.where(z > 0, dout, 0)
        """,
    ),
    "a lambda below the starter": Answer(
        """
        def relu_backward(x, upstream):
            ...  # your code here

        relu_backward = lambda x, upstream: np.where(x > 0, upstream, 0)
        """,
    ),
    "a partial": Answer(
        """
        from functools import partial
        def gate(slope, x, upstream):
            return np.where(x > 0, upstream * slope, 0)
        relu_backward = partial(gate, 1.0)
        """,
    ),
    "an object that can be called": Answer(
        """
        class Backward:
            def __call__(self, x, upstream):
                return np.where(x > 0, upstream, 0)
        relu_backward = Backward()
        """,
    ),
    "a method": Answer(
        """
        class Relu:
            slope = 1.0
            def backward(self, x, upstream):
                return np.where(x > 0, self.slope * upstream, 0)
        relu_backward = Relu().backward
        """,
    ),
    "a decorated function": Answer(
        """
        import functools, time
        def timed(function):
            @functools.wraps(function)
            def run(*args, **kwargs):
                begin = time.time()
                result = function(*args, **kwargs)
                print('took', time.time() - begin)
                return result
            return run

        @timed
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)
        """,
    ),
    "vectorised by NumPy": Answer(
        """
        @np.vectorize
        def one(x, upstream):
            return float(upstream) if x > 0 else 0.0

        def relu_backward(x, upstream):
            return one(x, upstream) if np.size(x) else np.zeros(np.shape(x))
        """,
    ),
    "inside an if": Answer(
        """
        if True:
            def relu_backward(x, upstream):
                return np.where(x > 0, upstream, 0)
        """,
    ),
    "inside a try": Answer(
        """
        try:
            from numba import njit
        except ImportError:
            def njit(f):
                return f
            @njit
            def relu_backward(x, upstream):
                return np.where(x > 0, upstream, 0)
        """,
    ),
    "names from NumPy": Answer(
        """
        from numpy import where, asarray as arr
        def relu_backward(x, upstream):
            return where(arr(x) > 0, upstream, 0)
        """,
    ),
    "recursion": Answer(
        """
        def relu_backward(x, upstream):
            if np.ndim(x) == 0:
                return float(upstream) if x > 0 else 0.0
            if len(x) == 0:
                return np.zeros(0)
            return np.array([relu_backward(a, b) for a, b in zip(x, upstream)])
        """,
    ),
    "a helper and a constant": Answer(
        """
        ZERO = 0.0
        def is_open(x):
            return x > ZERO

        def relu_backward(x, upstream):
            return is_open(x) * upstream
        """,
    ),
    "a helper below": Answer(
        """
        def relu_backward(x, upstream):
            return is_open(x) * upstream

        def is_open(x):
            return x > 0
        """,
    ),
    "an async helper": Answer(
        """
        import asyncio
        async def slowly(x, upstream):
            await asyncio.sleep(0)
            return np.where(x > 0, upstream, 0)

        def relu_backward(x, upstream):
            coroutine = slowly(x, upstream)
            loop = asyncio.new_event_loop()
            try:
                return loop.run_until_complete(coroutine)
            finally:
                loop.close()
        """,
    ),
    "a generator for rows": Answer(
        """
        def relu_backward(x, upstream):
            flat = (u if v > 0 else 0.0 for v, u in zip(x.ravel(), upstream.ravel()))
            return np.fromiter(flat, float).reshape(x.shape)
        """,
    ),
    "types and a long docstring": Answer(
        '''
        def relu_backward(x: "np.ndarray", upstream: "np.ndarray") -> "np.ndarray":
            """Weiter zurück: ∂L/∂x = 上流 · 1[x > 0] 🙂.

            >>> relu_backward(1, 2)
            """
            # größer als null → offen 😀
            return np.where(x > 0, upstream, 0.0)
        ''',
    ),
    "names with other letters": Answer(
        """
        def relu_backward(x, upstream):
            größe, 梯度 = x.shape, upstream.copy()
            梯度[x <= 0] = 0
            return 梯度.reshape(größe)
        """,
    ),
    "tabs": Answer(
        "def relu_backward(x, upstream):\n\tif x.size == 0:\n\t\treturn x\n\treturn np.where(x > 0, upstream, 0)"
    ),
    "old answers in comments": Answer(
        """
        # def relu_backward(x, upstream):
        #     return x
        '''
        def relu_backward(x, upstream):
            return upstream
        '''
        def relu_backward(x, upstream):
            # return upstream
            return np.where(x > 0, upstream, 0)
        """,
    ),
    "a wrong one above a right one": Answer(
        """
        def relu_backward(x, upstream):
            return upstream

        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)
        """,
    ),
    # Another type.
    "lists": Answer(
        """
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0).tolist()
        """,
    ),
    "tuples": Answer(
        """
        def relu_backward(x, upstream):
            def deep(values):
                return tuple(map(deep, values)) if isinstance(values, list) else values
            return deep(np.where(x > 0, upstream, 0).tolist())
        """,
    ),
    "float32": Answer(
        """
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0).astype(np.float32)
        """,
    ),
    "a scalar of NumPy": Answer(
        """
        def dead_fraction(pre_activations):
            return np.float32(np.mean(np.all(pre_activations <= 0, axis=0)))
        """,
        exercise="dead_fraction",
    ),
    "an array without dimensions": Answer(
        """
        def dead_fraction(pre_activations):
            return np.array((pre_activations.max(axis=0) <= 0).mean())
        """,
        exercise="dead_fraction",
    ),
    "a masked array": Answer(
        """
        def relu_backward(x, upstream):
            return np.ma.masked_array(upstream, mask=x <= 0).filled(0.0)
        """,
    ),
    # Noise.
    "prints and plots": Answer(
        r"""
        import matplotlib.pyplot as plt
        def relu_backward(x, upstream):
            print('x is', x, '\n' * 50)
            plt.figure()
            plt.plot(np.ravel(x))
            plt.show()
            plt.close('all')
            return np.where(x > 0, upstream, 0)
        """,
    ),
    "warnings": Answer(
        """
        import warnings
        def relu_backward(x, upstream):
            warnings.warn('careful')
            np.log(-1.0), np.ones(1) / 0
            return np.where(x > 0, upstream, 0)
        """,
    ),
    "warnings made errors": Answer(
        """
        import warnings
        warnings.simplefilter('error')
        np.seterr(all='raise')
        def log_sigmoid(x):
            return np.where(x > 0, -np.log1p(np.exp(-x)), x - np.log1p(np.exp(x)))
        """,
        exercise="log_sigmoid",
    ),
    "a seed and a progress bar": Answer(
        """
        from tqdm.auto import tqdm
        np.random.seed(7)
        def relu_backward(x, upstream):
            rows = [np.where(a > 0, u, 0) for a, u in tqdm(list(zip(x, upstream)))]
            return np.array(rows)
        """,
    ),
    "a log and the standard error": Answer(
        """
        import logging, sys
        logging.basicConfig(level=logging.DEBUG)
        def relu_backward(x, upstream):
            logging.debug(x)
            print(upstream, file=sys.stderr)
            sys.stdout.flush()
            return np.where(x > 0, upstream, 0)
        """,
    ),
    "tests of one's own below": Answer(
        """
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)

        assert relu_backward(np.array([1.0]), np.array([2.0])) == 3.0, 'I had expected 3'
        """,
    ),
    # Magics and leftovers of a notebook.
    "a time magic": Answer(
        """
        %%time
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)
        """,
        notebook_only=True,
    ),
    "a capture magic": Answer(
        """
        %%capture
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)
        """,
        notebook_only=True,
    ),
    "magics between the lines": Answer(
        """
        %matplotlib inline
        %load_ext autoreload
        %autoreload 2
        !pip install numpy
        ?np.where
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)
        %timeit -n 1 -r 1 relu_backward(np.ones(3), np.ones(3))
        np.where?
        """,
        notebook_only=True,
    ),
    "a call of check below": Answer(
        """
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)

        check('relu_backward')
        print(check('relu_backward').passed)
        """,
        notebook_only=True,
    ),
    "a question to the keyboard": Answer(
        """
        name = input('Your name? ')
        def relu_backward(x, upstream):
            return np.where(x > 0, upstream, 0)
        """,
        notebook_only=True,
    ),
    # Right in part.
    "inputs changed": Answer(
        """
        def relu_backward(x, upstream):
            upstream[x <= 0] = 0
            return upstream
        """,
        status=PARTLY,
        points=2,
        says="it changed its own input `upstream`",
    ),
    "inputs changed where nobody asks": Answer(
        """
        def log_sigmoid(x):
            small = np.minimum(x, 0)
            np.abs(x, out=x)
            return small - np.log1p(np.exp(-x))
        """,
        exercise="log_sigmoid",
    ),
    "vectors only": Answer(
        """
        def relu_backward(x, upstream):
            return np.array([u if v > 0 else 0.0 for v, u in zip(x, upstream)])
        """,
        status=PARTLY,
        points=1,
        says="whole batches",
    ),
    "ordinary numbers only": Answer(
        """
        def log_sigmoid(x):
            return np.log(1 / (1 + np.exp(-x)))
        """,
        exercise="log_sigmoid",
        status=PARTLY,
        points=1,
        says="Very negative inputs give −inf",
    ),
    # Not right.
    "the upstream forgotten": Answer(
        """
        def relu_backward(x, upstream):
            return np.where(x > 0, 1.0, 0.0)
        """,
        status=NOT_YET,
        points=0,
        says="the same whatever `upstream` is",
    ),
    "nothing returned": Answer(
        """
        def relu_backward(x, upstream):
            gradient = np.where(x > 0, upstream, 0)
        """,
        status=NOT_YET,
        points=0,
        says="None",
    ),
    "printed, not returned": Answer(
        """
        def relu_backward(x, upstream):
            print(np.where(x > 0, upstream, 0))
        """,
        status=NOT_YET,
        points=0,
        says="None",
    ),
    "a mistake in the function": Answer(
        """
        def relu_backward(x, upstream):
            return np.where(x > 0, upsteam, 0)
        """,
        status=ERROR,
        points=0,
        says="NameError: name 'upsteam' is not defined in line 2 of your cell: `return np.where(x > 0, upsteam, 0)`",
    ),
    "no parameters": Answer(
        """
        def relu_backward():
            return 0
        """,
        status=ERROR,
        points=0,
        says="TypeError",
    ),
    "recursion without an end": Answer(
        """
        def relu_backward(x, upstream):
            return relu_backward(x, upstream)
        """,
        status=ERROR,
        points=0,
        says="it calls itself without end",
    ),
    "a value for a function": Answer(
        "relu_backward = np.array([0.0, 1.0])", status=NOT_YET, points=0, says="not a function"
    ),
    "not started, with a docstring and pass": Answer(
        """
        def relu_backward(x, upstream):
            '''To do.'''
            pass
        """,
        status=NOT_STARTED,
        points=0,
        says="Nothing to check yet",
    ),
    "only a comment": Answer("# I did not get to this one", status=NOT_STARTED, points=0, says="Nothing to check yet"),
    "an empty cell": Answer("", status=NOT_STARTED, points=0, says="Nothing to check yet"),
    "only blanks": Answer("  \n\t\n", status=NOT_STARTED, points=0, says="Nothing to check yet"),
    # Choices and numbers.
    "a choice in capitals": Answer('wake_unit = " (E) "', exercise="wake_unit"),
    "another choice": Answer("wake_unit = 'b'", exercise="wake_unit", status=NOT_YET, says="the gradient is exactly 0"),
    "no option at all": Answer("wake_unit = 'the bias'", exercise="wake_unit", status=NOT_YET, says="choose one of"),
    "a number as an array": Answer("gelu_minimum = np.array([-0.7518])[0]", exercise="gelu_minimum"),
    "a number with the wrong sign": Answer(
        "gelu_minimum = 0.75", exercise="gelu_minimum", status=NOT_YET, says="still rising"
    ),
    "a number found with another answer": Answer(
        """
        candidates = np.linspace(-3, 0, 3001)
        gelu_minimum = candidates[np.argmin(gelu(candidates))]
        """,
        exercise="gelu_minimum",
    ),
}

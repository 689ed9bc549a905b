"""Exercises of chapter 07: which cause a log shows, and an old recipe with one line that can stay."""

from __future__ import annotations

from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.diagnosis import ENOUGH
from bookutils.judging.model import Case, Exercise, Option, Part, Rng, case, choice, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.text.gpu import diagnose_log

# Lines that TensorFlow and nvidia-smi write where nothing is wrong; which of them, the seed decides.
_FACTORY = (
    "E0000 00:00:{n}.947063       7 cuda_dnn.cc:8579] Unable to register cuDNN factory: Attempting to register factory "
    "for plugin cuDNN when one has already been registered"
)
_SMI = (
    "| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |\n"
    "|   0  Tesla T4                       Off |   00000000:00:04.0 Off |                    0 |"
)
_OTHER_NOISE = (
    "I0000 00:00:{n}.408112   16370 port.cc:153] oneDNN custom operations are on. You may see slightly different "
    "numerical results due to floating-point round-off errors from different computation orders.",
    "W0000 00:00:{n}.226643       7 computation_placer.cc:177] computation placer already registered. Please check "
    "linkage and avoid linking the same target more than once.",
    "I0000 00:00:{n}.822175   16370 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU "
    "instructions in performance-critical operations.",
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
)
_WSL = "Linux desktop 5.15.{n}.1-microsoft-standard-WSL2 x86_64"
_WINDOWS = (
    "PS C:\\Users\\reader\\course> python -c \"import tensorflow as tf; print(tf.config.list_physical_devices('GPU'))\""
)
_STEPS = "I0000 00:00:{n}.118400    4242 train.py:31] steps: "  # and a dot for each: no log's length tells its cause
_WORKS = (
    "I0000 00:00:{n}.500001    4242 gpu_device.cc:2019] Created device /job:localhost/replica:0/task:0/device:GPU:0 "
    "with 13949 MB memory:  -> device: 0, name: Tesla T4, pci bus id: 0000:00:04.0, compute capability: 7.5"
)
_OOM = (
    "ResourceExhaustedError: OOM when allocating tensor with shape[{n},12,512,512] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:BatchMatMulV2]",
    "W0000 00:00:1.913     15445 op_kernel.cc:1858] OP_REQUIRES failed at matmul_op_impl.h:842 : RESOURCE_EXHAUSTED: "
    "OOM when allocating tensor with shape[{n},3072] and type half on /job:localhost/replica:0/task:0/device:GPU:0",
)
_LIBRARIES = (
    "W0000 00:00:{n}.110213    4242 gpu_device.cc:2342] Cannot dlopen some GPU libraries. Please make sure the missing "
    "libraries mentioned above are installed properly if you would like to use GPU.\n"
    "Skipping registering GPU devices..."
)
_CUDNN = (
    "E0000 00:00:{n}.202924    7665 cuda_dnn.cc:522] Loaded runtime CuDNN library: 9.1.0 but source was compiled with: "
    "9.3.0.  CuDNN library needs to have matching major version and equal or higher minor version.",
    "E0000 00:00:{n}.202924    7665 cuda_dnn.cc:522] Loaded runtime CuDNN library: 8.9.7 but source was compiled with: "
    "9.1.0.  CuDNN library needs to have matching major version and equal or higher minor version.",
)
_OLD_DRIVER = (
    "InternalError: cudaGetDevice() failed. Status: CUDA driver version is insufficient for CUDA runtime version"
)
_NO_DEVICE = (
    "E0000 00:00:{n}.594383   15047 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to "
    "cuInit: UNKNOWN ERROR (303)",
    "E0000 00:00:{n}.345678   15047 cuda_platform.cc:52] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable "
    "device is detected",
)


def _log(rng: Rng, *lines: str | tuple[str, ...], noise: tuple[str, ...] = (_FACTORY,), first: str = "") -> Case:
    """A log: noise in any order, then what is the matter."""
    quiet = [*(str(line) for line in rng.choice(_OTHER_NOISE, 2, replace=False)), _STEPS + "." * rng.integers(1, 300)]
    before = [str(line) for line in rng.permutation([*quiet, *noise])]
    said = [line if isinstance(line, str) else line[rng.integers(len(line))] for line in lines]
    text = "\n".join([first, *before, *said] if first else [*before, *said])
    return case(text.replace("{n}", str(rng.integers(16, 512))))


def _plain_logs(rng: Rng) -> Iterable[Case]:
    for _unused in range(ENOUGH):  # so many cases let a mistake be named
        yield _log(rng, _WORKS, _OOM, noise=())
    yield _log(rng, _LIBRARIES, "[]", noise=())
    yield _log(rng, _CUDNN, noise=())
    yield _log(rng, _OLD_DRIVER, noise=())
    yield _log(rng, _NO_DEVICE, "[]", noise=())
    for _unused in range(3):
        yield _log(rng, "[]", noise=(), first=_WINDOWS)
        yield _log(rng, _NO_DEVICE, "[]", noise=(), first=_WSL)
    yield _log(rng, _WORKS, noise=())
    yield edge("")


def _noisy_logs(rng: Rng) -> Iterable[Case]:
    for _unused in range(2):
        yield _log(rng, _WORKS)
        yield _log(rng, _LIBRARIES, "[]", noise=(_FACTORY, _SMI))
        yield _log(rng, _LIBRARIES, "[]", noise=(_SMI,), first=_WSL)
    yield edge("PS C:\\Users\\reader\\course> python work\\train.py\nloss 0.31")  # Windows, and no list
    yield edge("$ python find_duplicates.py\n[]")  # a list, and no Windows
    yield _log(rng, _WORKS, _OOM)
    yield _log(rng, _WORKS, _OOM, first=_WSL)
    yield _log(rng, _OLD_DRIVER)
    for _unused in range(2):
        yield _log(rng, _NO_DEVICE, "[]")
        yield _log(rng, _CUDNN)


def _buggy_diagnose_log(
    bugs: Switches,
    log: str,
    *,
    noise: str = "cudnn-too-old",
    memory: str = "no-driver",
    windows: str = "missing-libraries",
) -> str:
    right = diagnose_log(log)
    if "factory_noise" in bugs and "Unable to register cuDNN factory" in log:
        return noise
    if "smi_is_installed" in bugs and right == "missing-libraries" and "CUDA Version" in log:
        return "nothing"
    if "memory_is_driver" in bugs and right == "out-of-memory":
        return memory
    if "driver_inside_wsl" in bugs and right == "wsl-sees-no-gpu":
        return "no-driver"
    if "reinstalling_on_windows" in bugs and right == "windows-has-no-gpu-build":
        return windows
    return right


DIAGNOSE_LOG = Exercise(
    id="diagnose_log",
    answer="diagnose_log",
    asks=_("The cause that a log shows, in one word."),
    reference=diagnose_log,
    parts=(Part(_("one cause each"), 2, _plain_logs), Part(_("logs with noise in them"), 2, _noisy_logs)),
    mistakes=mistakes_of(
        _buggy_diagnose_log,
        (
            "factory_noise",
            _("Every log with “Unable to register cuDNN factory” gets the same answer from you."),
            _("That line also stands in the log of a machine whose GPU works. What can it tell, then?"),
            _("Do not look for that line. An old cuDNN says “but source was compiled with”."),
        ),
        (
            "smi_is_installed",
            _("Where the table of nvidia-smi stands in a log, you find no library missing."),
            _("nvidia-smi belongs to the driver. Has it looked for a library of CUDA at all?"),
            _("Leave “CUDA Version” aside: “Cannot dlopen some GPU libraries” decides."),
        ),
        (
            "driver_inside_wsl",
            _("In WSL2 you say “no-driver”, which sends the reader to install one there."),
            _("Whose driver does WSL2 use?"),
            _("Where cuInit fails and the log names WSL2, return “wsl-sees-no-gpu”."),
        ),
        (
            "memory_is_driver",
            _("You blame the driver for “OOM when allocating”."),
            _("What does the device say about itself, a line earlier?"),
            _("“OOM when allocating” means that the memory is full: return “out-of-memory”."),
        ),
        (
            "reinstalling_on_windows",
            _("For an empty list on native Windows you name something that could be installed."),
            _("Since which version has TensorFlow for native Windows held no code for GPUs?"),
            _("Where the prompt is that of Windows and the list is empty: “windows-has-no-gpu-build”."),
        ),
        also={
            "factory_noise": (switched(_buggy_diagnose_log, "factory_noise", noise="missing-libraries"),),
            "memory_is_driver": (switched(_buggy_diagnose_log, "memory_is_driver", memory="driver-too-old"),),
            "reinstalling_on_windows": tuple(
                switched(_buggy_diagnose_log, "reinstalling_on_windows", windows=other)
                for other in ("no-driver", "nothing")
            ),
        },
    ),
    combine=combiner(_buggy_diagnose_log),
    hints=(
        _("Go through the table from the top; the first line that fits decides."),
        _('`"Cannot dlopen some GPU libraries" in log` is True where the words stand in the log.'),
        _(
            "Only two rows need two looks: cuInit in WSL2 and elsewhere; and the empty list, which counts on native "
            "Windows alone. Everything else is “nothing”."
        ),
    ),
)

RECIPE_HUNT = choice(
    "recipe_hunt",
    _("Which line of the recipe can stay as it is?"),
    {
        "a": Option(
            _("line a"),
            _(
                "The driver is too old. Driver 418 came with CUDA 10.1; the libraries of CUDA 11 need at least "
                "450.80.02."
            ),
        ),
        "b": Option(
            _("line b"),
            _(
                "Ubuntu 20.04's own package is CUDA 10.1. TensorFlow 2.6 was built for 11.2 and looks for "
                "`libcudart.so.11.0`, which is not in it."
            ),
        ),
        "c": Option(
            _("line c"),
            _("TensorFlow 2.6 wants cuDNN 8 and looks for `libcudnn.so.8`. This is cuDNN 7."),
        ),
        "d": Option(
            _("line d"),
            _(
                "Right: Ubuntu 20.04's Python is 3.8, for which TensorFlow 2.6 has wheels, and the environment is its "
                "own."
            ),
            right=True,
        ),
        "e": Option(
            _("line e"),
            _("It installs TensorFlow, and the program below imports tensorflow_hub too, which nobody has installed."),
        ),
        "f": Option(
            _("line f"),
            _(
                "It says so wherever a driver is. The table's “CUDA Version” is the newest that the driver can "
                "serve, and says nothing about libraries; ask TensorFlow for its devices."
            ),
        ),
    },
    hints=(
        _("Go down the layers: driver, CUDA libraries, cuDNN, Python, packages. What does TensorFlow want of each?"),
        _("It wants CUDA 11.2, cuDNN 8 and Python 3.6 to 3.9. Which line gives what is wanted?"),
    ),
)

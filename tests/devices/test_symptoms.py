"""Causes in logs: is each recorded one recognised, and nothing in what is none?"""

from __future__ import annotations

import re
import textwrap
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.devices.doctor import explain
from bookutils.devices.symptoms.diagnosis import diagnose, diagnose_file, read_log
from bookutils.devices.symptoms.rules import Pattern, find_needle
from bookutils.devices.symptoms.table import SYMPTOMS
from bookutils.devices.symptoms.text import join_broken_lines, readings

LOGS = sorted((Path(__file__).parent / "logs").glob("*.txt"))
NOISE = "\n".join(path.read_text() for path in LOGS if path.name.startswith(("nothing--fact", "nothing--start")))
# The rows of the table in the course's facts on TensorFlow: what people report.
ROWS = {
    "windows-has-no-gpu-build", "missing-libraries", "wsl-sees-no-gpu", "cudnn-too-old", "no-native-build",
    "libdevice-not-found", "no-driver", "out-of-memory",
}  # fmt: skip


def expected(path: Path) -> list[str]:
    """What a file's name says that has to be recognised in it."""
    names = path.name.split("--")[0]
    return [] if names == "nothing" else names.split("+")


def names_in(text: str) -> list[str]:
    return [cause.name for cause in diagnose(text)]


@cache
def may_be_named_in_a_part(path: Path) -> set[str]:
    """What a log shows; what else its lines show alone, which others explain or take back; and the less special kin."""
    log = readings(path.read_text())
    explained = {symptom.name for symptom in SYMPTOMS if symptom.unless & set(expected(path))}
    taken_back = {symptom.name for symptom in SYMPTOMS if any(other.found_in(log) for other in symptom.against)}
    less = {"no-driver", "compiled-at-start", "missing-libraries", "cudart-not-found", "driver-mismatch",
            "ptxas-not-found", "symbolic-keras-tensor", "windows-has-no-gpu-build"}  # fmt: skip
    return {*expected(path), *explained, *taken_back, *less}


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_recorded_log_shows_its_cause(path: Path) -> None:
    """Is exactly that recognised which the file's name says?"""
    causes = diagnose(path.read_text())
    assert [cause.name for cause in causes] == expected(path)
    for cause in causes:
        assert cause.says and cause.todo and cause.line, "each says what it means, what to do, and where it was seen"
        assert cause.line[:40] in path.read_text()


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_the_way_a_log_came_does_not_matter(path: Path) -> None:
    """Is the same recognised with Windows' line ends, as UTF-16, in colours, and among the noise of a start?"""
    text, names = path.read_text(), expected(path)
    windows = text.replace("\n", "\r\n")
    for content in (
        windows.encode(), windows.encode("utf-16"), windows.encode("utf-16-le"), windows.encode("utf-16-be"),
        b"\xef\xbb\xbf" + windows.encode(),
    ):  # fmt: skip
        assert names_in(read_log(content)) == names
    coloured = "\n".join(f"\x1b[0;31m{line}\x1b[0m" for line in text.splitlines())
    assert names_in(coloured) == names
    assert names_in(f"{NOISE}\n{text}\n{NOISE}") == names


def test_long_lines_that_a_terminal_broke_are_read_on() -> None:
    """Is a cause recognised although a line end stands in the middle of its words?"""
    assert names_in("Cannot dlopen some GPU\n  libraries. Please make sure") == ["missing-libraries"]


def broken_by_a_terminal(text: str, width: int) -> str:
    """Break lines as a terminal does: at a column, in the middle of a word."""
    return "\n".join(line[at : at + width] for line in text.split("\n") for at in range(0, max(1, len(line)), width))


def broken_by_a_mail(text: str, width: int) -> str:
    """Break lines as a mail does: at a space, which is dropped."""
    lines = (textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n"))
    return "\n".join("\n".join(line) for line in lines)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [80, 100, 120])
def test_lines_that_were_broken_say_the_same(path: Path, width: int) -> None:
    """Is a log that a terminal or a mail broke read as the whole one, with nothing added?"""
    text = path.read_text()
    if "broken" not in path.stem:
        assert names_in(broken_by_a_terminal(text, width)) == expected(path)
    assert set(names_in(broken_by_a_mail(text, width))) <= set(expected(path))


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_the_place_a_log_was_pasted_from_does_not_matter(path: Path) -> None:
    """Is the same recognised in a forum's quotation, in docker compose's lines, and with a web page's entities?"""
    text, names = path.read_text(), expected(path)
    assert names_in("\n".join(f"> {line}" for line in text.split("\n"))) == names
    assert names_in("\n".join(f"trainer-1  | {line}" for line in text.split("\n"))) == names
    assert names_in(text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")) == names
    assert names_in(text.replace("'", "’")) == names


def test_a_note_does_not_decide_where_the_log_ends_in_another_error() -> None:
    """Is a missing GPU left aside where the program ended in an error of its own, and named where that came before?"""
    note = "I0000 00:00:1.1 15047 cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used."
    error = "Traceback (most recent call last):\nKeyError: 'label'"
    assert names_in(f"{note}\n{error}") == []
    assert names_in(f"{error}\n$ python train.py\n{note}") == ["no-driver"]
    shapes = (
        "InvalidArgumentError: {{function_node __wrapped__MatMul_device_/job:localhost/replica:0/task:0/device:CPU:0}} "
        "Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3] [Op:MatMul] name:"
    )
    assert names_in(f"{note}\n{shapes}") == []
    assert names_in(f"{note}\nInvalidArgumentError: Graph execution error:\n\nDetected at node Gather") == []
    asked = "I cuda_driver.cc:739] failed to allocate 7.40G (7949377536 bytes) from device: CUDA_ERROR_OUT_OF_MEMORY"
    assert names_in(f"{asked}\n{error}") == [] and names_in(asked) == ["out-of-memory"]
    assert names_in(f"{note}\nRuntimeError: no GPU was found for this job") == ["no-driver"]
    assert names_in(f"{note}\nImportError: numpy.core.multiarray failed to import") == ["numpy-of-another-version"]


def test_lines_that_begin_a_message_are_not_joined() -> None:
    """Does a long line stay apart from a message after it?"""
    long = "x" * 90
    for line in ("2024-01-01 10:00:00: I y", "W0000 00:00:1 y", "ValueError: y", '  File "a.py"', ">>> y", "$ y", ""):
        assert join_broken_lines(f"{long}\n{line}") == f"{long}\n{line}"


def test_all_that_is_nothing_is_nothing_together() -> None:
    """Is nothing put together from words that stand in different parts of a log: WSL here, an empty list there?"""
    assert names_in("\n".join(path.read_text() for path in LOGS if not expected(path))) == []


def test_each_cause_has_a_recorded_log() -> None:
    """Does each entry of the table, and each row of the facts, stand on words that were really written?"""
    recorded = {name for path in LOGS for name in expected(path)}
    assert {symptom.name for symptom in SYMPTOMS} == recorded
    assert recorded >= ROWS


def test_what_explains_a_cause_comes_before_it() -> None:
    """Is each name in `unless` one of an earlier entry, so that it is known by then?"""
    for place, symptom in enumerate(SYMPTOMS):
        assert symptom.unless <= {earlier.name for earlier in SYMPTOMS[:place]}, symptom.name


def patterns() -> list[Pattern]:
    """All patterns of the table."""
    return [
        pattern
        for symptom in SYMPTOMS
        for pattern in (*symptom.patterns, *symptom.context, *symptom.against, symptom.detail)
        if pattern is not None
    ]


def test_every_text_that_fits_a_pattern_holds_its_needle() -> None:
    """Is no match lost, because a pattern is tried only where its needle stands?"""
    for pattern in patterns():
        for path in LOGS:
            for reading in readings(path.read_text()):
                for match in pattern.expression.finditer(reading.text):
                    assert pattern.needle in match[0].lower(), (pattern, path)
    assert all(pattern.needle for symptom in SYMPTOMS for pattern in symptom.patterns), "else a large log takes long"


@pytest.mark.parametrize(
    ("words", "needle"),
    [("abc", "abc"), (r"a\.b?cde", "cde"), ("(?:long words)? x", "x"), ("[abc]def+g", "def"), (r"\bab{1,3}cd", "cd"),
     (r"[\]x]yy", "yy"), ("ab*cc", "cc")],
)  # fmt: skip
def test_a_needle_is_what_cannot_be_missing(words: str, needle: str) -> None:
    """Is what may be missing, or may be another, no part of the needle?"""
    assert find_needle(words) == needle


@given(
    st.from_regex(
        re.compile(r"(?:OOM when allocating|File \"|cuInit|numpy|GLIBC|\s|[\w .:'\"/\\\[\]-]){0,400}", re.ASCII)
    )
)
def test_words_of_messages_in_any_order_can_be_asked_about(text: str) -> None:
    """Does a text that is full of beginnings of messages come back, too?"""
    diagnose(text * 40)


def test_details_are_taken_from_the_log() -> None:
    """Are the missing libraries, the versions and the tensor's shape named, each once?"""
    says = {path.stem: diagnose(path.read_text())[0].says for path in LOGS if expected(path)}
    assert says["missing-libraries--2.6-on-ubuntu-20.04"].endswith("libcudart.so.11.0, libcudnn.so.8.")
    assert "9.1.0 but source was compiled with: 9.3.0" in says["cudnn-too-old--pytorch-beside-it"]
    assert "[64,12,512,512]" in says["out-of-memory--bert-batch"]
    assert "12.0" in says["no-native-build--rtx-5080"]
    assert says["libstdcxx-too-old--broken-lines"].endswith("GLIBCXX_3.4.30.")
    assert says["xla-flag-unknown--triton"].endswith("--xla_gpu_enable_triton_gemm=false.")
    assert "The installed NumPy is older" in says["numpy-of-another-version--older"]
    assert "older" not in says["numpy-of-another-version--array-api"]
    assert "mixed" in says["numpy-of-another-version--loaded-before"]
    assert "/etc/ssl/certs/ca-certificates.crt" in says["certificate-refused--libcurl"]
    assert "HTTPS_PROXY" in says["no-network--answer-in-the-clear"]
    assert "460.73.1" in says["container-newer-than-driver--libcuda"]
    assert "loaded 7301" in says["cudnn-too-new--7.3-for-7.0"]
    assert says["metal-plugin--newer-macos"].endswith("It was built for macOS 12.0.")
    assert "macOS" not in says["metal-plugin--2.5"]
    assert says["out-of-memory--held-before"].endswith("were free: 190.31MiB.")
    assert "Puma-dev CA" in says["certificate-refused--this-machine-answers"]
    assert "3.5.*|3.6.*|3.7.*" in says["nothing-to-install--conda"]
    assert "python=3.8" in says["nothing-to-install--conda"]
    assert "gencode 5.29.3 runtime 7.34.0" in says["protobuf-of-another-version--runtime-too-new"]


@pytest.mark.parametrize(
    ("log", "named", "not_named"),
    [
        ("missing-libraries--dlerror-names-another", "libnvJitLink.so.12", "libcusolver"),
        ("missing-libraries--a-library-of-the-system", "libgomp.so.1", "libcusolver"),
        ("missing-libraries--beside-tensorrt", "libcublas.so.10.0", "libnvinfer"),  # TensorRT is missed by nobody
        ("missing-libraries--nvrtc", "libnvrtc.so", "libcudnn"),
        ("cuda-libraries-mixed--cublas", "libcusolver.so.10", "libcublas"),
    ],
)  # fmt: skip
def test_the_library_that_is_named_is_the_one_that_is_missing(log: str, named: str, not_named: str) -> None:
    """Where one library wants another, is the one named that is not there, and not the one that wanted it?"""
    (cause,) = diagnose((Path(__file__).parent / "logs" / f"{log}.txt").read_text())
    assert named in cause.says
    assert not_named not in cause.says


@pytest.mark.parametrize(
    ("log", "todo", "not_todo"),
    [
        # A dtype has 96 bytes in NumPy 1, and 88 in NumPy 2; where another type is smaller, NumPy is the older one.
        ("numpy-of-another-version--numpy-2-loaded", 'numpy<2"', "--upgrade numpy "),
        ("numpy-of-another-version--ndarray-size", "--upgrade numpy", "numpy<2"),
        ("numpy-of-another-version--loaded-before", "Restart", "numpy<2"),
        ("cudnn-too-old--pytorch-beside-it", "nvidia-cudnn-cu12", "clean"),
        ("cudnn-too-old--2.12", "clean", "nvidia-cudnn-cu12"),  # it wants a cuDNN 8
        ("cudnn-too-old--1.4", "clean", "nvidia-cudnn-cu12"),
        ("libdevice-not-found--jax", "XLA_FLAGS", "tensorflow"),
        ("missing-libraries--a-library-of-the-system", "libgomp1", "tensorflow[and-cuda]"),
        ("cudnn-too-new--9-for-8", "LD_LIBRARY_PATH", "upgrade"),
        ("driver-mismatch--older-libcuda", "older one away", "host"),
        ("out-of-memory--held-before", "other program", "smaller batch"),
        ("out-of-memory--free-at-first", "smaller batch", "nvidia-smi"),
        ("protobuf-of-another-version--runtime-too-new", "Upgrade the package", "--upgrade protobuf"),
        ("protobuf-of-another-version--gencode", "--upgrade protobuf", "Upgrade the package"),
        ("ml-dtypes-of-another-version--gone", "ml_dtypes<0.3", "--upgrade ml_dtypes"),
        ("ml-dtypes-of-another-version--older", "--upgrade ml_dtypes", "<0.3"),
        ("distutils-missing--debian", "python3-distutils", "older Python"),
        ("ptxas-does-not-fit--dropped-card", "of the CUDA that this TensorFlow", "newer"),
        ("code-of-another-keras--ops", "--upgrade tensorflow keras", "tf-keras"),
        ("libdevice-not-found--keras-fit", "tensorflow[and-cuda]", "jax"),
        ("watch-limit--instances", "max_user_instances", "max_user_watches"),
        ("watch-limit--inotify", "max_user_watches", "max_user_instances"),
        ("certificate-refused--expired", "clock", "Install Certificates"),
    ],
)  # fmt: skip
def test_what_to_do_fits_the_reason(log: str, todo: str, not_todo: str) -> None:
    """Does each kind of one cause get its own remedy, and not that of its neighbour?"""
    (cause,) = diagnose((Path(__file__).parent / "logs" / f"{log}.txt").read_text())
    assert todo in cause.todo
    assert not_todo not in cause.todo


@pytest.mark.parametrize(
    "text",
    [
        "RuntimeError: cuDNN error: CUDNN_STATUS_NOT_INITIALIZED",
        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "RuntimeError: CUDA error: no kernel image is available for execution on the device",
        'File "/env/site-packages/mmcv/utils/ext_loader.py", line 13\n'
        "ImportError: libcudart.so.10.1: cannot open shared object file: No such file or directory",
        'File "/env/site-packages/triton/backends/nvidia/compiler.py", line 395\n'
        "ptxas fatal   : Value 'sm_120' is not defined for option 'gpu-name'",
        "TypeError: split() got an unexpected keyword argument 'groups'",
        "TypeError: __init__() got an unexpected keyword argument 'batch_shape'",
        "ModuleNotFoundError: No module named 'keras.layers.Dense'",
        "zipfile.BadZipFile: Bad CRC-32 for file 'train/cat.1.jpg'",
        "nvidia-container-cli: initialization error: open failed: /proc/sys/kernel/overflowuid: permission denied",
        "nvidia-container-cli: device error: 2: unknown device: unknown.",
        "Trying to load a model of incompatible/unknown type. './mine' contains neither 'saved_model.pb' nor "
        "'saved_model.pbtxt'.",
        "import tensorflow_hub as hub\nurllib.error.HTTPError: HTTP Error 403: rate limit exceeded",
        "ServerSelectionTimeoutError: localhost:27017: [WinError 10061] No connection could be made",
        "mkdir /sys/fs/cgroup/memory/docker/abc: no space left on device.",
        ">>> import numpy\nIllegal instruction (core dumped)",
        'File "/env/site-packages/torch/__init__.py", line 239\n'
        "OSError: libcublas.so.11: undefined symbol: cublasLtGetStatusString, version libcublasLt.so.11",
        "RuntimeError: cuDNN version incompatibility: PyTorch was compiled  against (9, 1, 0) but found runtime "
        "version (8, 9, 7).",
        "NotImplementedError: Could not run 'torchvision::nms' with arguments from the 'CUDA' backend.",
        "AttributeError: module 'torch' has no attribute 'float8_e4m3fn'",
        "XlaRuntimeError: INTERNAL: ptxas exited with non-zero error code 65280, output: ptxas fatal   : Value 'sm_90' "
        "is not defined for option 'gpu-name'",
        "OSError: [Errno 16] Device or resource busy: '/dev/video0'",
        "In the samples code=35 is written beside cudaErrorInsufficientDriver; is that my case?",
        "I read that 'Could not locate zlibwapi.dll. Please make sure it is in your library path!' is harmless.",
        "Many write ModuleNotFoundError: No module named 'distutils' when they mean setuptools.",
        "ModuleNotFoundError: No module named 'distutils.msvccompiler'",  # newer setuptools lack that one
        "WARNING: cannot verify files.example.org's certificate, issued by 'CN=R3':\nHTTP request sent, 200 OK",
        "AttributeError: module 'keras._tf_keras.keras.layers' has no attribute 'Dennse'",
        "InvalidArgumentError: No OpKernel was registered to support Op 'NcclAllReduce' used by node a with these "
        "attrs: []\nRegistered devices: [CPU]\nRegistered kernels:\n  <no registered kernels>",
        "InvalidArgumentError: No OpKernel was registered to support Op 'CudnnRNN' used by node a with these attrs: "
        "[]\nRegistered devices: [CPU, GPU]\nRegistered kernels:\n  <no registered kernels>",
        "ImportError: dlopen(cv2.so, 2): Symbol not found: _CGEventCreate\n  Referenced from: libQtGui.dylib "
        "(which was built for Mac OS X 11.0)",
        "UserWarning: Protobuf gencode version 5.29.0 is exactly one major version older than the runtime version "
        "6.31.1 at a.proto.",
        "/env/tensorflow/python/_pywrap_tensorflow_internal.so: undefined symbol: _ZN10tensorflow8internalE",
    ],
)  # fmt: skip
def test_what_others_say_in_the_same_words_is_nothing(text: str) -> None:
    """Is a text left alone that another library, or a learner's slip, writes in words like TensorFlow's?"""
    assert names_in(text) == []


def test_a_download_that_pip_tried_again_failed_only_where_it_says_so() -> None:
    """Is "Retrying" no cause where pip went on, and one where it gave up?"""
    tried = (
        "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'ReadTimeoutError(\"HTTPSConnect"
        "ionPool(host='files.example.org', port=443): Read timed out. (read timeout=15)\")': /simple/numpy/"
    )
    assert names_in(f"{tried}\n  Downloading numpy.whl\nSuccessfully installed numpy") == []
    assert names_in(f"{tried}\n  Downloading numpy.whl\nSuccessfully installed numpy\nKeyError: 'label'") == []
    assert names_in(tried) == ["no-network"]
    assert names_in(f"{tried}\n  Downloading numpy.whl\nERROR: No matching distribution found for numpy") == [
        "no-network"
    ]


def test_another_package_gets_no_advice_about_tensorflow_s_pythons() -> None:
    """Is Python 3.12 named for TensorFlow itself, and not for what was never made for it?"""
    (ours,) = diagnose("ERROR: No matching distribution found for tensorflow==2.9")
    (other,) = diagnose("ERROR: No matching distribution found for tflite-runtime")
    (gone,) = diagnose("ERROR: No matching distribution found for tensorflow-gpu==1.15")
    assert "3.12" in ours.todo and "3.12" not in other.todo
    assert gone.name == "tensorflow-gpu-is-gone"


VERSIONS = st.tuples(st.integers(5, 9), st.integers(0, 9), st.integers(0, 99))


@given(VERSIONS, VERSIONS, st.booleans())
def test_a_cudnn_is_called_old_or_new_by_its_numbers(
    loaded: tuple[int, int, int], wanted: tuple[int, int, int], in_one: bool
) -> None:
    """Does the cause's name say which of the two is the newer one, in TensorFlow's old spelling and its new one?"""
    logs = {
        True: "Loaded runtime CuDNN library: {} (compatibility version 7000) but source was compiled with {} "
              "(compatibility version 7000).",
        False: "Loaded runtime CuDNN library: {} but source was compiled with: {}.  CuDNN library needs to have",
    }  # fmt: skip
    numbers = [
        f"{major * (10000 if major > 8 else 1000) + minor * 100 + patch}" if in_one else f"{major}.{minor}.{patch}"
        for major, minor, patch in (loaded, wanted)
    ]
    name = "cudnn-too-old" if loaded < wanted else "cudnn-too-new"
    assert names_in(logs[in_one].format(*numbers)) == ([] if loaded == wanted else [name])


@given(st.tuples(st.integers(300, 600), st.integers(0, 99)), st.tuples(st.integers(300, 600), st.integers(0, 99)))
def test_a_container_is_called_newer_by_its_numbers(kernel: tuple[int, int], library: tuple[int, int]) -> None:
    """Is a container said to be newer than the driver only where its library is?"""
    differ = "kernel version {}.{} does not match DSO version {}.{} -- cannot find working devices"
    (name,) = names_in(f"root@f7b7a8f85319:/# python\n{differ.format(*kernel, *library)}")
    assert name == ("container-newer-than-driver" if kernel < library else "driver-mismatch")


def test_a_file_that_is_not_there_is_a_sentence() -> None:
    """Is it said which file cannot be read, and why?"""
    with pytest.raises(UsageError, match="nowhere"):
        diagnose_file("nowhere/at/all.txt")


def test_what_is_not_known_is_not_guessed() -> None:
    """Does an unknown text get an answer that claims nothing?"""
    assert "No known cause" in explain(diagnose("Segmentation fault (core dumped)"))


@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from([path.read_text() for path in LOGS])), max_size=6))
def test_any_text_can_be_asked_about(pieces: list[str]) -> None:
    """Does `diagnose` come back for every text, each cause once and with all its words?"""
    causes = diagnose("\n".join(pieces))
    assert len({cause.name for cause in causes}) == len(causes)
    assert all(cause.says and cause.todo and "{" not in cause.says for cause in causes)


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(content: bytes) -> None:
    """Does a file of any bytes give a text, without what no text has?"""
    text = read_log(content)
    assert "\0" not in text and "\r" not in text
    diagnose(text)


@given(st.sampled_from(LOGS), st.data())
def test_a_log_that_was_cut_off_can_be_asked_about(path: Path, data: st.DataObject) -> None:
    """Is nothing invented for a part of a log: only what the whole shows, its kin, or what the rest takes back?"""
    words = re.split(r"(?<=\s)(?=\S)", path.read_text())  # half a name is another name, and not cut here
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(words))] * 2)))
    assert set(names_in("".join(words[start:end]))) <= may_be_named_in_a_part(path)

"""Causes that lie with the NVIDIA driver, or with a container that does not reach it."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.devices.symptoms.numbers import is_falling, is_rising
from bookutils.devices.symptoms.rules import Symptom, symptom

# A container's host name is twelve hexadecimal digits.
_IN_CONTAINER = (
    r"(?:for host: |hostname: |root@)[0-9a-f]{12}\b|\bdocker (?:run|compose|exec)\b|\bsingularity\b|\bapptainer\b|"
    r"nvcr\.io|tensorflow/tensorflow:|/usr/local/cuda(?:-[\d.]+)?/compat|inside (?:the|a) container|cuda-compat"
)
_DRIVERS_DIFFER = r"kernel version (\d[\d.]*) does not match DSO version (\d[\d.]*)"
_NO_DRIVER_AT_ALL = (
    r"NVIDIA-SMI has failed", r"Could not find cuda drivers", r"libcuda\.so\.1: cannot open shared object file",
    r"kernel driver does not appear to be running on this host",
)  # fmt: skip
_SMI_TABLE = r"\| NVIDIA-SMI \d"
_HAS_GPU = (r"PhysicalDevice\(name='/physical_device:GPU", r"Created device \S*GPU:\d+ with")

DRIVERS: tuple[Symptom, ...] = (
    symptom(
        "container-newer-than-driver",
        (
            r"nvidia-container-cli: requirement error: unsatisfied condition: ",
            r"This container was built for NVIDIA Driver Release [\d.]+ or later, but version [\d.]+ was detected",
        ),
        _("The container's CUDA wants a newer driver than the host has."),
        _("Install a newer driver on the host (on WSL2: on Windows), or take an image of an older CUDA."),
        detail=r"unsatisfied condition: (\w+ ?[<>=]+ ?[\d.]+)",
        detail_says=_("It wants {detail}."),
    ),
    symptom(
        "container-newer-than-driver",
        (_DRIVERS_DIFFER,),
        _("In the container the driver's library (libcuda) is newer than the driver of the host."),
        _("Update the host's driver, or take an image of an older CUDA; keep /usr/local/cuda/compat off "
          "LD_LIBRARY_PATH."),
        fits=is_rising,
        context=(_IN_CONTAINER,),
        unless=("container-newer-than-driver",),
        detail=r"(kernel version [\d.]+ does not match DSO version [\d.]*\d)",
        detail_says=_("The log says: {detail}."),
        note=True,
    ),
    symptom(
        "driver-mismatch",
        (_DRIVERS_DIFFER,),
        _("The driver's library that was found (libcuda) is older than the driver in the running kernel: mostly a copy "
          "that an older driver left behind, or one that an image brings."),
        _("Restart the machine. Where it stays so, type: ldconfig -p | grep libcuda   and take the older one away, "
          "from LD_LIBRARY_PATH too."),
        fits=is_falling,
        unless=("container-newer-than-driver",),
        note=True,
    ),
    symptom(
        "driver-mismatch",
        (
            _DRIVERS_DIFFER,
            r"Driver/library version mismatch",
            r"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
        ),
        _("The driver in the running kernel and the driver's library have different versions: mostly an update that "
          "waits for a restart."),
        _("Restart the machine. In a container update the driver of the host, and keep /usr/local/cuda/compat off "
          "LD_LIBRARY_PATH."),
        unless=("container-newer-than-driver", "driver-mismatch"),
        note=True,
    ),
    symptom(
        "container-toolkit-missing",
        (
            r"could not select device driver [^\n]{0,30}with capabilit\w{1,4}: ?\[\[[^\]\n]{0,80}gpu",
            r"Unknown runtime specified nvidia",
            r"unknown or invalid runtime name: nvidia",
            r"failed to discover GPU vendor from CDI",
        ),
        _("Docker knows no way to pass a GPU on: NVIDIA's Container Toolkit is missing on the host, or not set up."),
        _("On the host install nvidia-container-toolkit, type: sudo nvidia-ctk runtime configure --runtime=docker   "
          "and restart Docker."),
    ),
    symptom(
        "container-host-without-driver",
        (
            r"nvidia-container-cli: initialization error: (?:nvml error|cuda error|driver|load library failed: "
            r"lib(?:nvidia|cuda)|WSL environment detected)",
            r"nvidia-container-cli: detection error: (?:nvml|driver)",
            r"nvidia-container-cli: device error: (?:nvml|driver)",
        ),
        _("Docker's NVIDIA part found no driver on the host that answers."),
        _("On the host type: nvidia-smi   Where it fails, install the driver there (on WSL2: on Windows) and restart."),
        unless=("driver-mismatch",),
    ),
    symptom(
        "container-without-gpu",
        (r"The NVIDIA Driver was not detected\. GPU functionality will not be available",),
        _("The container was started without a GPU."),
        _("Start it with: docker run --gpus all ...   (the host needs a driver and nvidia-container-toolkit)."),
        against=(_SMI_TABLE, *_HAS_GPU),
        note=True,
    ),
    symptom(
        "container-without-gpu",
        (
            r"no NVIDIA GPU device is present: /dev/nvidia0 does not exist",
            r"kernel driver does not appear to be running on this host",
            r"libcuda reported version is: (?:Not found|NOT_FOUND)",
        ),
        _("The container was started without a GPU."),
        _("Start it with: docker run --gpus all ...   (the host needs a driver and nvidia-container-toolkit)."),
        context=(_IN_CONTAINER,),
        against=_HAS_GPU,
        unless=("container-without-gpu", "container-newer-than-driver"),
        note=True,
    ),
    symptom(
        "container-lost-gpu",
        (r"Failed to initialize NVML: Unknown Error",),
        _("The container lost its GPU, or was never allowed to open it: the host's systemd has set the rights anew."),
        _("Start the container anew. To keep the GPU, name its devices too: --device /dev/nvidia0 --device "
          "/dev/nvidiactl --device /dev/nvidia-uvm"),
        context=(rf"{_IN_CONTAINER}|\bdocker\b|\bcontainer\b",),
    ),
    symptom(
        "container-and-driver-differ",
        (
            r"cuInit[^\n]{0,120}CUDA_ERROR_NOT_FOUND",
            r"CUDA_ERROR_NOT_FOUND[^\n]{0,60}cuInit",
            r"cudaGetDeviceCount\(\)[^\n]{0,160}Error 500: named symbol not found",
        ),
        _("libcuda started without a part that the driver brings: the container tools are older than the driver, as "
          "with Windows drivers from 555 on under WSL2."),
        _("Update Docker Desktop (4.31 or newer), or nvidia-container-toolkit (1.15 or newer), and start the container "
          "anew."),
    ),
    symptom(
        "driver-too-old",
        (
            r"CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
            r"provided PTX was compiled with an unsupported toolchain",
        ),
        _("The NVIDIA driver is older than the CUDA libraries that the program brings."),
        _("Install the newest driver that the card can have, at least 525.60.13; on WSL2 the Windows driver, on "
          "Windows itself."),
    ),
    symptom(
        "driver-too-old",
        (r"CUDA driver version is insufficient for CUDA runtime version", r"code=35\(cudaErrorInsufficientDriver\)"),
        _("The NVIDIA driver is older than the CUDA libraries that the program brings. CUDA says the same where no "
          "driver answers at all."),
        _("Type: nvidia-smi   Where it works, install the newest driver that the card can have, at least 525.60.13; "
          "where it fails, the driver itself, and start a container with --gpus all. On WSL2 the driver is the one of "
          "Windows."),
        against=_NO_DRIVER_AT_ALL,
        unless=("driver-too-old",),
    ),
    symptom(
        "driver-not-running",
        (r"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver", r"NVML: Driver Not Loaded"),
        _("nvidia-smi is there, and no driver answers it."),
        _("Reinstall the driver and restart; on WSL2 install it on Windows only, then type: wsl --shutdown"),
    ),
    symptom(
        "gpu-lost",
        (r"GPU has fallen off the bus", r"Unable to determine the device handle for GPU[^\n]{0,80}GPU is lost",
         r"CUDA_ERROR_ECC_UNCORRECTABLE"),
        _("The GPU stopped answering: its power, its heat or the card itself."),
        _("Switch the machine off and on again; where it comes back, the card or its supply needs a look."),
    ),
    symptom(
        "fabric-manager-not-running",
        (r"CUDA_ERROR_SYSTEM_NOT_READY", r"Error 802: system not yet initialized"),
        _("The GPUs of this server are joined by NVSwitch, and the service that sets it up does not run."),
        _("On the host type: sudo systemctl restart nvidia-fabricmanager   (its version has to be the driver's)."),
    ),
    symptom(
        "stub-library",
        (r"CUDA_ERROR_STUB_LIBRARY", r"stub library[^\n]{0,80}libcuda", r"libcuda[^\n]{0,80}stub library"),
        _("A stub was loaded in place of the driver's library. A stub is for compiling and can run nothing."),
        _("Take the folder that ends in /stubs out of LD_LIBRARY_PATH."),
    ),
    symptom(
        "fork-after-cuda",
        (r"CUDA_ERROR_NOT_INITIALIZED: initialization error", r"CUDA device count: CUDA_ERROR_NOT_INITIALIZED",
         r"Cannot re-initialize CUDA in forked subprocess"),
        _("Mostly a process that had used the GPU was forked: CUDA does not work in the child."),
        _('Call multiprocessing.set_start_method("spawn") before anything else, or use the GPU in the children only.'),
    ),
    symptom(
        "gpu-busy",
        (
            r"CUDA-capable device(?:s|\(s\))? (?:is/)?are busy or unavailable",
            r"CUDA_ERROR_DEVICE_UNAVAILABLE",
        ),
        _("The driver gives this program no GPU. Mostly another program has it for itself (compute mode Exclusive), or "
          "it is in a state that only a restart ends."),
        _("Type: nvidia-smi   and end the other program, or set the mode with: sudo nvidia-smi -c 0   Where no other "
          "program is there, restart the machine."),
        unless=("fork-after-cuda",),
        note=True,
    ),
)  # fmt: skip

"""What a log says about the GPU that a program did not find. Taught in chapter 07."""

from __future__ import annotations


def diagnose_log(log: str) -> str:
    """Return the cause that a log of TensorFlow shows, in one word.

    Parameters
    ----------
    log : everything that was written

    Returns
    -------
    "out-of-memory", "missing-libraries", "cudnn-too-old", "driver-too-old", "wsl-sees-no-gpu", "no-driver",
    "windows-has-no-gpu-build" or "nothing"; the names are those of `bookutils.devices.symptoms`, which knows more

    Notes
    -----
    Taught in chapter 07.

    Examples
    --------
    >>> diagnose_log("Unable to register cuDNN factory")
    'nothing'
    """
    if "OOM when allocating" in log:
        return "out-of-memory"
    if "Cannot dlopen some GPU libraries" in log:
        return "missing-libraries"
    if "but source was compiled with" in log:
        return "cudnn-too-old"
    if "driver version is insufficient" in log:
        return "driver-too-old"
    if "failed call to cuInit" in log:
        return "wsl-sees-no-gpu" if "WSL2" in log else "no-driver"
    if "C:\\" in log and "[]" in log:
        return "windows-has-no-gpu-build"
    return "nothing"

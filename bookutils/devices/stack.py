"""What was seen when TensorFlow was tried out: it starts, lists devices, and each of them computes, or does not.

A name in a list is no GPU that works. So every line here rests on a computation whose result NumPy confirms, or says
that there was none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding
from bookutils.core.messages import _, join_words
from bookutils.devices.driver import ANSWERS, Driver, is_too_old
from bookutils.devices.probe import Device, Probe, Trial
from bookutils.devices.symptoms.diagnosis import Diagnosis, diagnose
from bookutils.devices.system import WINDOWS, WSL2, System
from bookutils.models.encoder.acceleration import choose_acceleration

NATIVE, TRANSLATED, MISSING = "native", "translated", "missing"
_CHECKS = ("product", "function", "convolution")
_IN_USE = {"out-of-memory", "cudnn-not-started"}  # another program may hold the GPU; that is no fault of this machine
_HARMLESS = {"no-driver", "cudart-not-found", "gpu-hidden", "compiled-at-start"}  # a start goes on after these
_WITH_CUDA = 'pip install "tensorflow[and-cuda]==2.21.0"'


def stack_findings(
    probe: Probe, driver: Driver, system: System, hidden: bool, cpu: frozenset[str], first: str = ""
) -> list[Finding]:
    """Say what was seen of TensorFlow.

    Parameters
    ----------
    probe : what the trial saw
    driver, system : what the driver and the system said
    hidden : whether CUDA_VISIBLE_DEVICES hides GPUs
    cpu : the processor's own units for 16-bit numbers, see `cpu_units`
    first : what to do first where TensorFlow does not start, for instance because a file stands in its place
    """
    if not probe.version:
        return [_not_started(probe, first)]
    return [
        _built(probe),
        _devices(probe, driver, system, hidden),
        _computation(probe),
        _precision(probe, cpu),
        _xla(probe),
    ]


def code_for(built: Sequence[str], capability: tuple[int, int]) -> str:
    """Say how a TensorFlow that was built for some GPUs runs on one: natively, translated by the driver, or not at all.

    Parameters
    ----------
    built : such as ``["sm_80", "compute_90"]``: machine code for 8.0, and intermediate code that begins at 9.0
    capability : of the GPU

    Notes
    -----
    Machine code runs on GPUs of the same major version from its own minor version on; intermediate code is translated
    for that one and all newer ones (NVIDIA, CUDA C++ Programming Guide, "Binary compatibility", "PTX compatibility").
    Taught in chapter 07.

    Examples
    --------
    >>> built = ["sm_60", "sm_70", "sm_80", "sm_89", "compute_90"]
    >>> [code_for(built, gpu) for gpu in ((7, 5), (8, 6), (9, 0), (12, 0), (5, 2))]
    ['native', 'native', 'translated', 'translated', 'missing']
    """
    translated = False
    for target in built:
        match = re.fullmatch(r"(sm|compute)_(\d+)(\d)[a-z]?", target)
        if match is None:
            continue
        major, minor = int(match[2]), int(match[3])
        if match[1] == "sm" and major == capability[0] and minor <= capability[1]:
            return NATIVE
        translated |= match[1] == "compute" and (major, minor) <= capability
    return TRANSLATED if translated else MISSING


def _not_started(probe: Probe, first: str) -> Finding:
    facts = {"version": "", "ended": probe.ending(), "finished": False}
    if probe.code is None:
        says = _("`import tensorflow` was stopped after {seconds:.0f} seconds.").format(seconds=probe.seconds)
        todo = _(
            'In a terminal type: python -c "import tensorflow"   and wait; on a slow disk the first start is long.'
        )
        return Finding("tensorflow", PROBLEM, says, todo, facts)
    if probe.ending() == "SIGILL":
        says = _("`import tensorflow` ends at an instruction that this processor does not have, such as AVX.")
        return Finding("tensorflow", PROBLEM, says, _("Use Colab or another machine."), facts)
    if first:  # whatever it says, it is not TensorFlow's own fault yet
        says = _("It does not start ({ending}): {line}").format(ending=probe.ending(), line=_last_line(probe))
        return Finding("tensorflow", PROBLEM, says, first, facts)
    if flags := _unknown_flags(probe):
        variable, says, todo = flags
        says = _("It does not start: {says}").format(says=says)
        return Finding("tensorflow", PROBLEM, says, todo, {**facts, "variable": variable})
    cause = next(iter(diagnose(probe.log)), None)
    if cause is not None and cause.name not in _HARMLESS:
        return Finding("tensorflow", PROBLEM, _("It does not start: {says}").format(says=cause.says), cause.todo, facts)
    says = _("It does not start ({ending}): {line}").format(ending=probe.ending(), line=_last_line(probe))
    todo = _('Type: pip install --force-reinstall "tensorflow==2.21.0"   in an environment of its own.')
    return Finding("tensorflow", PROBLEM, says, todo, facts)


def _unknown_flags(probe: Probe) -> tuple[str, str, str] | None:
    """Return the variable whose flags ended the program, what it holds, and what to do; XLA ends at its first use."""
    found = re.search(r"Unknown flags? in (\w*XLA_FLAGS):\s*(.+)", probe.log)
    if found is None or probe.finished:
        return None
    says = _("{variable} holds flags that this version does not know: {flags}").format(
        variable=found[1], flags=found[2].strip()[:300]
    )
    return found[1], says, _("Unset {variable} and restart the kernel.").format(variable=found[1])


def _last_line(probe: Probe) -> str:
    return next((line.strip() for line in reversed(probe.log.splitlines()) if line.strip()), "")[:300]


def _built(probe: Probe) -> Finding:
    built = probe.built
    facts = {"version": probe.version, "built": built, "seconds": round(probe.seconds, 1), "finished": probe.finished}
    if not built.get("is_cuda_build"):
        return Finding("tensorflow", OK, _("{version}, built for the CPU.").format(version=probe.version), facts=facts)
    says = _("{version} starts. It was built for CUDA {cuda} and cuDNN {cudnn}, for GPUs {targets}.").format(
        version=probe.version, cuda=built.get("cuda_version"), cudnn=built.get("cudnn_version"),
        targets=", ".join(map(str, built.get("cuda_compute_capabilities", []))),
    )  # fmt: skip
    return Finding("tensorflow", OK, says, facts=facts)


def _devices(probe: Probe, driver: Driver, system: System, hidden: bool) -> Finding:
    facts = {"cpus": len(probe.devices) - len(probe.gpus), "gpus": [gpu.title for gpu in probe.gpus]}
    if not probe.gpus:
        says, todo = _why_none(probe, driver, system, hidden)
        return Finding("devices", NOTE if todo else OK, says, todo, facts)
    names = join_words([_("the CPU"), *(f"{gpu.title} ({gpu.place})" for gpu in probe.gpus)])
    says = _("TensorFlow lists {names}.").format(names=names)
    if driver.state != ANSWERS:
        says += " " + _("nvidia-smi does not confirm it.")
    elif len(driver.gpus) != len(probe.gpus):
        says += " " + _("The driver lists {count}.").format(count=len(driver.gpus))
    for gpu in probe.gpus:
        capability = gpu.capability
        if capability is None or not probe.built.get("is_cuda_build"):
            continue
        targets = [str(target) for target in probe.built.get("cuda_compute_capabilities", [])]
        code = code_for(targets, capability)
        newest = max((int(found) for found in re.findall(r"_(\d+)\d", " ".join(targets))), default=0)
        if code == MISSING or (code == TRANSLATED and capability[0] > newest):
            says += " " + _("TensorFlow holds no code for compute capability {major}.{minor}.").format(
                major=capability[0], minor=capability[1]
            )
            todo = _("Look at the line on computation. Where it fails: Colab, the CPU, or the card vendor's container.")
            return Finding("devices", NOTE, says, todo, facts)
    return Finding("devices", OK, says, facts=facts)


def _why_none(probe: Probe, driver: Driver, system: System, hidden: bool) -> tuple[str, str]:
    if driver.state != ANSWERS:
        return _("TensorFlow lists the CPU alone."), ""
    says = _("The driver lists a GPU, and TensorFlow lists none.") + " "
    if hidden:
        return says + _("CUDA_VISIBLE_DEVICES hides it."), _("Unset CUDA_VISIBLE_DEVICES and restart the kernel.")
    if system.kind == WINDOWS:
        todo = _("For the GPU use WSL2. In PowerShell type: wsl --install")
        return says + _("On Windows itself TensorFlow has used the CPU alone since 2.11."), todo
    if not probe.built.get("is_cuda_build"):
        todo = _("In a clean environment type: {install}").format(install=_WITH_CUDA)
        return says + _("This TensorFlow was built for the CPU."), todo
    if is_too_old(driver.gpus[0].driver):
        return says + _("The driver is too old for it."), _("Do what the line on the driver says.")
    cause = _cause(probe, ())
    if cause is not None and cause.name not in _HARMLESS:
        return says + cause.says, cause.todo
    if system.kind == WSL2:
        todo = _("Put /usr/lib/wsl/lib on LD_LIBRARY_PATH, remove NVIDIA drivers inside WSL2, type: wsl --shutdown")
        return says + _("In WSL2 the driver's library comes from Windows."), todo
    todo = _("In a clean environment, with LD_LIBRARY_PATH unset, type: {install}").format(install=_WITH_CUDA)
    return says + _("Its CUDA libraries are missing, or others come before them."), todo


def _computation(probe: Probe) -> Finding:
    facts = {
        "trials": [
            {"device": trial.device, "what": trial.what, "right": trial.right, "seconds": trial.seconds}
            for trial in probe.trials
        ],
        "gpus_that_compute": [gpu.place for gpu in probe.gpus if _computes(probe, gpu)],
    }
    failed = [trial for trial in probe.of(*_CHECKS) if not trial.right]
    if not failed and probe.finished:
        places = join_words([_name(device) for device in probe.devices])
        says = _("{places} computed a product, a function and a convolution, and NumPy agrees.").format(places=places)
        return Finding("computation", OK, says, facts=facts)
    if flags := _unknown_flags(probe):
        variable, says, todo = flags
        return Finding("computation", PROBLEM, says, todo, {**facts, "variable": variable})
    cause = _cause(probe, failed)
    todo = cause.todo if cause else ""
    if failed:
        first = failed[0]
        says = _("A {what} on {device} failed: {reason}").format(
            what=first.what, device=first.device, reason=_reason(first)
        )
    else:
        says = _("The trial did not end (last: {last}; {ending}).").format(last=probe.last, ending=probe.ending())
    if cause is not None:
        says += " " + cause.says
    gpus_only = all(trial.device.startswith("/GPU") for trial in failed) and (failed or "/GPU" in probe.last)
    if gpus_only and cause is not None and cause.name in _IN_USE:
        return Finding("computation", NOTE, says, todo, facts)
    if not todo and gpus_only:
        todo = _("Until it is mended set CUDA_VISIBLE_DEVICES=-1 and restart the kernel: then the CPU computes.")
    todo = todo or _('Type: pip install --force-reinstall "tensorflow==2.21.0"   in an environment of its own.')
    return Finding("computation", PROBLEM, says, todo, facts)


def _precision(probe: Probe, cpu: frozenset[str]) -> Finding:
    right = [trial.what for trial in probe.of("float16", "bfloat16") if trial.right]
    capabilities = [gpu.capability for gpu in probe.gpus if gpu.capability and _computes(probe, gpu)]
    chosen = choose_acceleration([capability for capability in capabilities if capability])
    facts = {"computed": right, "chosen": chosen.precision, "cpu": sorted(cpu)}
    if capabilities:
        says = _("{formats} computed right on the GPU. The chapters choose {chosen}: {note}").format(
            formats=join_words(right) if right else _("Nothing in 16 bits"), chosen=chosen.precision, note=chosen.note
        )
        wanted = chosen.precision.removeprefix("mixed_")
        if wanted in {"float16", "bfloat16"} and wanted not in right:
            todo = _('Ask for full precision: load_encoder(..., precision="float32").')
            return Finding("mixed precision", NOTE, says, todo, facts)
        return Finding("mixed precision", OK, says, facts=facts)
    units = join_words(sorted(cpu)) if cpu else ""
    says = _("The chapters use float32 on the CPU.") + " "
    if units:
        says += _("It has units for bfloat16 ({units}), which they leave aside.").format(units=units)
    else:
        says += _("No units of its own for 16 bits were seen.")
    return Finding("mixed precision", OK, says, facts=facts)


def _xla(probe: Probe) -> Finding:
    trials = probe.of("xla")
    facts = {"works": bool(trials and trials[0].right), "device": trials[0].device if trials else ""}
    if trials and trials[0].right:
        says = _("A function with jit_compile=True ran on {device}, and NumPy agrees.").format(device=trials[0].device)
        return Finding("xla", OK, says, facts=facts)
    if not trials:
        return Finding("xla", NOTE, _("It was not reached."), _("Mend the line on computation first."), facts)
    cause = _cause(probe, trials)
    says = _("A function with jit_compile=True failed on {device}: {reason}").format(
        device=trials[0].device, reason=_reason(trials[0])
    )
    todo = cause.todo if cause else _("Compile with jit_compile=False.")
    return Finding("xla", NOTE, says, todo, facts)


def _computes(probe: Probe, device: Device) -> bool:
    """Whether a device did all its computations, each there and right."""
    trials = probe.of(*_CHECKS, device=device.place)
    return {trial.what for trial in trials if trial.right} == set(_CHECKS)


def _name(device: Device) -> str:
    return _("The CPU") if device.kind == "CPU" else f"{device.title} ({device.place})"


def _reason(trial: Trial) -> str:
    """Say in a sentence why a trial does not count."""
    if trial.raised:
        return trial.raised.splitlines()[0][:250].rstrip(". ") + "."
    if trial.device.lstrip("/").lower() not in trial.place.lower():
        return _("it ran on {place} instead.").format(place=trial.place or _("a device without a name"))
    return _("NumPy has another result.")


def _cause(probe: Probe, trials: Sequence[Trial]) -> Diagnosis | None:
    """The deepest cause in what was raised and in the log; what is harmless on a CPU machine is no cause."""
    text = "\n".join([*(trial.raised for trial in trials), probe.log])
    return next((cause for cause in diagnose(text) if cause.name not in _HARMLESS), None)

"""The causes that `diagnose` knows, and the words by which TensorFlow, CUDA and pip's packages give them away.

The order matters twice: a deeper cause comes first, and `unless` names the causes that already explain a later one.
The wording is the programs' own; recorded logs in tests/devices/logs hold each entry to it.
"""

from __future__ import annotations

from bookutils.devices.symptoms.compiling import COMPILING
from bookutils.devices.symptoms.computing import COMPUTING
from bookutils.devices.symptoms.cuda import CUDA
from bookutils.devices.symptoms.drivers import DRIVERS
from bookutils.devices.symptoms.memory import MEMORY
from bookutils.devices.symptoms.missing_gpus import MISSING_GPUS
from bookutils.devices.symptoms.models import MODELS
from bookutils.devices.symptoms.networks import NETWORKS
from bookutils.devices.symptoms.packages import PACKAGES
from bookutils.devices.symptoms.rules import Symptom
from bookutils.devices.symptoms.systems import SYSTEMS

SYMPTOMS: tuple[Symptom, ...] = (
    *DRIVERS, *CUDA, *COMPILING, *MEMORY, *COMPUTING, *MISSING_GPUS, *SYSTEMS, *PACKAGES, *NETWORKS, *MODELS,
)  # fmt: skip

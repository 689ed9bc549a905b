"""The causes that `diagnose` knows, and the words by which TensorFlow, CUDA and pip's packages give them away.

The order matters twice: a deeper cause comes first, and `unless` names the causes that already explain a later one.
The wording is the programs' own; recorded logs in tests/devices/logs hold each entry to it.
"""

from __future__ import annotations

from bookutils.devices.symptom_rules import Symptom
from bookutils.devices.symptoms_of_compiling import COMPILING
from bookutils.devices.symptoms_of_computing import COMPUTING
from bookutils.devices.symptoms_of_cuda import CUDA
from bookutils.devices.symptoms_of_drivers import DRIVERS
from bookutils.devices.symptoms_of_memory import MEMORY
from bookutils.devices.symptoms_of_missing_gpus import MISSING_GPUS
from bookutils.devices.symptoms_of_models import MODELS
from bookutils.devices.symptoms_of_networks import NETWORKS
from bookutils.devices.symptoms_of_packages import PACKAGES
from bookutils.devices.symptoms_of_systems import SYSTEMS

SYMPTOMS: tuple[Symptom, ...] = (
    *DRIVERS, *CUDA, *COMPILING, *MEMORY, *COMPUTING, *MISSING_GPUS, *SYSTEMS, *PACKAGES, *NETWORKS, *MODELS,
)  # fmt: skip

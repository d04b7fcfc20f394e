"""The shelf of trainers; other packages add theirs as entry points of `winnow.trainers`."""

from foundation.registry import Registry
from training.trainers.base import TrainerSpec
from training.trainers.builtin import BUILTIN

trainers: Registry[TrainerSpec] = Registry("winnow.trainers")
for spec in BUILTIN:
    trainers.register(spec.name, spec)

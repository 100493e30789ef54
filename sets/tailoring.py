"""A set's own way of going through its process: other minutes, other prompts, optional stages it usually takes."""

from collections.abc import Mapping
from typing import Any

from sets.models import LearningSet
from sets.processes import Process, StagePlan, as_data, process_called, process_from_data

# What a set may change of a stage. Who speaks and writes, and what is captured, make the process what it is.
ITS_OWN = ("minutes", "prompt", "usual")

# {"topic.suggestions": {"minutes": 20}}
Changes = Mapping[str, Mapping[str, Any]]


def place_of(stage: StagePlan) -> str:
    return f"{stage.part.value}.{stage.key}"


def process_of_set(learning_set: LearningSet) -> Process:
    """The set's process with its own changes. Raises ProcessError."""
    process = process_called(learning_set.process)
    return tailored(process, learning_set.tailoring.get(process.slug, {}))


def tailored(process: Process, changes: Changes) -> Process:
    """The process with these changes, checked as if it were a file. Those of stages it no longer has are left out."""
    data = as_data(process)
    for plan, stage in zip(process.stages, data["stages"], strict=True):
        own = changes.get(place_of(plan), {})
        stage.update({key: own[key] for key in ITS_OWN if key in own and (key != "usual" or plan.optional)})
    return process_from_data(data, source=f"{process.slug}, tailored")


def differences(process: Process, wanted: Changes) -> dict[str, dict[str, Any]]:
    """What is wanted otherwise than the process has it."""
    found = {}
    for plan in process.stages:
        own = wanted.get(place_of(plan), {})
        changed = {key: own[key] for key in ITS_OWN if key in own and own[key] != getattr(plan, key)}
        if changed:
            found[place_of(plan)] = changed
    return found

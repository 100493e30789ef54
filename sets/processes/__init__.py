"""Processes are data: one small file each, read by one loader. A new process is a new file in this folder."""

from sets.processes.enums import Captures, Part, Per, Who
from sets.processes.loader import (
    Method,
    Process,
    StagePlan,
    all_processes,
    as_data,
    process_called,
    process_from_data,
    shared_stage,
)
from sets.processes.table import ProcessError

__all__ = [
    "Captures",
    "Method",
    "Part",
    "Per",
    "Process",
    "ProcessError",
    "StagePlan",
    "Who",
    "all_processes",
    "as_data",
    "process_called",
    "process_from_data",
    "shared_stage",
]

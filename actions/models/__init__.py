from actions.models.action import Action
from actions.models.learning_log import LogEntry
from actions.models.reporting import ReportBack

__all__ = ["Action", "LogEntry", "ReportBack"]

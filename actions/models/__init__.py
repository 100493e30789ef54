from actions.models.action import Action, ReportBack
from actions.models.learning_log import LogEntry

__all__ = ["Action", "LogEntry", "ReportBack"]

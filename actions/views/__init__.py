from actions.views.checking import check
from actions.views.committing import change, commit, confirm, discard
from actions.views.learning_log import delete_log_entry, log, log_entry
from actions.views.owed import owed, stands
from actions.views.reading import action, actions
from actions.views.reporting import discard_report, report_back, written_report
from actions.views.supporting import answer_support, ask_supporter

__all__ = [
    "action",
    "actions",
    "answer_support",
    "ask_supporter",
    "change",
    "check",
    "commit",
    "confirm",
    "delete_log_entry",
    "discard",
    "discard_report",
    "log",
    "log_entry",
    "owed",
    "report_back",
    "stands",
    "written_report",
]

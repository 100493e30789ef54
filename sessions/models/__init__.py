from sessions.models.running import Contribution, PrivateNote, Slot, Stage
from sessions.models.session import Attendance, Session
from sessions.models.topics import Bid, Preparation, Topic

__all__ = [
    "Attendance",
    "Bid",
    "Contribution",
    "Preparation",
    "PrivateNote",
    "Session",
    "Slot",
    "Stage",
    "Topic",
]

from sessions.models.away import AwayDates
from sessions.models.calendar import CalendarFeed
from sessions.models.choosing import Ballot, BallotPaper
from sessions.models.hands import RaisedHand
from sessions.models.polls import Poll, PollAnswer, PollOption
from sessions.models.reviewing import Review
from sessions.models.rota import TurnRequest
from sessions.models.running import Contribution, PrivateNote, Slot, Stage
from sessions.models.runs import Run
from sessions.models.session import Attendance, Session
from sessions.models.threes import LateSeat, Three
from sessions.models.topics import Bid, Preparation, Topic

__all__ = [
    "Attendance",
    "AwayDates",
    "Ballot",
    "BallotPaper",
    "Bid",
    "CalendarFeed",
    "Contribution",
    "LateSeat",
    "Poll",
    "PollAnswer",
    "PollOption",
    "Preparation",
    "PrivateNote",
    "RaisedHand",
    "Review",
    "Run",
    "Session",
    "Slot",
    "Stage",
    "Three",
    "Topic",
    "TurnRequest",
]

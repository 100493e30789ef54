from sets.models.learning_set import (
    LARGEST_SET,
    LEAD_TIMES,
    LONGEST_LEAD,
    NOTES_GRACE,
    NOTES_LIVE,
    USUAL_SIZES,
    LearningSet,
    Programme,
)
from sets.models.membership import Invitation, Membership
from sets.models.rules import Assent, GroundRule, GroundRules

__all__ = [
    "LARGEST_SET",
    "LEAD_TIMES",
    "LONGEST_LEAD",
    "NOTES_GRACE",
    "NOTES_LIVE",
    "USUAL_SIZES",
    "Assent",
    "GroundRule",
    "GroundRules",
    "Invitation",
    "LearningSet",
    "Membership",
    "Programme",
]

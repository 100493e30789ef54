from sets.models.learning_set import LearningSet, Programme
from sets.models.membership import Invitation, Membership
from sets.models.rules import Assent, GroundRule, GroundRules

__all__ = ["Assent", "GroundRule", "GroundRules", "Invitation", "LearningSet", "Membership", "Programme"]

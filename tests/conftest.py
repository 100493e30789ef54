"""What every test may use: the standing cast."""

from tests.cast import (
    asha,
    ben,
    cara,
    gita,
    learning_set,
    memberships,
    olu,
    programme,
    signed_in,
    stranger,
    superuser,
)

__all__ = [
    "asha",
    "ben",
    "cara",
    "gita",
    "learning_set",
    "memberships",
    "olu",
    "programme",
    "signed_in",
    "stranger",
    "superuser",
]

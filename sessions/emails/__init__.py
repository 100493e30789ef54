"""The messages of this floor. Importing them registers them with the outbox."""

from sessions.emails import session

__all__ = ["session"]

"""The messages of this floor. Importing them registers them with the outbox."""

from sessions.emails import polls, session

__all__ = ["polls", "session"]

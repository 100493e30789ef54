"""The messages of this floor. Importing them registers them with the outbox."""

from sessions.emails import answers, polls, rota, runs, session

__all__ = ["answers", "polls", "rota", "runs", "session"]

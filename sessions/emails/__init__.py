"""The messages of this floor. Importing them registers them with the outbox."""

from sessions.emails import polls, rota, runs, session

__all__ = ["polls", "rota", "runs", "session"]

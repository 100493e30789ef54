"""Tells open pages that something changed; never what.

A service calls `tell("session:12")` inside its transaction. After the commit every open page of that channel hears
“changed” and asks for itself again, through the same view and the same permissions as ever. A page whose server has
no `/live/` (or whose network eats the stream) asks every five seconds instead.

In production the streams are a process of their own (Procfile, `live`), and the reverse proxy has one rule: what
begins with `/live/` goes there, unbuffered. Everything else goes to `web`. Embedded, one process serves both.
"""

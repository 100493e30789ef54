"""Tells open pages that something changed; never what.

A service calls `tell("set:12")` inside its transaction. After the commit every open page of that channel hears
“changed” and asks for itself again, through the same view and the same permissions as ever. A page whose server has
no `/live/` (or whose network eats the stream) asks every five seconds instead.

In production the streams are a process of their own (Procfile, `live`): threads serve pages sooner than an event loop
does, and only an event loop holds thousands of streams. The reverse proxy has one rule for it: what begins with
`/live/` goes to that process, unbuffered, over HTTP/1.1, with a read timeout above the ten seconds between two beats:

    location /live/ { proxy_pass http://127.0.0.1:8001; proxy_http_version 1.1; proxy_buffering off; }

Everything else goes to `web`. Without the rule the product works, and pages ask. Embedded, one process serves both.
"""

"""Tests that run at once don't share a Redis: each worker has a database number of its own.

A plugin named by `PYTEST_PLUGINS` (see `bin/test`), because it must come before Django reads its settings.
"""

import os

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker and "REDIS_URL" in os.environ:
    server, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{1 + int(worker.removeprefix('gw'))}"

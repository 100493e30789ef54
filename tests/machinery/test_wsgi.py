"""The process that serves pages, as it stands when its first visitor comes."""

import subprocess
import sys

from tests.machinery.commands import ROOT

SAY = "import gc, sys, als_project.wsgi; print(gc.get_freeze_count() > 50_000, 'sessions.views.room' in sys.modules)"


def test_its_views_are_loaded_and_python_leaves_what_is_loaded_alone() -> None:
    done = subprocess.run([sys.executable, "-c", SAY], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True True\n"), done.stderr

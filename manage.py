#!/usr/bin/env python
"""Django's command line for this project; `bin/dev manage …` runs it with development settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")  # a sentence about a setting, which a traceback would bury


if __name__ == "__main__":
    main()

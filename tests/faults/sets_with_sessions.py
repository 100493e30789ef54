"""For so many seconds, twice in each, a new set of three whose session is tomorrow: beat has prompts to queue.

Run in the environment of a `Product`: `python -m tests.faults.sets_with_sessions SECONDS`.
"""

import sys
import time

import django


def main(seconds: float) -> None:
    django.setup()
    from tests.factories import join, make_session, make_set, make_user

    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        number += 1
        learning_set = make_set(f"Set {number}")
        for name in "abc":
            join(learning_set, make_user(f"Member{number}{name}"))
        make_session(learning_set, days=1)
        time.sleep(0.5)


if __name__ == "__main__":
    main(float(sys.argv[1]))

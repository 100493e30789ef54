"""A process with a database of its own, filled to a size: python -m benchmarks.growth.inside TOTAL.

Each line it reads is a method of `Database` and its arguments, as JSON; each line it writes the answer.
"""

import json
import sys

from benchmarks.database import own_database


def main(total: int) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    with own_database():
        from benchmarks.growth.asking import Database

        database = Database(total)
        for line in sys.stdin:
            method, *about = json.loads(line)
            answers.write(json.dumps(getattr(database, method)(*about)) + "\n")
            answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))

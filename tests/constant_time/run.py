#!/usr/bin/env python3
"""run.py PROGRAM: no branch of ours may depend on a secret; and the way in which that is found out must find one that does."""

import subprocess
import sys

FOUND = 99  # valgrind's exit status when it has something to report


def status(name):
    command = ["valgrind", "--quiet", f"--error-exitcode={FOUND}", sys.argv[1], name]
    ended = subprocess.run(command, capture_output=True, text=True)
    return ended.returncode, ended.stderr


def main():
    wrong = 0
    for name, expected in (("ours", 0), ("hurry", FOUND)):
        code, report = status(name)
        if code != expected:
            print(f"{name}: status {code}, not {expected}\n{report}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Lets spin go through every state of docs/revocation-feed.pml, and through the variants that each leave out one rule: the
model must hold, and every broken one must be caught."""

import pathlib
import re
import subprocess
import sys
import tempfile

MODEL = pathlib.Path(__file__).resolve().parents[2] / "docs/revocation-feed.pml"

# Defines, and whether all must hold. The verifiers share nothing but the issuer: one of them sees more of it.
RUNS = [
    (["VERIFIERS=1", "SAYINGS=4"], True),
    (["VERIFIERS=2", "SAYINGS=3"], True),
    (["VERIFIERS=1", "SAYINGS=4", "BROKEN_GAP"], False),
    (["VERIFIERS=1", "SAYINGS=4", "BROKEN_START"], False),
    (["VERIFIERS=1", "SAYINGS=4", "BROKEN_REPLAY"], False),
    (["VERIFIERS=1", "SAYINGS=4", "BROKEN_DISK"], False),
    (["VERIFIERS=1", "SAYINGS=4", "BROKEN_MORE"], False),
    (["VERIFIERS=1", "SAYINGS=5", "BROKEN_LISTS"], False),
]


def check(defines, folder):
    """Runs one variant; returns (states, the assertion that failed or "")."""
    subprocess.run(["spin", "-a", *(f"-D{name}" for name in defines), str(MODEL)], cwd=folder, check=True, capture_output=True)
    subprocess.run(["cc", "-O1", "-w", "-DSAFETY", "-o", "pan", "pan.c"], cwd=folder, check=True)
    out = subprocess.run(["./pan", "-m100000", "-w22"], cwd=folder, check=True, capture_output=True, text=True).stdout
    states = re.search(r"(\d+) states, stored", out)
    errors = re.search(r"errors: (\d+)", out)
    if not states or not errors or "max search depth too small" in out or "out of memory" in out:
        sys.exit(f"{defines}: spin did not finish:\n{out}")
    violated = re.search(r"pan:1: (.*)", out)
    if int(errors.group(1)) and not (violated and violated.group(1).startswith("assertion violated")):
        sys.exit(f"{defines}: not an assertion:\n{out}")
    if not int(errors.group(1)) and "Search not completed" in out:
        sys.exit(f"{defines}: the search was not completed:\n{out}")
    return int(states.group(1)), violated.group(1) if violated else ""


def main():
    wrong = 0
    for defines, must_hold in RUNS:
        with tempfile.TemporaryDirectory() as folder:
            states, violated = check(defines, folder)
        good = must_hold == (not violated)
        wrong += not good
        print(f"{'ok' if good else 'WRONG'}: {' '.join(defines)}: {states} states, {'caught' if violated else 'all hold'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

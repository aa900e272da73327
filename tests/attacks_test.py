#!/usr/bin/env python3
"""docs/attacks.md promises tests: each must exist, and the vectors among them must refuse something and accept something."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/vectors"))

import vectors  # noqa: E402

ROWS = 36  # or more
ROW = re.compile(r"\| (\d+) \| (.+) \| (.+) \| (.+) \|")
GOOGLE_TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", re.M)


def known_tests():
    """`Group.Name`, fuzz targets and tests of CMake's by name."""
    names = {f"{group}.{name}" for path in ROOT.glob("src/*/*_test.cc") for group, name in GOOGLE_TEST.findall(path.read_text())}
    targets = re.search(r"foreach\(target ([\w ]+)\)", (ROOT / "fuzz/CMakeLists.txt").read_text())[1].split()
    names |= {f"fuzz_{target}" for target in targets}
    return names | set(re.findall(r"add_test\(NAME (\w+)\s", (ROOT / "tests/CMakeLists.txt").read_text()))


def problem(name, tests):
    """What is wrong with a reference, or None."""
    if "/" not in name:
        return None if name in tests else "no such test"
    path = ROOT / "tests/vectors" / f"{name}.txt"
    if not path.exists():
        return "no such vectors"
    outcomes = {outcome for vector in vectors.read(path) for outcome in vector.expected()}
    return None if {"ok"} < outcomes else "vectors that all expect the same"


def main():
    wrong, seen, tests = [], [], known_tests()
    for line in (ROOT / "docs/attacks.md").read_text().splitlines():
        if not (row := ROW.fullmatch(line)):
            continue
        seen.append(int(row[1]))
        names = re.findall(r"`([^`]+)`", row[4])
        wrong += [f"row {row[1]}: {name}: {what}" for name in names if (what := problem(name, tests))]
        if not names:
            wrong.append(f"row {row[1]}: no test")
    if sorted(seen) != list(range(1, max(ROWS, *seen) + 1)):
        wrong.append(f"the rows are {sorted(seen)}: one is missing, or there twice")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Writes the vector files; with --check, proves instead that they are what this would write and that an independent
implementation (reference.py) agrees with every one of them. Needs Debian's python3-cryptography."""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "tools")]

import reference
import rfc as requirements
import vectors
from make import algorithms, claim_texts, claims, headers, key_files, rfc, shapes, signatures, weak_keys

MODULES = (rfc, algorithms, signatures, headers, shapes, claims, claim_texts, key_files, weak_keys)
SOURCES = [source for module in MODULES for source in module.SOURCES]


def sentences(path):
    """The sentences of the RFCs that the vectors of a file show to be kept (tests/rfc/requirements.txt), for its head."""
    shown = [
        f"{one.name}: {one.sentence}".replace("\u00a7", "")
        for one in requirements.read_list().values()
        if path.removesuffix(".txt") in (file for file, _ in one.vectors)
    ]
    return "".join(f"\n\n{sentence}" for sentence in shown)


def generate():
    """The text of every file, by its path."""
    files = {}
    for source in SOURCES:
        for path, (comment, stanzas) in source().items():
            assert path not in files, path
            files[path] = vectors.write(comment + sentences(path), stanzas)
    return files


def check_vector(kind, vector):
    """What is wrong with a vector, or None."""
    expected = vector.expected()
    try:
        code = reference.judge(kind, vector)
    except AssertionError as wrong:
        return str(wrong)
    if code not in expected:
        return f"expects {'|'.join(expected)}, but the rules say {code}"
    if vector.unread():
        return f"has fields that nobody reads: {', '.join(vector.unread())}"
    return None


def check(files):
    """Prints what is wrong; returns how much."""
    present = {str(path.relative_to(HERE)) for kind in ("jws", "jwt", "keys") for path in (HERE / kind).glob("*.txt")}
    wrong = [f"{path}: not written by this" for path in sorted(present - files.keys())]
    names, total = set(), 0
    for path, text in sorted(files.items()):
        if not (HERE / path).exists() or (HERE / path).read_text() != text:
            wrong.append(f"{path}: not what this would write")
        parsed = vectors.parse(text, path)
        total += len(parsed)
        for vector in parsed:
            problem = "is the second of its name" if vector.name in names else check_vector(path.split("/")[0], vector)
            names.add(vector.name)
            if problem:
                wrong.append(f"{vector.where}: {vector.name}: {problem}")
        print(f"{len(parsed):5}  {path}")
    print(*wrong, f"{total - len(wrong)} passed, {len(wrong)} failed", sep="\n")
    return len(wrong)


def main():
    files = generate()
    if sys.argv[1:] == ["--check"]:
        return 1 if check(files) else 0
    if sys.argv[1:]:
        print("usage: generate.py [--check]", file=sys.stderr)
        return 2
    for path, text in files.items():
        (HERE / path).parent.mkdir(exist_ok=True)
        (HERE / path).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

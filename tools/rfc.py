#!/usr/bin/env python3
"""Holds the code and the tests against what the RFCs demand (tests/rfc/requirements.txt, which has the format).

    tools/rfc.py            counts, and lists the sentences that no code or no test names
    tools/rfc.py --all      lists every sentence, with the places that name it

Exits 1 when a sentence that binds us is named by no test or by no code, and when a comment quotes what no RFC says, names
a sentence that is not in the list, or the list names vectors that do not exist.
"""

import collections
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "tests/rfc/requirements.txt"
SHORTEST = 20  # characters: a shorter piece in quotation marks is a word of the RFC, not a sentence of it

DOCUMENT = r"(RFC \d+|Token Status List)"
NAME = re.compile(rf"{DOCUMENT} §?([\w.]+)-(\d+)\b")
MENTION = re.compile(rf"{DOCUMENT},? (?:§|section )([\w.]*\w)")


class Requirement:
    def __init__(self, name, level):
        self.name, self.level = name, level
        self.document, self.section = re.fullmatch(r"(.+) §([\w.]+)-\d+", name).groups()
        self.sentence, self.notes, self.vectors = "", {}, []
        self.code, self.tests = [], []

    @property
    def is_binding(self):
        awaited = self.notes.get("awaits")
        return not self.notes.keys() & {"not ours", "refused"} and (awaited is None or (ROOT / awaited).exists())


def read_list():
    """{name: Requirement}, in the order of the file. ValueError for what is not of the format."""
    found = {}
    for number, line in enumerate(LIST.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if heading := re.fullmatch(rf"({DOCUMENT} §[\w.]+-\d+) (MUST|MUST NOT|SHOULD|SHOULD NOT|MAY|RULE)", line):
            requirement = Requirement(heading[1], heading[3])
            if requirement.name in found:
                raise ValueError(f"{LIST.name}:{number}: a second {requirement.name}")
            found[requirement.name] = requirement
        elif line[0] == line[-1] == '"' and not requirement.sentence:
            requirement.sentence = line[1:-1]
        elif line.startswith("vectors: "):
            requirement.vectors.append((line.split()[1], line.split()[2:]))
        elif note := re.fullmatch(r"(not ours|refused|awaits): (.+)", line):
            requirement.notes[note[1]] = note[2]
        else:
            raise ValueError(f"{LIST.name}:{number}: not of the format: {line}")
    return found


def comment_blocks(path):
    """(line number, text) of each run of comment lines; of Python also what stands in docstrings."""
    mark = re.compile(r"^\s*(?:///?|#)\s?(.*)" if path.suffix != ".py" else r"^\s*#\s?(.*)")
    text, blocks, block, start = path.read_text(), [], [], 0
    for number, line in enumerate(text.splitlines() + [""], 1):
        if match := mark.match(line):
            start = start if block else number
            block.append(match[1].strip())
            continue
        if block:
            blocks.append((start, " ".join(block)))
        block = []
        if "//" in line or "  #" in line:  # beside code
            blocks.append((number, re.split(r"//|  #", line, maxsplit=1)[1].strip()))
    if path.suffix == ".py":
        for match in re.finditer(r'"""(.*?)"""', text, re.S):
            blocks.append((text.count("\n", 0, match.start()) + 1, " ".join(match[1].split())))
    return blocks


def quoted(text, sentences):
    """The sentences of which a piece stands in quotation marks in `text`."""
    marks = [match.start() for match in re.finditer('"', text)]
    found = set()
    for i, start in enumerate(marks):
        for end in reversed(marks[i + 1:]):
            piece = text[start + 1:end]
            holders = [one for one in sentences if piece.rstrip(".,;") in one.sentence] if len(piece) >= SHORTEST else []
            if holders:
                found.update(holders)
                break
    return found


def references(path, requirements):
    """(requirements that the file names or quotes, what is wrong with it)"""
    found, wrong = set(), []
    by_section = collections.defaultdict(list)
    for requirement in requirements.values():
        by_section[requirement.document, requirement.section].append(requirement)
    documents = {requirement.document for requirement in requirements.values()}
    for number, text in comment_blocks(path):
        for match in NAME.finditer(text):
            name = f"{match[1]} §{match[2]}-{match[3]}"
            if name in requirements:
                found.add(requirements[name])
            else:
                wrong.append(f"{path.relative_to(ROOT)}:{number}: names {name}, which is not in the list")
        mentions = list(MENTION.finditer(text))
        for match, following in zip(mentions, mentions[1:] + [None]):
            if match[1] not in documents:
                continue
            rest = text[match.end():following.start() if following else None]
            pieces = quoted(rest, by_section[match[1], match[2]])
            found |= pieces
            if not pieces and re.match(rf': "[^"]{{{SHORTEST},}}', rest):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: no sentence of {match[1]} §{match[2]}: {rest[2:70]} ...")
    return found, wrong


def vector_names(file, cache={}):
    if file not in cache:
        path = ROOT / "tests/vectors" / f"{file}.txt"
        cache[file] = re.findall(r"^name: (.+)$", path.read_text(), re.M) if path.exists() else []
    return cache[file]


def look_everywhere(requirements):
    """Fills in where each is named; returns what is wrong."""
    wrong = []
    for path in sorted([*ROOT.glob("src/**/*"), *ROOT.glob("include/**/*"), *ROOT.glob("examples/*"), *ROOT.glob("tests/**/*")]):
        if path.suffix not in (".h", ".cc", ".py") or "vectors/make" in str(path):
            continue
        found, mistakes = references(path, requirements)
        wrong += mistakes
        is_test = path.stem.endswith("_test") or path.is_relative_to(ROOT / "tests")
        for requirement in found:
            (requirement.tests if is_test else requirement.code).append(str(path.relative_to(ROOT)))
    for requirement in requirements.values():
        for file, patterns in requirement.vectors:
            for pattern in patterns:
                if not fnmatch.filter(vector_names(file), pattern):
                    wrong.append(f"{LIST.name}: {requirement.name}: no vector {pattern} in tests/vectors/{file}.txt")
            requirement.tests.append(f"tests/vectors/{file}.txt")
    return wrong


def show_counts(requirements):
    print(f"{'':18}{'sentences':>10}{'bind us':>9}{'in code':>9}{'tested':>8}")
    documents = list(dict.fromkeys(requirement.document for requirement in requirements))
    for document in [*documents, "all"]:
        of = [one for one in requirements if document in (one.document, "all")]
        ours = [one for one in of if one.is_binding]
        numbers = (len(of), len(ours), sum(bool(one.code) for one in ours), sum(bool(one.tests) for one in ours))
        print(f"{document:18}{numbers[0]:10}{numbers[1]:9}{numbers[2]:9}{numbers[3]:8}")


def show(title, requirements, describe):
    if requirements:
        print(f"\n{title}:")
    for requirement in requirements:
        print(f"  {requirement.name} {requirement.level}: {describe(requirement)}")


def main():
    requirements = read_list()
    wrong = look_everywhere(requirements)
    everything = list(requirements.values())
    if sys.argv[1:] == ["--all"]:
        for requirement in everything:
            why = "; ".join(f"{kind}: {text}" for kind, text in requirement.notes.items())
            print(f'{requirement.name} {requirement.level}\n  "{requirement.sentence}"\n  {why or "binds us"}')
            print("".join(f"  {place}\n" for place in dict.fromkeys(requirement.code + requirement.tests)))
    show_counts(everything)
    binding = [requirement for requirement in everything if requirement.is_binding]
    untested = [requirement for requirement in binding if not requirement.tests]
    unnamed = [requirement for requirement in binding if not requirement.code]
    show("Refused on purpose", [one for one in everything if "refused" in one.notes], lambda one: one.notes["refused"])
    show("No test names", untested, lambda one: one.sentence)
    show("No code names", unnamed, lambda one: one.sentence)
    if wrong:
        print("\nWrong:", *wrong, sep="\n  ")
    return 1 if untested or unnamed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())

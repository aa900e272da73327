#!/usr/bin/env python3
"""Checks that the house stands as it is drawn: who includes whom, and who may touch which third party.

The arrows come from src/CMakeLists.txt (DEPENDS), where the linker gets them too; they are transitive. Prints every
violation with its line and exits 1 if there is one.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Which room a public header belongs to: its implementation lives there.
PUBLIC = {
    "result.h": "base", "time.h": "base", "json.h": "json", "key.h": "token", "token.h": "token",
    "signer.h": "token", "verifier.h": "token", "revocation.h": "revocation", "guard.h": "guard",
    "signet.h": "c", "export.h": "base",
}

# Third parties, by the beginning of the include, and the only rooms that may see them. What is not listed is free.
OWNERS = {
    "openssl/": {"crypto", "bench"}, "sodium": {"crypto", "bench"}, "simdjson": {"json"}, "boost/": {"http"}, "curl/": {"guard"},
    "zlib": {"revocation", "bench"}, "soci/": {"storage"},
    "sqlite3": {"storage", "bench"}, "libpq": {"storage", "bench"}, "toml": {"server"}, "CLI/": {"cli"},
}

# Rooms below the guard have no threads, no I/O, no clock: these standard headers have no business there.
PURE = {"token", "json", "revocation"}
IMPURE_HEADERS = {"thread", "mutex", "fstream", "iostream", "filesystem", "condition_variable", "future"}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def read_arrows():
    """{room: the rooms it may include, itself and those further down among them}"""
    text = (ROOT / "src/CMakeLists.txt").read_text()
    direct = {}
    for call in re.findall(r"^signet_module\(([^)]*)\)", text, re.M):
        words = call.split()
        keywords = {"DEPENDS", "LIBRARIES", "PRECOMPILE"}
        depends = []
        if "DEPENDS" in words:
            for word in words[words.index("DEPENDS") + 1:]:
                if word in keywords:
                    break
                depends.append(word)
        direct[words[0]] = depends
    direct["examples"] = ["guard", "http"]
    direct["bench"] = ["guard", "storage", "http"]
    direct["fuzz"] = ["guard", "http"]
    direct["tests"] = list(direct)

    def reach(room, seen):
        if room not in seen:
            seen.add(room)
            for below in direct.get(room, []):
                reach(below, seen)
        return seen

    return {room: reach(room, set()) for room in direct}


def room_of(path):
    parts = path.relative_to(ROOT).parts
    if parts[0] == "src":
        return parts[1]
    if parts[0] == "include":
        return PUBLIC.get(parts[-1])
    return parts[0]


def violations(path, arrows):
    room = room_of(path)
    if room not in arrows:
        yield 1, f"belongs to no room that src/CMakeLists.txt knows ({room})"
        return
    public = path.parts[-2] == "signet" and path.parts[-3] == "include"
    test = path.name.endswith("_test.cc")
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, name = match.group(1) == '"', match.group(2)
        if name.startswith("signet/"):
            target = PUBLIC.get(name.removeprefix("signet/"))
        else:
            target = name.split("/")[0] if quoted and "/" in name else None
        if quoted and target and target not in arrows[room]:
            yield number, f"{room}/ may not include {target}/ ({name})"
        if public and quoted and not name.startswith("signet/"):
            yield number, f"a public header may include public headers alone ({name})"
        for prefix, owners in OWNERS.items():
            if not quoted and name.startswith(prefix) and (room not in owners or public):
                yield number, f"only {', '.join(sorted(owners))}/ may include <{name}>"
        if room in PURE and not test and not quoted and name in IMPURE_HEADERS:
            yield number, f"{room}/ has no threads and no I/O (<{name}>)"


def main():
    arrows = read_arrows()
    files = [p for folder in ("src", "include", "examples", "bench", "fuzz", "tests")
             for p in sorted((ROOT / folder).rglob("*")) if p.suffix in (".h", ".cc", ".c")]
    found = 0
    for path in files:
        for number, what in violations(path, arrows):
            print(f"{path.relative_to(ROOT)}:{number}: {what}", file=sys.stderr)
            found += 1
    print(f"check_includes: {len(files)} files, {found} violations")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())

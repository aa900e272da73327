#!/usr/bin/env python3
"""The shared library exports what the public headers say, and nothing else.

    exports_test.py libsignet.so

Of C, exactly the functions of signet.h. Of C++, functions and the members of classes that a header marks with SIGNET_API.
"""

import pathlib
import re
import subprocess
import sys

HEADERS = pathlib.Path(__file__).resolve().parents[2] / "include/signet"


def exported(library):
    out = subprocess.run(["nm", "-D", "--defined-only", "--demangle", library], check=True, capture_output=True, text=True).stdout
    names = (line.split(maxsplit=2)[2] for line in out.splitlines())
    return {re.sub(r"@@?SIGNET_0$", "", name) for name in names}


def promised():
    """The functions of C, and the beginnings that an exported name of C++ may have."""
    c, cpp = set(), []
    for header in HEADERS.glob("*.h"):
        text = header.read_text()
        if header.name == "signet.h":
            c |= set(re.findall(r"^SIGNET_API[^;(]*?\b(signet_\w+)\(", text, re.M))
            continue
        cpp += [f"signet::{name}::" for name in re.findall(r"^class SIGNET_API (\w+)", text, re.M)]
        for name in re.findall(r"^(?:\[\[nodiscard\]\] )?SIGNET_API [^;(]*?\b(\w+)\(", text, re.M):
            cpp += [f"signet::{name}(", f"signet::json::{name}("]
    return c, cpp


def main():
    names = exported(sys.argv[1]) - {"SIGNET_0"}
    c, cpp = promised()
    cpp_names = {name for name in names if "::" in name}
    problems = [f"signet.h has {name}, the library has not" for name in sorted(c - names)]
    problems += [f"the library exports {name}, which signet.h has not" for name in sorted(names - cpp_names - c)]
    problems += [f"the library exports {name}, which no public header marks" for name in sorted(cpp_names)
                 if not name.startswith(tuple(cpp)) or "Guard::State" in name]
    problems += [f"{beginning}... is marked, but nothing of it is exported" for beginning in cpp
                 if beginning.endswith("::") and not any(name.startswith(beginning) for name in names)]
    if len(c) < 30 or len(cpp_names) < 30:
        problems.append(f"only {len(c)} functions of C and {len(cpp_names)} of C++: that cannot be all")
    print("\n".join(problems) or f"{len(c)} functions of C, {len(cpp_names)} of C++")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

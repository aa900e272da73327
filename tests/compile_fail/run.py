#!/usr/bin/env python3
"""Proves that misuse does not compile.

Each .cc file here compiles as it stands, and must not with -DMISUSE, or with the flags of its `// misuse:` line; the
compiler must then complain in the words that the file's `// complaint:` line gives, so that a file broken for another
reason is no proof.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def compile_file(compiler, path, *flags):
    return subprocess.run([compiler, "-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}",
                           f"-I{ROOT / 'src'}", *flags, path], capture_output=True, text=True)


def main():
    compiler = sys.argv[1]
    files = sorted(HERE.glob("*.cc"))
    failures = 0
    for path in files:
        complaint = re.search(r"^// complaint: (.+)$", path.read_text(), re.M).group(1)
        flags = re.search(r"^// misuse: (.+)$", path.read_text(), re.M)
        good = compile_file(compiler, path)
        misuse = compile_file(compiler, path, *(flags.group(1).split() if flags else ["-DMISUSE"]))
        problem = (f"does not compile at all:\n{good.stderr}" if good.returncode else
                   "compiles with the misuse in it" if not misuse.returncode else
                   f"is refused, but not for: {complaint}\n{misuse.stderr}" if not re.search(complaint, misuse.stderr) else None)
        print(f"{'FAILED' if problem else 'ok':6} {path.name} {problem or ''}")
        failures += problem is not None
    print(f"{len(files) - failures} passed, {failures} failed")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Fills fuzz/corpus/ with seeds, taken from the test vectors. Run it when those have changed."""

import hashlib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests/vectors"))
import vectors  # noqa: E402

MOST = 60  # seeds for a target: enough for each kind of input, few enough to go through in a blink


def b64decode(text):
    import base64
    try:
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except ValueError:
        return b""


def seeds():
    """(target, bytes) pairs."""
    for path in sorted((HERE.parent / "tests/vectors").glob("*/*.txt")):
        for vector in vectors.read(path):
            fields = {name: vector.maybe(name) for name in ("key", "keys", "token")}
            fields = {name: value.encode() if isinstance(value, str) else value for name, value in fields.items() if value}
            token = fields.get("token", b"")
            key = fields.get("key") or fields.get("keys") or b""
            if token and len(token) < 4000:
                yield "token", token
                yield "authorization", b"Bearer " + token
                parts = token.split(b".")
                yield "base64url", parts[-1][:400]
                yield "header", b64decode(parts[0])
                if len(parts) > 1:
                    yield "json", b64decode(parts[1])
                    yield "token", b64decode(parts[1])
            if key.startswith(b"-----"):
                yield "pem", key
            elif b'"keys"' in key:
                yield "jwks", key
                yield "key_answer", b"max-age=60\n" + key
            elif key.startswith(b"{"):
                yield "jwk", key
                yield "jwks", b'{"keys":[' + key + b"]}"
                yield "key_answer", b'max-age=60\n{"keys":[' + key + b"]}"


def main():
    chosen = {}
    for target, seed in seeds():
        shape = re.sub(rb"[A-Za-z0-9_-]{12,}", b"~", seed)  # one seed for each shape, not for each signature
        if seed and len(chosen.setdefault(target, {})) < MOST:
            chosen[target].setdefault(shape, seed)
    for target, found in chosen.items():
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if not old.name.startswith("found-"):  # what a fuzzer found stays
                old.unlink()
        for seed in found.values():
            (folder / hashlib.sha256(seed).hexdigest()[:12]).write_bytes(seed)
        print(f"{target}: {len(found)} seeds")


if __name__ == "__main__":
    main()

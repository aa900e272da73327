#!/usr/bin/env python3
"""Fills fuzz/corpus/ with seeds, taken from the test vectors. Run it when those have changed."""

import base64
import hashlib
import itertools
import pathlib
import re
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests/vectors"))
import vectors  # noqa: E402

MOST = 60  # seeds for a target: enough for each kind of input, few enough to go through in a blink


def b64decode(text):
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


def revocation_seeds():
    """What the feed and the status lists say, which no test vector holds."""
    for data in (bytes([0xB9, 0xA3]), bytes(1 << 17), bytes(1 << 21), bytes(range(256)), b""):
        stream = zlib.compress(data, 9)
        yield "status_list", stream
        yield "status_list", stream[:-2]
        lst = base64.urlsafe_b64encode(stream).rstrip(b"=")
        yield "status_list", (b'{"iss":"i","sub":"https://auth.example/v1/status/1","iat":1,"exp":1900000000,"ttl":60,'
                              b'"status_list":{"bits":1,"lst":"' + lst + b'","aggregation_uri":"u"}}')
    batch = b'{"iss":"i","iat":1700000000,"epoch":"%s","after":%d,"seq":%d,"revoked":%s,"lists":[%d,%d],"keys":1%s}'
    for fields in ((b"e1", 100, 100, b"{}", 0, 0, b""), (b"e1", 100, 103, b'{"0":[7,1048575]}', 0, 1, b""),
                   (b"e1", 90, 101, b'{"0":[1],"1":[2]}', 0, 1, b',"more":true'), (b"e1", 300, 300, b"{}", 0, 4, b""),
                   (b"e2", 3, 3, b"{}", 8, 9, b""), (b"e1", 40, 50, b"{}", 0, 0, b""), (b"e1", 100, 101, b"{}", 9, 9, b"")):
        yield "revocations", batch % fields
    head = (b'{"iss":"https://auth.example","epoch":"e1","seq":100,"fresh_at":1,"iat":1,"keys":1,"first":0,"last":1}')
    body = b"signet revocations 1\n" + head + b"\n\0\0"
    yield "revocations", body + hashlib.sha256(body).digest()


def main():
    chosen = {}
    for target, seed in itertools.chain(seeds(), revocation_seeds()):
        shape = seed
        if target not in ("status_list", "revocations"):
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

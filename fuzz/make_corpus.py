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

DIFFERENTIAL_HEADERS = (
    '{"alg":"%s","typ":"at+jwt"}', '{"typ":"application/at+jwt","alg":"%s"}', '{"alg":"%s","typ":"JWT"}', '{"alg":"%s"}',
    '{"alg":"%s","typ":"at+jwt","kid":"k"}', '{"alg":"%s","typ":"at+jwt","crit":["exp"],"exp":1}',
    '{"alg":"%s","typ":"at+jwt","b64":false}', '{"alg":"none","alg":"%s","typ":"at+jwt"}', '{"alg":"none","typ":"at+jwt"}',
    '{"alg":"%s","typ":"at+jwt","zip":"DEF"}', '{"\\u0061lg":"%s","typ":"at\\u002bjwt"}', '{"alg":"%s","typ":"at+jwt","jwk":{}}')
DIFFERENTIAL_CLAIMS = (
    '{"iss":"i","aud":"a","exp":1000001}', '{"iss":"i","aud":["a","b"],"exp":1000600,"nbf":1000000,"iat":999999}',
    '{"iss":"i","aud":"a","exp":1000000}', '{"iss":"i","aud":"a","exp":1000000.5}', '{"iss":"i","aud":"a","exp":1e6}',
    '{"iss":"i","aud":"a","exp":"1000001"}', '{"iss":"i","aud":"b","exp":1000001}', '{"iss":"j","aud":"a","exp":1000001}',
    '{"iss":"i","aud":["a",1],"exp":1000001}', '{"iss":"i","aud":"a","exp":1000001,"exp":1}', '{"iss":"i","aud":"a"}',
    '{"iss":"i","aud":"a","exp":1000001,"sub":"s","jti":"j","scope":"x y","roles":["r"],"n":[[[{"d":null}]]]}',
    '{"iss":"i","aud":"a","exp":9007199254740993}', '{"iss":"i","aud":"a","exp":18446744073709551615}',
    '{"iss":"i","aud":"a","exp":1000001,"status":{"status_list":{"idx":7,"uri":"u"}}}', '["iss"]', '')

MOST = 60  # seeds for a target: enough for each kind of input, few enough to go through in a blink


def b64decode(text):
    try:
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except ValueError:
        return b""


def differential_seeds():
    """A key's letter, a header, claims, and sometimes an edit of the finished token."""
    for letter, alg in (("A", "ES256"), ("B", "RS256"), ("C", "PS256"), ("D", "HS256")):  # differential.cc counts from 64
        for i in range(max(len(DIFFERENTIAL_HEADERS), len(DIFFERENTIAL_CLAIMS))):
            header = DIFFERENTIAL_HEADERS[i if i < len(DIFFERENTIAL_HEADERS) else 0].replace("%s", alg)
            claims = DIFFERENTIAL_CLAIMS[i if i < len(DIFFERENTIAL_CLAIMS) else 0]
            for header, claims in ((header, DIFFERENTIAL_CLAIMS[0]), (DIFFERENTIAL_HEADERS[0].replace("%s", alg), claims)):
                yield f"{letter}\n{header}\n{claims}\n".encode()
    for edit in (b"\0\0\x0a=", b"\1\0\x0a!", b"\2\0\x0a ", b"\0\xff\xff=", b"\2\0\x25A", b"\1\0\x40B"):
        yield f"D\n{DIFFERENTIAL_HEADERS[0]}\n{DIFFERENTIAL_CLAIMS[0]}\n".replace("%s", "HS256").encode() + edit


def seeds():
    """(target, bytes) pairs."""
    for seed in differential_seeds():
        yield "differential", seed
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
        if seed and (target == "differential" or len(chosen.setdefault(target, {})) < MOST):
            chosen.setdefault(target, {}).setdefault(shape, seed)
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

#!/usr/bin/python3
"""python3-jwt, driven like the others: see drive.h. The key is loaded once."""

import json
import pathlib
import sys
import time

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

ISSUER, AUDIENCE = "https://auth.example.com", "orders"
REQUIRED = {"require": ["exp", "iss", "aud"]}


def make_check(folder):
    algorithms = [(folder / "algorithm").read_text()]
    key = (folder / "key").read_bytes()
    if algorithms != ["HS256"]:
        key = load_pem_public_key(key)

    def check(token):
        try:
            claims = jwt.decode(token, key, algorithms=algorithms, issuer=ISSUER, audience=AUDIENCE, options=REQUIRED)
        except jwt.InvalidTokenError:
            return False
        return bool(claims["sub"]) and claims["plan"] == "gold"

    return check


def batch(check, token, count):
    start = time.process_time()
    for _ in range(count):
        if not check(token):
            sys.exit("a good token was refused")
    return time.process_time() - start


def main():
    folder, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
    check = make_check(folder)
    good = (folder / "good").read_text()
    if not check(good):
        sys.exit("refuses the good token")
    for bad in ("tampered", "other_key", "expired", "other_audience", "other_issuer"):
        if check((folder / bad).read_text()):
            sys.exit(f"accepts the bad token: {bad}")
    count = 1
    while (took := batch(check, good, count)) < 0.05:
        count *= 2
    count = int(count * seconds / 5 / took) + 1
    print(json.dumps({"ns": [batch(check, good, count) / count * 1e9 for _ in range(5)]}))


main()

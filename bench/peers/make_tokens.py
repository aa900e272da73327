#!/usr/bin/python3
"""Makes the keys and tokens that all libraries are measured on: a folder for each algorithm, a file for each thing.

Nine claims. `aud` is one string and `typ` is JWT, since some of the libraries take nothing else. The time is now: they read
the clock themselves.
"""

import base64
import hashlib
import json
import pathlib
import secrets
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_keys(algorithm):
    """(the key that signs, the one that verifies, in what form libraries are given it)"""
    if algorithm == "HS256":
        secret = secrets.token_hex(32).encode()
        return secret, secret, secret
    private = {
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
    }[algorithm]()
    public = private.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public, pem


def to_jwk(algorithm, public):
    def number(value, size=None):
        return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))

    if algorithm == "HS256":
        return {"k": base64url(public), "kty": "oct"}
    if algorithm == "RS256":
        numbers = public.public_numbers()
        return {"e": number(numbers.e), "kty": "RSA", "n": number(numbers.n)}
    if algorithm == "ES256":
        numbers = public.public_numbers()
        return {"crv": "P-256", "kty": "EC", "x": number(numbers.x, 32), "y": number(numbers.y, 32)}
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url(raw)}


def make_claims(now):
    return {"iss": "https://auth.example.com", "sub": "Rk3vX0mZq1uYt8sWbN2cPg", "aud": "orders", "exp": now + 86400,
            "iat": now, "jti": "Zr8n0Q2xV5bT7kYmL4sJdA", "sid": "pW3tG6hX9cR1vB5nM8qKeQ",
            "scope": "orders:read orders:write", "plan": "gold"}


def make_tokens(algorithm, private, kid):
    claims = make_claims(int(time.time()))

    def sign(key=private, **changed):
        return jwt.encode(claims | changed, key, algorithm=algorithm, headers={"typ": "JWT", "kid": kid})

    good = sign()
    header, _, signature = good.split(".")
    tampered = ".".join([header, base64url(json.dumps(claims | {"plan": "void"}, separators=(",", ":")).encode()), signature])
    return {"good": good, "tampered": tampered, "other_key": sign(make_keys(algorithm)[0]),
            "expired": sign(exp=claims["iat"] - 3600), "other_audience": sign(aud="billing"),
            "other_issuer": sign(iss="https://evil.example.com")}


def make_all(folder):
    """Writes everything below `folder`; returns {algorithm: bytes of its good token}."""
    sizes = {}
    for algorithm in ALGORITHMS:
        place = pathlib.Path(folder) / algorithm
        place.mkdir(parents=True, exist_ok=True)
        private, public, key = make_keys(algorithm)
        jwk = to_jwk(algorithm, public)
        kid = base64url(hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest())  # RFC 7638
        files = make_tokens(algorithm, private, kid)
        sizes[algorithm] = len(files["good"])
        for name, token in files.items():
            (place / name).write_text(token)
        (place / "algorithm").write_text(algorithm)
        (place / "key").write_bytes(key)
        (place / "key.jwk").write_text(json.dumps(jwk | {"alg": algorithm, "kid": kid}))
        if algorithm == "EdDSA":
            (place / "key.raw").write_bytes(public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
    return sizes

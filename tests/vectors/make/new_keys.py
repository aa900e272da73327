#!/usr/bin/python3
"""Makes test-keys.json anew. Run once, by hand: with other keys, every vector becomes another one. Needs openssl."""

import json
import pathlib
import secrets
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from make import jose


def unsigned(value, size=None):
    return jose.b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def rsa_jwk(p, q, e=65537):
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = {"n": p * q, "e": e, "d": d, "p": p, "q": q, "dp": d % (p - 1), "dq": d % (q - 1), "qi": pow(q, -1, p)}
    return {"kty": "RSA", **{name: unsigned(value) for name, value in numbers.items()}}


def rsa(bits, e=65537):
    pem = subprocess.run(
        [
            "openssl",
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            f"rsa_keygen_bits:{bits}",
            "-pkeyopt",
            f"rsa_keygen_pubexp:{e}",
        ],
        check=True,
        capture_output=True,
    ).stdout
    numbers = serialization.load_pem_private_key(pem, None).private_numbers()
    return rsa_jwk(numbers.p, numbers.q, e)


def is_prime(n):
    return all(n % p for p in (3, 5, 7, 11, 13)) and all(pow(a, n - 1, n) == 1 for a in (2, 3, 5, 7))


def roca(bits=2048):
    """A modulus of the shape that CVE-2017-15361 is about: p = k*M + (65537^a mod M), M the product of the first 126
    primes, which is what the faulty chips used for 2048 bits."""
    primes = [n for n in range(2, 702) if all(n % d for d in range(2, int(n**0.5) + 1))][:126]
    m = 1
    for prime in primes:
        m *= prime

    def prime():
        while True:
            k = secrets.randbits(bits // 2 - m.bit_length()) | 3 << (bits // 2 - m.bit_length() - 2)
            p = k * m + pow(65537, secrets.randbelow(m), m)
            if p.bit_length() == bits // 2 and is_prime(p):
                return p

    while True:
        p, q = prime(), prime()
        if (p * q).bit_length() == bits and p != q:
            return rsa_jwk(max(p, q), min(p, q))


def ecdsa(crv, curve):
    numbers = ec.generate_private_key(curve).private_numbers()
    size = (curve.key_size + 7) // 8
    point = numbers.public_numbers
    return {
        "kty": "EC",
        "crv": crv,
        "x": unsigned(point.x, size),
        "y": unsigned(point.y, size),
        "d": unsigned(numbers.private_value, size),
    }


def ed():
    key = ed25519.Ed25519PrivateKey.generate()
    raw, plain = serialization.Encoding.Raw, serialization.NoEncryption()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": jose.b64(key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)),
        "d": jose.b64(key.private_bytes(raw, serialization.PrivateFormat.Raw, plain)),
    }


def oct(size):
    return {"kty": "oct", "k": jose.b64(secrets.token_bytes(size))}


def main():
    keys = {
        "//": "TEST KEYS. Published, worthless, never to be used for anything but these vectors.",
        "hs256": oct(32),
        "hs384": oct(48),
        "hs512": oct(64),
        "hs_other": oct(64),
        "rsa": rsa(2048),
        "rsa_other": rsa(2048),
        "rsa_4096": rsa(4096),
        "rsa_odd": rsa(2049),
        "rsa_1024": rsa(1024),
        "rsa_2047": rsa(2047),
        "rsa_e3": rsa(2048, 3),
        "rsa_roca": roca(),
        "rsa_8192": jose.public(rsa(8192)),
        "rsa_8200": jose.public(rsa(8200)),
        "p256": ecdsa("P-256", ec.SECP256R1()),
        "p256_other": ecdsa("P-256", ec.SECP256R1()),
        "p384": ecdsa("P-384", ec.SECP384R1()),
        "p521": ecdsa("P-521", ec.SECP521R1()),
        "secp256k1": ecdsa("secp256k1", ec.SECP256K1()),
        "ed25519": ed(),
        "ed25519_other": ed(),
    }
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(key)}" for name, key in keys.items())
    (pathlib.Path(__file__).parent / "test-keys.json").write_text("{\n" + lines + "\n}\n")


main()

"""The second opinion's half about keys and JSON texts (reference.py says what this is)."""

import base64
import hashlib
import json
import math
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

HASH = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1, "secp256k1": ec.SECP256K1}
OF_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "secp256k1": "ES256K", "Ed25519": "Ed25519"}
RSA_ALGS = {family + bits for family in ("RS", "PS") for bits in HASH}
HMAC_ALGS = {"HS" + bits for bits in HASH}
ALGS = RSA_ALGS | HMAC_ALGS | set(OF_CURVE.values()) | {"EdDSA"}


class Refused(Exception):
    """args[0] is the code."""


def demand(condition, code):
    if not condition:
        raise Refused(code)


# --- text -------------------------------------------------------------------------------------------------------------


def unb64(text, code="malformed"):
    """RFC 7515 §2: base64url without padding; and, so that each text has one spelling, with zero trailing bits."""
    text = text.decode("latin-1") if isinstance(text, bytes) else text
    demand(re.fullmatch(r"[A-Za-z0-9_-]*", text, re.A) and len(text) % 4 != 1, code)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    demand(base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text, code)
    return data


def depth(text):
    """How deeply arrays and objects nest, strings left out."""
    level = deepest = 0
    for mark in re.findall(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text, re.S):
        level += (mark in "[{") - (mark in "]}")
        deepest = max(deepest, level)
    return deepest


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from strings(element)
    elif isinstance(value, dict):
        for name, element in value.items():
            yield name
            yield from strings(element)


def unique(pairs):
    demand(len(dict(pairs)) == len(pairs), "malformed")
    return dict(pairs)


def refuse(_):
    raise Refused("malformed")


def real(text):
    demand(math.isfinite(float(text)), "malformed")
    return float(text)


def parse(data):
    """A JSON object: strict UTF-8, no byte order mark, no member twice, at most 16 deep."""
    try:
        text = data.decode("utf-8", "strict")
        demand(depth(text) <= 16, "malformed")
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_float=real)
    except ValueError:
        raise Refused("malformed") from None
    demand(isinstance(value, dict), "malformed")
    demand(not any(0xD800 <= ord(c) < 0xE000 for string in strings(value) for c in string), "malformed")
    return value


# --- keys -------------------------------------------------------------------------------------------------------------


class Key:
    def __init__(self, kind, alg, numbers, jwk=None, secret=False):
        self.alg, self.numbers, self.secret = alg, numbers, secret
        self.members = {
            "kty": kind,
            **{name: b64(value) if isinstance(value, bytes) else value for name, value in numbers.items()},
        }
        jwk = jwk or {}
        self.kid = jwk.get("kid") or self.thumbprint()
        self.verifies = jwk.get("use", "sig") == "sig" and "verify" in jwk.get("key_ops", ["verify"])

    def thumbprint(self):
        text = json.dumps(self.members, sort_keys=True, separators=(",", ":"))
        return b64(hashlib.sha256(text.encode()).digest())


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def integer(jwk, name):
    data = required(jwk, name)
    demand(data and data[0], "malformed")
    return int.from_bytes(data, "big")


def required(jwk, name):
    demand(isinstance(jwk.get(name), str), "malformed")
    return unb64(jwk[name])


PRIMES = [p for p in range(3, 168) if all(p % d for d in range(2, p))]
POWERS = {p: {pow(65537, i, p) for i in range(p)} for p in PRIMES}


def check_rsa(n, e):
    demand(2048 <= n.bit_length() <= 8192 and n % 2, "invalid_argument")
    demand(65537 <= e < n and e % 2, "invalid_argument")
    demand(not all(n % p in POWERS[p] for p in PRIMES), "invalid_argument")  # CVE-2017-15361


def choose(own, implied, passed, possible):
    """The one algorithm of a key: its own word, its curve's, or the caller's; all that speak must agree."""
    said = [{"EdDSA": "Ed25519"}.get(alg, alg) for alg in (own, implied, passed) if alg is not None]
    demand(said and len(set(said)) == 1 and said[0] in possible, "invalid_argument")
    return said[0]


def load_rsa(jwk, own, passed):
    n, e = integer(jwk, "n"), integer(jwk, "e")
    private = None
    if "d" in jwk:
        demand("oth" not in jwk, "unsupported")
        private = {name: integer(jwk, name) for name in ("d", "p", "q", "dp", "dq", "qi")}
    alg = choose(own, None, passed, RSA_ALGS)
    check_rsa(n, e)
    if private:
        d, p, q = private["d"], private["p"], private["q"]
        fits = p * q == n and d * e % (p - 1) == 1 and d * e % (q - 1) == 1 and private["qi"] * q % p == 1
        demand(fits and private["dp"] == d % (p - 1) and private["dq"] == d % (q - 1), "invalid_argument")
    return Key("RSA", alg, {"n": unb64(jwk["n"]), "e": unb64(jwk["e"])}, jwk)


def load_ec(jwk, own, passed):
    crv = jwk.get("crv")
    demand(isinstance(crv, str), "malformed")
    demand(crv in CURVES, "unsupported")
    x, y = required(jwk, "x"), required(jwk, "y")
    d = required(jwk, "d") if "d" in jwk else None
    alg = choose(own, OF_CURVE[crv], passed, {OF_CURVE[crv]})
    curve = CURVES[crv]()
    size = (curve.key_size + 7) // 8
    demand(len(x) == len(y) == size, "invalid_argument")
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve)
    try:
        numbers.public_key()
        if d is not None:
            demand(len(d) == size, "invalid_argument")
            derived = ec.derive_private_key(int.from_bytes(d, "big"), curve).public_key().public_numbers()
            demand(derived == numbers, "invalid_argument")
    except (ValueError, TypeError):
        raise Refused("invalid_argument") from None
    return Key("EC", alg, {"crv": crv, "x": x, "y": y}, jwk)


P25519 = 2**255 - 19


def in_ed25519_group(data):
    """Canonical, on the curve, and of the prime order: RFC 8032 §5.1.3, and then L times the point is the identity."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    d = -121665 * pow(121666, -1, P25519) % P25519
    if y >= P25519:
        return False
    xx = (y * y - 1) * pow(d * y * y + 1, -1, P25519) % P25519
    x = pow(xx, (P25519 + 3) // 8, P25519)
    if (x * x - xx) % P25519:
        x = x * pow(2, (P25519 - 1) // 4, P25519) % P25519
    if (x * x - xx) % P25519 or (x == 0 and sign):
        return False
    x = P25519 - x if x % 2 != sign else x

    def add(one, two):
        (x1, y1), (x2, y2) = one, two
        t = d * x1 * x2 * y1 * y2
        return (
            (x1 * y2 + x2 * y1) * pow(1 + t, -1, P25519) % P25519,
            (y1 * y2 + x1 * x2) * pow(1 - t, -1, P25519) % P25519,
        )

    order, sum_, base = 2**252 + 27742317777372353535851937790883648493, (0, 1), (x, y)
    while order:
        sum_, base, order = add(sum_, base) if order & 1 else sum_, add(base, base), order >> 1
    return sum_ == (0, 1) and (x, y) != (0, 1)


def load_okp(jwk, own, passed):
    demand(isinstance(jwk.get("crv"), str), "malformed")
    demand(jwk["crv"] == "Ed25519", "unsupported")
    x = required(jwk, "x")
    d = required(jwk, "d") if "d" in jwk else None
    alg = choose(own, "Ed25519", passed, {"Ed25519"})
    demand(len(x) == 32 and in_ed25519_group(x), "invalid_argument")
    if d is not None:
        demand(len(d) == 32, "invalid_argument")
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        derived = ed25519.Ed25519PrivateKey.from_private_bytes(d).public_key().public_bytes(*raw)
        demand(derived == x, "invalid_argument")
    return Key("OKP", alg, {"crv": "Ed25519", "x": x}, jwk)


def load_oct(jwk, own, passed):
    k = required(jwk, "k")
    alg = choose(own, None, passed, HMAC_ALGS)
    demand(len(k) * 8 >= int(alg[2:]), "invalid_argument")
    return Key("oct", alg, {"k": k}, jwk, secret=True)


def load_jwk(jwk, passed):
    demand(isinstance(jwk, dict), "malformed")
    for name in ("kid", "use", "alg"):
        demand(isinstance(jwk.get(name, ""), str), "malformed")
    operations = jwk.get("key_ops", [])
    demand(isinstance(operations, list) and all(isinstance(op, str) for op in operations), "malformed")
    demand(len(set(operations)) == len(operations), "malformed")
    demand(isinstance(jwk.get("kty"), str), "malformed")
    load = {"RSA": load_rsa, "EC": load_ec, "OKP": load_okp, "oct": load_oct}.get(jwk["kty"])
    demand(load, "unsupported")
    own = jwk.get("alg")
    demand(own is None or own in ALGS, "unsupported")
    return load(jwk, own, passed)


def is_whole_der(body):
    """One SEQUENCE, with nothing after it."""
    try:
        der = base64.b64decode(body, validate=True)
        size, at = der[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(der[2:at], "big")
        return der[0] == 0x30 and at + size == len(der)
    except (ValueError, IndexError):
        return False


def load_pem(text, passed):
    block = re.fullmatch(rb"\s*-----BEGIN ([A-Z ]+)-----\r?\n(?:[A-Za-z0-9+/=]+\r?\n)+-----END \1-----\s*", text)
    demand(block, "malformed")
    label = block[1]
    demand(is_whole_der(b"".join(text.strip().splitlines()[1:-1])), "malformed")
    supported = (b"PUBLIC KEY", b"PRIVATE KEY", b"RSA PUBLIC KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY")
    demand(label in supported, "unsupported")
    try:
        if label.endswith(b"PUBLIC KEY"):
            key = serialization.load_pem_public_key(text)
        else:
            key = serialization.load_pem_private_key(text, None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused("malformed") from None
    if isinstance(key, rsa.RSAPublicKey):
        n, e = key.public_numbers().n, key.public_numbers().e
        alg = choose(None, None, passed, RSA_ALGS)
        check_rsa(n, e)
        return Key(
            "RSA",
            alg,
            {name: value.to_bytes((value.bit_length() + 7) // 8, "big") for name, value in (("n", n), ("e", e))},
        )
    if isinstance(key, ec.EllipticCurvePublicKey):
        crv = {curve.name: name for name, curve in CURVES.items()}.get(key.curve.name)
        demand(crv, "unsupported")
        size, at = (key.key_size + 7) // 8, key.public_numbers()
        alg = choose(None, OF_CURVE[crv], passed, {OF_CURVE[crv]})
        return Key("EC", alg, {"crv": crv, "x": at.x.to_bytes(size, "big"), "y": at.y.to_bytes(size, "big")})
    demand(isinstance(key, ed25519.Ed25519PublicKey), "unsupported")
    x = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    demand(in_ed25519_group(x), "invalid_argument")
    return Key("OKP", choose(None, "Ed25519", passed, {"Ed25519"}), {"crv": "Ed25519", "x": x})


def load_set(entries, passed):
    demand(isinstance(entries, list), "malformed")
    objects = [entry for entry in entries if isinstance(entry, dict)]
    kids = [entry["kid"] for entry in objects if isinstance(entry.get("kid"), str) and entry["kid"]]
    demand(len(set(kids)) == len(kids), "invalid_argument")
    demand({entry.get("kty") == "oct" for entry in objects} != {True, False}, "invalid_argument")
    keys = {}
    for entry in entries:  # what cannot be used is left out
        try:
            key = load_jwk(entry, passed)
        except Refused:
            continue
        if key.verifies:
            demand(key.kid not in keys, "invalid_argument")
            keys[key.kid] = key
    demand(keys, "invalid_argument")
    return keys


def load(text, passed=None):
    """A dict of keys by kid, for a JWKS; or one Key."""
    demand(passed is None or passed in ALGS, "unsupported")
    if text.lstrip(b" \t\r\n")[:1] != b"{":
        return load_pem(text, passed)
    jwk = parse(text)
    return load_set(jwk["keys"], passed) if "keys" in jwk else load_jwk(jwk, passed)

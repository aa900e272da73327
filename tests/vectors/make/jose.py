"""Signs with the plainest arithmetic there is, so that any signature, good or bad, can be made, and the same one each
time: ECDSA takes its k from RFC 6979, PSS its salt from the message. reference.py, which checks the results, shares no
code with this. NOT for anything but test vectors: nothing here is constant-time."""

import base64
import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives.asymmetric import ed25519

HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}

_DIGEST_INFO = {  # RFC 8017 §9.2, note 1
    "256": "3031300d060960864801650304020105000420",
    "384": "3041300d060960864801650304020205000430",
    "512": "3051300d060960864801650304020305000440",
}


def b64(data):
    data = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(unb64(text), "big")


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


class Curve:
    """y² = x³ + ax + b over the integers mod p; G generates a group of the prime order n."""

    def __init__(self, p, a, b, n, gx, gy):
        self.p, self.a, self.b, self.n, self.g = p, a % p, b, n, (gx, gy)
        self.size = (p.bit_length() + 7) // 8
        self._doubles = [self.g]  # g, 2g, 4g, ...

    def add(self, one, two):
        if one is None or two is None:
            return one or two
        (x1, y1), (x2, y2) = one, two
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        if one == two:
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def times_g(self, k):
        while len(self._doubles) < k.bit_length():
            self._doubles.append(self.add(self._doubles[-1], self._doubles[-1]))
        result = None
        for bit, point in enumerate(self._doubles):
            if k >> bit & 1:
                result = self.add(result, point)
        return result


CURVES = {
    "P-256": Curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        -3,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    "P-384": Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        -3,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    "P-521": Curve(
        2**521 - 1,
        -3,
        0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
        0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
        0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
        0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
    ),
    "secp256k1": Curve(
        2**256 - 2**32 - 977,
        0,
        7,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
        0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
        0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
    ),
}


def _rfc6979(curve, d, digest, hash):
    """RFC 6979 §3.2, with rolen = size."""
    bits = curve.n.bit_length()
    size = (bits + 7) // 8

    def bits2int(data):
        return int.from_bytes(data, "big") >> max(0, 8 * len(data) - bits)

    seed = d.to_bytes(size, "big") + (bits2int(digest) % curve.n).to_bytes(size, "big")
    v, k = b"\1" * len(digest), b"\0" * len(digest)
    for step in (b"\0", b"\1"):
        k = hmac.new(k, v + step + seed, hash).digest()
        v = hmac.new(k, v, hash).digest()
    while True:
        t = b""
        while len(t) < size:
            v = hmac.new(k, v, hash).digest()
            t += v
        candidate = bits2int(t[:size])
        if 0 < candidate < curve.n:
            return candidate
        k = hmac.new(k, v + b"\0", hash).digest()
        v = hmac.new(k, v, hash).digest()


def ecdsa(key, hash, data):
    """(r, s)"""
    curve, d, digest = CURVES[key["crv"]], number(key["d"]), hash(data).digest()
    k = _rfc6979(curve, d, digest, hash)
    r = curve.times_g(k)[0] % curve.n
    z = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.n.bit_length())
    return r, pow(k, -1, curve.n) * (z + r * d) % curve.n


def rsa(key, encoded):
    """The RSA private operation on an encoded message, whatever that is."""
    m, size = int.from_bytes(encoded, "big"), len(unb64(key["n"]))
    p, q = number(key["p"]), number(key["q"])
    one, two = pow(m, number(key["dp"]), p), pow(m, number(key["dq"]), q)
    return (two + q * (number(key["qi"]) * (one - two) % p)).to_bytes(size, "big")


def pkcs1(size, bits, data):
    """RFC 8017 §9.2"""
    info = bytes.fromhex(_DIGEST_INFO[bits]) + HASHES[bits](data).digest()
    return b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info


def _mgf1(seed, size, hash):
    blocks = (hash(seed + i.to_bytes(4, "big")).digest() for i in range(size // hash().digest_size + 1))
    return b"".join(blocks)[:size]


def pss(modulus_bits, bits, data, salt=None, mgf_bits=None):
    """RFC 8017 §9.1.1; RFC 7518 §3.5 makes the salt as long as the hash."""
    hash = HASHES[bits]
    digest = hash(data).digest()
    salt = hash(b"salt" + data).digest() if salt is None else salt
    size = (modulus_bits - 1 + 7) // 8
    h = hash(b"\0" * 8 + digest + salt).digest()
    db = b"\0" * (size - len(salt) - len(h) - 2) + b"\1" + salt
    mask = _mgf1(h, len(db), HASHES[mgf_bits] if mgf_bits in HASHES else mgf_bits or hash)
    masked = int.from_bytes(db, "big") ^ int.from_bytes(mask, "big")
    masked &= (1 << (8 * len(db) - (8 * size - (modulus_bits - 1)))) - 1
    return masked.to_bytes(len(db), "big") + h + b"\xbc"


def sign(alg, key, data):
    data = data.encode() if isinstance(data, str) else data
    family, bits = alg[:2], alg[2:5]
    if family == "HS":
        return hmac.new(unb64(key["k"]), data, HASHES[bits]).digest()
    if family == "RS":
        return rsa(key, pkcs1(len(unb64(key["n"])), bits, data))
    if family == "PS":
        return rsa(key, pss(number(key["n"]).bit_length(), bits, data))
    if family == "ES":
        size = CURVES[key["crv"]].size
        return b"".join(x.to_bytes(size, "big") for x in ecdsa(key, HASHES[bits], data))
    return ed25519.Ed25519PrivateKey.from_private_bytes(unb64(key["d"])).sign(data)


def public(key):
    """A JWK without its private members."""
    secret = ("d", "p", "q", "dp", "dq", "qi")
    return {name: value for name, value in key.items() if name not in secret}


def thumbprint(key):
    """RFC 7638 §3"""
    members = {"RSA": "e kty n", "EC": "crv kty x y", "OKP": "crv kty x", "oct": "k kty"}[key["kty"]]
    return b64(hashlib.sha256(compact({m: key[m] for m in members.split()}).encode()).digest())


def text(value):
    """Header or payload as bytes: bytes and text as they are, all else as compact JSON."""
    if isinstance(value, (bytes, str)):
        return value.encode() if isinstance(value, str) else value
    return compact(value).encode()


def token(header, payload, key, alg=None):
    """A compact JWS, signed with `alg`, which the header need not name."""
    alg = alg or json.loads(text(header))["alg"]
    signing_input = b64(text(header)) + "." + b64(text(payload))
    return signing_input + "." + b64(sign(alg, key, signing_input))


def sealed(signing_input, key, alg):
    """The same for a signing input that is given as it is, however ill-formed."""
    signing_input = signing_input.encode() if isinstance(signing_input, str) else signing_input
    return signing_input + b"." + b64(sign(alg, key, signing_input)).encode()


KEYS = (
    {
        name: key
        for name, key in json.loads((pathlib.Path(__file__).parent / "test-keys.json").read_text()).items()
        if name != "//"
    }
    if (pathlib.Path(__file__).parent / "test-keys.json").exists()
    else {}
)

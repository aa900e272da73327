"""Keys that must not load, and those that must: row 5 of the attacks, every form of PEM, every member of a JWK."""

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519

from make import bad_json, jose
from make.algorithms import KEY_OF, jwk, public_key
from make.shapes import trailing_bits
from make.jose import KEYS, b64, compact, public, thumbprint

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
SPKI, PKCS1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
PKCS8, TRADITIONAL = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL


def case(name, key, expect, alg=None, thumbprint=None):
    key = compact(key) if isinstance(key, (dict, list)) else key
    vector = {"name": name, "key": key, "alg": alg, "expect": expect, "thumbprint": thumbprint}
    return {field: value for field, value in vector.items() if value is not None}


def ok(name, key, alg=None, of=None):
    """`of` is the JWK whose thumbprint it must have, when `key` is none itself; sets have none."""
    shown = of or (key if isinstance(key, dict) and "keys" not in key else None)
    return case(name, key, "ok", alg, thumbprint(shown) if shown else None)


def unsigned(value, size=None):
    return b64(value.to_bytes(size or max(1, (value.bit_length() + 7) // 8), "big"))


def private_key(key):
    """As the `cryptography` module's object."""
    if key["kty"] == "OKP":
        return ed25519.Ed25519PrivateKey.from_private_bytes(jose.unb64(key["d"]))
    if key["kty"] == "EC":
        return ec.derive_private_key(jose.number(key["d"]), public_key(key).curve)
    at = {name: jose.number(key[name]) for name in ("n", "e", "d", "p", "q", "dp", "dq", "qi")}
    shown = rsa.RSAPublicNumbers(at["e"], at["n"])
    return rsa.RSAPrivateNumbers(at["p"], at["q"], at["d"], at["dp"], at["dq"], at["qi"], shown).private_key()


def private_pem(key, form=PKCS8):
    return private_key(key).private_bytes(PEM, form, serialization.NoEncryption())


def good():
    vectors = []
    for alg in KEY_OF:
        vectors.append(ok(f"key-{alg.lower()}", jwk(alg)))
        if alg[:2] != "HS":
            vectors.append(ok(f"key-{alg.lower()}-private", jwk(alg, private=True)))
    vectors += [
        ok("key-rsa-8192", KEYS["rsa_8192"], "RS256"),
        ok("key-rsa-2049-bits", public(KEYS["rsa_odd"]), "PS256"),
        ok(
            "key-with-all-members",
            jwk("ES256", use="sig", kid="k", key_ops=["verify"], x5t="AAAA", x5u="https://example.com", ext=True),
        ),
        ok("key-members-turned-round", dict(reversed(jwk("ES256").items()))),
        ok("key-alg-passed-and-named", jwk("RS256"), "RS256"),
        ok("key-eddsa-passed", public(KEYS["ed25519"]), "EdDSA"),
        ok("key-ed25519-passed", public(KEYS["ed25519"]), "Ed25519"),
        ok("key-use-enc-loads", jwk("ES256", use="enc")),
        ok("key-key-ops-loads", jwk("ES256", key_ops=["encrypt"])),
        ok("key-spaces-around", b" \r\n\t" + compact(jwk("ES256")).encode() + b"\n", of=jwk("ES256")),
        ok("set-of-one", {"keys": [jwk("ES256")]}),
        ok("set-of-many", {"keys": [jwk("RS256", kid="1"), jwk("ES256", kid="2"), jwk("Ed25519", kid="3")]}),
        ok("set-by-thumbprint", {"keys": [jwk("RS256"), jwk("ES256"), jwk("Ed25519")]}),
        ok("set-of-secrets", {"keys": [jwk("HS256"), jwk("HS512")]}),
        ok("set-alg-passed", {"keys": [public(KEYS["rsa"]), public(KEYS["rsa_other"])]}, "RS256"),
        ok("set-with-other-members", {"keys": [jwk("ES256")], "issuer": "x"}),
        ok(
            "set-unusable-left-out",
            {
                "keys": [
                    {"kty": "none"},
                    jwk("ES256"),
                    public(KEYS["rsa_1024"]) | {"alg": "RS256"},
                    {"kty": "OKP", "crv": "X25519", "x": b64(bytes(32))},
                ]
            },
        ),
        ok("set-enc-key-left-out", {"keys": [jwk("ES256"), jwk("RS256", use="enc")]}),
    ]
    return {"keys/good.txt": ("Keys as they should be, with their RFC 7638 thumbprints.", vectors)}


def pem():
    vectors = []
    for alg in ("RS256", "PS384", "ES256", "ES384", "ES512", "ES256K", "Ed25519"):
        key, low = KEYS[KEY_OF[alg]], alg.lower()
        forms = {"public": public_key(key).public_bytes(PEM, SPKI), "private-pkcs8": private_pem(key)}
        if key["kty"] == "RSA":
            forms |= {
                "public-pkcs1": public_key(key).public_bytes(PEM, PKCS1),
                "private-pkcs1": private_pem(key, TRADITIONAL),
            }
        if key["kty"] == "EC":
            forms["private-sec1"] = private_pem(key, TRADITIONAL)
        for shape, text in forms.items():
            vectors.append(ok(f"pem-{low}-{shape}", text, alg, of=key))
            vectors.append(ok(f"pem-{low}-{shape}-crlf", text.replace(b"\n", b"\r\n"), alg, of=key))
            vectors.append(case(f"pem-{low}-{shape}-as-hs256", text, "invalid_argument", "HS256"))
            other = "ES384" if alg == "ES256" else "ES256"
            vectors.append(case(f"pem-{low}-{shape}-as-{other.lower()}", text, "invalid_argument", other))
            if key["kty"] == "RSA":
                vectors.append(case(f"pem-{low}-{shape}-without-alg", text, "invalid_argument"))
            else:
                vectors.append(ok(f"pem-{low}-{shape}-without-alg", text, of=key))
    return {"keys/pem.txt": ("Every form of PEM that is taken, and what may not be made of it.", vectors)}


def armor(label, data):
    lines = base64.encodebytes(data).decode().replace("\n", "")
    body = "\n".join(lines[i : i + 64] for i in range(0, len(lines), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def row05():
    key = KEYS["p256"]
    text = public_key(key).public_bytes(PEM, SPKI).decode()
    der = public_key(key).public_bytes(DER, SPKI)
    lines = text.split("\n")
    rsa_text = public_key(KEYS["rsa"]).public_bytes(PEM, SPKI).decode()
    openssh = public_key(KEYS["rsa"]).public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    malformed = {
        "nothing": "",
        "spaces": "   ",
        "newline": "\n",
        "word": "secret",
        "32-letters": "k" * 32,
        "64-letters": "k" * 64,
        "hex": "00" * 32,
        "base64": base64.b64encode(bytes(64)).decode(),
        "ssh-rsa": openssh,
        "ssh-ed25519": b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAA",
        "der": der,
        "der-in-base64": base64.b64encode(der).decode(),
        "jwk-in-a-string": compact(compact(public(key))),
        "jwk-in-base64url": b64(compact(public(key))),
        "array-of-jwk": [public(key)],
        "no-begin-line": "\n".join(lines[1:]),
        "no-end-line": "\n".join(lines[:-2]) + "\n",
        "cut-in-half": text[: len(text) // 2],
        "end-of-another": text.replace("END PUBLIC", "END PRIVATE"),
        "no-body": f"{lines[0]}\n{lines[-2]}\n",
        "body-not-base64": f"{lines[0]}\n!!!!\n{lines[-2]}\n",
        "body-base64url": text.replace("/", "_").replace("+", "-")
        if "/" in text or "+" in text
        else f"{lines[0]}\n-_-_\n{lines[-2]}\n",
        "body-cut": f"{lines[0]}\n{lines[1]}\n{lines[-2]}\n",
        "four-dashes": text.replace("-----", "----"),
        "lower-case": text.replace("BEGIN PUBLIC KEY", "begin public key").replace("END PUBLIC KEY", "end public key"),
        "garbage-in-armor": armor("PUBLIC KEY", b"garbage"),
        "private-in-public-armor": private_pem(key).decode().replace("PRIVATE", "PUBLIC"),
        "public-in-private-armor": text.replace("PUBLIC", "PRIVATE"),
        "pkcs1-in-pkcs8-armor": armor("PUBLIC KEY", public_key(KEYS["rsa"]).public_bytes(DER, PKCS1)),
        "der-with-trailing-bytes": armor("PUBLIC KEY", der + b"\0\0"),
        "utf-16": text.encode("utf-16"),
        "token": "eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "url": "https://auth.example.com/.well-known/jwks.json",
        "path": "/etc/passwd",
        "nul": "\0" * 32,
    }
    vectors = []
    for shape, text_ in malformed.items():
        expect = (
            "malformed|unsupported"
            if shape in ("lower-case", "private-in-public-armor", "public-in-private-armor", "pkcs1-in-pkcs8-armor")
            else "malformed"
        )
        vectors.append(case(f"row05-{shape}", text_, expect))
        expect = (
            "malformed|unsupported|invalid_argument"
            if "armor" in shape or shape == "der-with-trailing-bytes"
            else expect
        )
        vectors.append(case(f"row05-{shape}-as-hs256", text_, expect, "HS256"))
    for shape, text_ in {
        "space-before": " " + rsa_text,
        "newline-before": "\n" + rsa_text,
        "newlines-after": rsa_text + "\n\n",
    }.items():
        vectors.append(case(f"row05-pem-{shape}-as-hs256", text_, "invalid_argument|malformed", "HS256"))
        vectors.append(case(f"row05-pem-{shape}", text_, "ok|malformed", "RS256"))
    labels = {
        "certificate": armor("CERTIFICATE", der),
        "encrypted": armor("ENCRYPTED PRIVATE KEY", bytes.fromhex("3000")),
        "openssh": armor("OPENSSH PRIVATE KEY", b"openssh-key-v1\0"),
        "dsa": armor("DSA PRIVATE KEY", der),
        "parameters": armor("EC PARAMETERS", bytes.fromhex("06082a8648ce3d030107")),
        "request": armor("CERTIFICATE REQUEST", der),
        "pgp": armor("PGP PUBLIC KEY BLOCK", der),
        "unknown": armor("SECRET", bytes(32)),
        "empty-label": armor("", der),
    }
    vectors += [case(f"row05-armor-{shape}", text_, "malformed|unsupported") for shape, text_ in labels.items()]
    spki = lambda oid, bits: bytes.fromhex("30%02x3005%s032100" % (5 + 2 + 3 + 32, oid)) + bits
    kinds = {
        "x25519": armor("PUBLIC KEY", spki("06032b656e", b"\x09" + bytes(31))),
        "p224": ec.derive_private_key(7, ec.SECP224R1()).public_key().public_bytes(PEM, SPKI),
        "brainpool": ec.derive_private_key(7, ec.BrainpoolP256R1()).public_key().public_bytes(PEM, SPKI),
        "ed448": ed448.Ed448PrivateKey.from_private_bytes(bytes(57)).public_key().public_bytes(PEM, SPKI),
        "x25519-private": x25519.X25519PrivateKey.from_private_bytes(bytes(32)).private_bytes(
            PEM, PKCS8, serialization.NoEncryption()
        ),
    }
    vectors += [case(f"row05-pem-{shape}", text_, "unsupported") for shape, text_ in kinds.items()]
    return {
        "keys/05-sniffing.txt": (
            "Row 5: things that are no key, or no key of ours; none is taken for a secret (CVE-2022-29217).",
            vectors,
        )
    }


def members():
    """A JWK that lacks a member, or has a strange one."""
    vectors = []
    for alg, needed in (("RS256", "n e"), ("ES256", "crv x y"), ("Ed25519", "crv x"), ("HS256", "k")):
        for name in ["kty"] + needed.split():
            low, key = f"jwk-{alg.lower()}-{name}", jwk(alg)
            vectors.append(case(f"{low}-missing", {n: v for n, v in key.items() if n != name}, "malformed"))
            vectors += [
                case(f"{low}-{shape}", key | {name: value}, "malformed")
                for shape, value in {"null": None, "number": 1, "array": ["AQAB"], "object": {}, "true": True}.items()
            ]
            if name in ("n", "e", "x", "y", "k"):
                text = key[name]
                spelled = {
                    "padded": text + "=" * (-len(text) % 4 or 4),
                    "standard-alphabet": text[:-1] + "+",
                    "space": text[:4] + " " + text[4:],
                    "newline": text + "\n",
                    "one-letter-more": text + ("A" if len(text) % 4 == 0 else "A" * (5 - len(text) % 4)),
                    "not-ascii": text + "é",
                }
                vectors += [
                    case(f"{low}-{shape}", key | {name: value}, "malformed") for shape, value in spelled.items()
                ]
        for name in ("kid", "alg", "use"):
            vectors += [
                case(f"jwk-{alg.lower()}-{name}-{shape}", jwk(alg) | {name: value}, "malformed")
                for shape, value in {"null": None, "number": 1, "array": ["x"]}.items()
            ]
        vectors += [
            case(f"jwk-{alg.lower()}-key-ops-{shape}", jwk(alg, key_ops=value), "malformed")
            for shape, value in {"null": None, "string": "verify", "of-number": [1], "object": {}}.items()
        ]
    for name in ("x", "k"):
        key = jwk("Ed25519" if name == "x" else "HS256")
        for i, text in enumerate(trailing_bits(key[name])):
            vectors.append(case(f"jwk-{name}-trailing-bits-{i + 1}", key | {name: text}, "malformed"))
    leading = jose.unb64(KEYS["rsa"]["n"])
    vectors += [
        case("jwk-rsa-n-with-leading-zero", jwk("RS256", n=b64(b"\0" + leading)), "malformed|ok"),
        case("jwk-rsa-e-with-leading-zero", jwk("RS256", e="AAEAAQ"), "malformed|ok"),
        case("jwk-rsa-n-empty", jwk("RS256", n=""), "malformed|invalid_argument"),
        case("jwk-rsa-e-empty", jwk("RS256", e=""), "malformed|invalid_argument"),
    ]
    unknown = {
        "kty-unknown": jwk("ES256") | {"kty": "AKP"},
        "kty-lower-case": jwk("RS256") | {"kty": "rsa"},
        "kty-upper-case": jwk("HS256") | {"kty": "OCT"},
        "kty-empty": jwk("ES256") | {"kty": ""},
        "alg-none": jwk("HS256", alg="none"),
        "alg-lower-case": jwk("HS256", alg="hs256"),
        "alg-empty": jwk("HS256", alg=""),
        "alg-rs1": jwk("RS256", alg="RS1"),
        "alg-oaep": jwk("RS256", alg="RSA-OAEP"),
        "alg-dir": jwk("HS256", alg="dir"),
        "alg-a128kw": jwk("HS256", alg="A128KW"),
        "crv-p-192": jwk("ES256", crv="P-192"),
        "crv-p-224": jwk("ES256", crv="P-224"),
        "crv-lower-case": jwk("ES256", crv="p-256"),
        "crv-openssl-name": jwk("ES256", crv="prime256v1"),
        "crv-bp-256": jwk("ES256", crv="BP-256"),
        "crv-p-256k": jwk("ES256K", crv="P-256K"),
        "crv-x25519": jwk("Ed25519", crv="X25519"),
        "crv-ed448": jwk("Ed25519", crv="Ed448"),
        "crv-ed25519-for-ec": jwk("ES256", crv="Ed25519"),
        "crv-p-256-for-okp": jwk("Ed25519", crv="P-256"),
        "crv-empty": jwk("ES256", crv=""),
    }
    for shape, key in unknown.items():  # without the alg of its first life, where that is not the point
        key = key if shape.startswith("alg") else {n: v for n, v in key.items() if n != "alg"}
        vectors.append(case(f"jwk-{shape}", key, "unsupported"))
    vectors.append(case("jwk-alg-passed-unknown", public(KEYS["rsa"]), "unsupported", "RS1"))
    vectors.append(case("jwk-alg-passed-none", public(KEYS["rsa"]), "unsupported", "none"))
    clash = {
        "es256-says-es384": jwk("ES256", alg="ES384"),
        "es256-says-es256k": jwk("ES256", alg="ES256K"),
        "es256-says-rs256": jwk("ES256", alg="RS256"),
        "es256-says-hs256": jwk("ES256", alg="HS256"),
        "ed25519-says-es256": jwk("Ed25519", alg="ES256"),
        "rsa-says-es256": jwk("RS256", alg="ES256"),
        "rsa-says-hs256": jwk("RS256", alg="HS256"),
        "rsa-says-nothing": public(KEYS["rsa"]),
        "oct-says-nothing": KEYS["hs256"],
        "oct-says-rs256": jwk("HS256", alg="RS256"),
        "oct-says-es256": jwk("HS256", alg="ES256"),
    }
    vectors += [case(f"jwk-{shape}", key, "invalid_argument") for shape, key in clash.items()]
    for own, passed in (
        ("RS256", "RS384"),
        ("RS256", "PS256"),
        ("ES256", "ES384"),
        ("HS256", "HS384"),
        ("Ed25519", "ES256"),
        ("RS256", "HS256"),
        ("HS256", "RS256"),
    ):
        vectors.append(case(f"jwk-{own.lower()}-passed-{passed.lower()}", jwk(own), "invalid_argument", passed))
    base = compact(jwk("HS256"))[1:-1]
    bad = bad_json.bad_texts(base) | bad_json.duplicates(base, "k", f'"{KEYS["hs512"]["k"]}"')
    vectors += [case(f"jwk-text-{shape}", text, "malformed") for shape, text in bad.items()]
    vectors += [ok(f"jwk-text-{shape}", text, of=KEYS["hs256"]) for shape, text in bad_json.fine(base).items()]
    vectors += [case("jwk-without-members", "{}", "malformed")]
    for shape, operations in {"": ["verify", "verify"], "-apart": ["sign", "verify", "sign"], "-unknown": ["x", "x"]}.items():
        vectors.append(case(f"jwk-key-ops-twice{shape}", jwk("ES256", key_ops=operations), "malformed"))
    third = [{"r": "Aw", "d": "AQ", "t": "AQ"}]
    private = jwk("RS256", private=True)
    for shape, primes in {"": third, "-empty": [], "-null": None}.items():
        vectors.append(case(f"jwk-rsa-oth{shape}", private | {"oth": primes}, "unsupported"))
    vectors.append(ok("jwk-rsa-oth-means-nothing-in-a-public-key", jwk("RS256") | {"oth": third}))
    return {
        "keys/jwk-members.txt": ("JWKs with members missing, ill-formed, unknown or contradicting each other.", vectors)
    }


SOURCES = (good, pem, row05, members)

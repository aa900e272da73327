"""Algorithms and signatures: rows 1 to 8 of the attacks, and what must work beside them."""

import base64
import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from make import jose
from make.jose import KEYS, b64, compact, public, sign, token

KEY_OF = {  # the test key of each algorithm
    "HS256": "hs256",
    "HS384": "hs384",
    "HS512": "hs512",
    "RS256": "rsa",
    "RS384": "rsa",
    "RS512": "rsa_4096",
    "PS256": "rsa",
    "PS384": "rsa_odd",
    "PS512": "rsa_4096",
    "ES256": "p256",
    "ES384": "p384",
    "ES512": "p521",
    "ES256K": "secp256k1",
    "Ed25519": "ed25519",
}
PAYLOAD = "attack at dawn"


def jwk(name, /, private=False, **members):
    """The JWK that a verifier of this algorithm holds, or its private half; with other members."""
    key = KEYS[KEY_OF[name]]
    return (key if private else public(key)) | {"alg": name} | members


def case(name, key, token, expect, payload=None, alg=None):
    key = compact(key) if isinstance(key, dict) else key
    fields = {
        "name": name,
        "key": key,
        "alg": alg,
        "token": token,
        "expect": expect,
        "payload": b64(payload) if payload is not None else None,
    }
    return {field: value for field, value in fields.items() if value is not None}


def ok(name, key, token, payload=PAYLOAD, alg=None):
    return case(name, key, token, "ok", payload, alg)


def split(token):
    return token.rpartition(".")[::2]


def with_signature(token, signature):
    return split(token)[0] + "." + b64(signature)


def flip(data, bit):
    return bytes(byte ^ (1 << bit % 8 if i == bit // 8 else 0) for i, byte in enumerate(data))


def algorithms():
    vectors = []
    for alg, name in KEY_OF.items():
        low, header = alg.lower(), {"alg": alg}
        good = token(header, PAYLOAD, KEYS[name])
        signature = jose.unb64(split(good)[1])
        vectors.append(ok(f"{low}-good", jwk(alg), good))
        if alg[:2] in ("HS", "RS", "Ed"):
            vectors.append(
                ok(f"{low}-sign", jwk(alg, private=True), good) | {"sign": "yes", "header": b64(compact(header))}
            )
        else:
            vectors.append(ok(f"{low}-good-private", jwk(alg, private=True), good))
        vectors.append(ok(f"{low}-empty-payload", jwk(alg), token(header, "", KEYS[name]), ""))
        vectors.append(
            ok(f"{low}-binary-payload", jwk(alg), token(header, bytes(range(256)), KEYS[name]), bytes(range(256)))
        )
        for place, bit in (("first", 0), ("middle", 4 * len(signature)), ("last", 8 * len(signature) - 1)):
            bad = with_signature(good, flip(signature, bit))
            vectors.append(case(f"{low}-{place}-bit-of-signature-flipped", jwk(alg), bad, "bad_signature"))
        parts = good.split(".")
        vectors.append(
            case(
                f"{low}-payload-bit-flipped",
                jwk(alg),
                f"{parts[0]}.{b64(flip(PAYLOAD.encode(), 3))}.{parts[2]}",
                "bad_signature",
            )
        )
        vectors.append(
            case(
                f"{low}-header-space-added",
                jwk(alg),
                f"{b64(compact(header) + ' ')}.{parts[1]}.{parts[2]}",
                "bad_signature",
            )
        )
    ed = token({"alg": "EdDSA"}, PAYLOAD, KEYS["ed25519"], "Ed25519")
    plain = token({"alg": "Ed25519"}, PAYLOAD, KEYS["ed25519"])
    nameless = public(KEYS["ed25519"])
    vectors += [
        ok("ed25519-old-name-in-header", jwk("Ed25519"), ed),
        ok("ed25519-old-name-in-key", nameless | {"alg": "EdDSA"}, plain),
        ok("ed25519-old-name-in-both", nameless | {"alg": "EdDSA"}, ed),
        ok("ed25519-no-name-in-key", nameless, plain),
        ok("es256-no-name-in-key", public(KEYS["p256"]), token({"alg": "ES256"}, PAYLOAD, KEYS["p256"])),
        ok("rs256-name-passed", public(KEYS["rsa"]), token({"alg": "RS256"}, PAYLOAD, KEYS["rsa"]), alg="RS256"),
    ]
    swaps = [
        ("hs512", "hs_other", "HS512"),
        ("rs256", "rsa_other", "RS256"),
        ("ps256", "rsa_other", "PS256"),
        ("es256", "p256_other", "ES256"),
        ("ed25519", "ed25519_other", "Ed25519"),
    ]
    vectors += [
        case(f"{low}-by-another-key", jwk(alg), token({"alg": alg}, PAYLOAD, KEYS[other]), "bad_signature")
        for low, other, alg in swaps
    ]
    return {"jws/algorithms.txt": ("Every algorithm: good tokens, and the same with one bit changed.", vectors)}


def row01():
    refused = {
        "none": '"none"',
        "title-case": '"None"',
        "upper-case": '"NONE"',
        "mixed-case": '"nOnE"',
        "trailing-space": '"none "',
        "leading-space": '" none"',
        "trailing-nul": '"none\\u0000"',
        "trailing-newline": '"none\\n"',
        "escaped": '"\\u006eone"',
        "cyrillic-o": '"n\\u043ene"',
        "fullwidth": '"\\uff4eone"',
        "empty": '""',
        "null-in-quotes": '"null"',
        "plain": '"plain"',
    }
    malformed = {"null": "null", "number": "0", "false": "false", "array": '["none"]', "object": '{"alg":"none"}'}
    vectors = []
    for alg in ("HS256", "RS256", "ES256", "Ed25519"):
        signer = KEYS[KEY_OF[alg]]
        for shape, spelled in (refused | malformed).items():
            expect = "unsupported" if shape in refused else "malformed"
            header = f'{{"alg":{spelled}}}'
            vectors.append(
                case(f"row01-{alg.lower()}-alg-{shape}-unsigned", jwk(alg), f"{b64(header)}.{b64(PAYLOAD)}.", expect)
            )
            vectors.append(
                case(f"row01-{alg.lower()}-alg-{shape}-signed", jwk(alg), token(header, PAYLOAD, signer, alg), expect)
            )
        vectors.append(
            case(f"row01-{alg.lower()}-no-alg", jwk(alg), token('{"typ":"JWT"}', PAYLOAD, signer, alg), "malformed")
        )
        vectors.append(
            case(
                f"row01-{alg.lower()}-none-with-a-space-as-signature",
                jwk(alg),
                f"{b64(compact({'alg': 'none'}))}.{b64(PAYLOAD)}. ",
                "malformed",
            )
        )
        for spelled in (alg.lower(), alg.upper(), alg + " ", alg + "\0", alg[:-1], alg + "0", alg.replace("2", "-2")):
            if spelled != alg:
                vectors.append(
                    case(
                        f"row01-{alg.lower()}-alg-spelled-{spelled.encode().hex()}",
                        jwk(alg),
                        token({"alg": spelled}, PAYLOAD, signer, alg),
                        "unsupported",
                    )
                )
        vectors.append(ok(f"row01-{alg.lower()}-control", jwk(alg), token({"alg": alg}, PAYLOAD, signer)))
    vectors.append(
        case(
            "row01-key-loaded-for-none",
            public(KEYS["rsa"]),
            f"{b64(compact({'alg': 'none'}))}..",
            "unsupported",
            alg="none",
        )
    )
    vectors.append(
        case(
            "row01-key-names-none", KEYS["hs256"] | {"alg": "none"}, f"{b64(compact({'alg': 'none'}))}..", "unsupported"
        )
    )
    return {
        "jws/01-alg-none.txt": (
            "Row 1: no algorithm at all, however it is spelled. The control of each key is good.",
            vectors,
        )
    }


def row02():
    vectors = []
    for alg in KEY_OF:
        good = token({"alg": alg}, PAYLOAD, KEYS[KEY_OF[alg]])
        header, payload, signature = good.split(".")
        size = len(jose.unb64(signature))
        low = f"row02-{alg.lower()}"
        vectors += [
            case(f"{low}-signature-empty", jwk(alg), f"{header}.{payload}.", "bad_signature"),
            case(f"{low}-signature-missing", jwk(alg), f"{header}.{payload}", "malformed"),
            case(f"{low}-signature-of-another-place", jwk(alg), f"{header}.{signature}.{payload}", "bad_signature"),
            case(f"{low}-signature-one-byte", jwk(alg), f"{header}.{payload}.AA", "bad_signature"),
            case(f"{low}-signature-all-zero", jwk(alg), with_signature(good, bytes(size)), "bad_signature"),
            case(f"{low}-signature-all-ones", jwk(alg), with_signature(good, b"\xff" * size), "bad_signature"),
            case(f"{low}-signature-of-nothing", jwk(alg), f"{header}..{signature}", "bad_signature"),
            case(f"{low}-payload-and-signature-empty", jwk(alg), f"{header}..", "bad_signature"),
            case(f"{low}-header-empty", jwk(alg), f".{payload}.{signature}", "malformed"),
            ok(f"{low}-control", jwk(alg), good),
        ]
    header = b64(compact({"alg": "HS256"}))
    half = b64(sign("HS256", KEYS["hs256"], f"{header}.{b64(PAYLOAD)}")[:16])
    vectors.append(
        case("row02-hs256-mac-cut-to-its-half", jwk("HS256"), f"{header}.{b64(PAYLOAD)}.{half}", "bad_signature")
    )
    return {"jws/02-no-signature.txt": ("Row 2: signatures that are empty, missing, or nothing at all.", vectors)}


def public_key(key):
    """As the `cryptography` module's object."""
    if key["kty"] == "RSA":
        return rsa.RSAPublicNumbers(jose.number(key["e"]), jose.number(key["n"])).public_key()
    if key["kty"] == "OKP":
        return ed25519.Ed25519PublicKey.from_public_bytes(jose.unb64(key["x"]))
    curve = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1, "secp256k1": ec.SECP256K1}[key["crv"]]
    return ec.EllipticCurvePublicNumbers(jose.number(key["x"]), jose.number(key["y"]), curve()).public_key()


def spellings(key):
    """The public key in every spelling that somebody once took for an HMAC secret."""
    shown, encoding, form = public_key(key), serialization.Encoding, serialization.PublicFormat
    pem = shown.public_bytes(encoding.PEM, form.SubjectPublicKeyInfo)
    der = shown.public_bytes(encoding.DER, form.SubjectPublicKeyInfo)
    found = {
        "pem": pem,
        "pem-without-last-newline": pem.rstrip(b"\n"),
        "pem-crlf": pem.replace(b"\n", b"\r\n"),
        "pem-without-armor": b"".join(pem.split(b"\n")[1:-2]),
        "pem-in-one-line": pem.replace(b"\n", b""),
        "der": der,
        "der-in-base64": base64.b64encode(der),
        "der-in-hex": der.hex().encode(),
        "jwk": compact(public(key)).encode(),
        "jwk-with-spaces": json.dumps(public(key)).encode(),
        "jwk-sorted": json.dumps(public(key), sort_keys=True, separators=(",", ":")).encode(),
        "empty": b"",
    }
    if key["kty"] == "RSA":
        found |= {
            "pkcs1-pem": shown.public_bytes(encoding.PEM, form.PKCS1),
            "pkcs1-der": shown.public_bytes(encoding.DER, form.PKCS1),
            "modulus": jose.unb64(key["n"]),
            "modulus-in-base64url": key["n"].encode(),
            "exponent": jose.unb64(key["e"]),
        }
    else:
        found |= {"x": jose.unb64(key["x"]), "x-in-base64url": key["x"].encode()}
    if key["kty"] == "EC":
        found |= {
            "point": shown.public_bytes(encoding.X962, form.UncompressedPoint),
            "compressed-point": shown.public_bytes(encoding.X962, form.CompressedPoint),
        }
    return found


def row03():
    vectors = []
    for alg in ("RS256", "PS256", "ES256", "ES512", "Ed25519"):
        for shape, secret in spellings(KEYS[KEY_OF[alg]]).items():
            for mac in ("HS256", "HS512") if shape in ("pem", "der", "jwk") else ("HS256",):
                forged = token({"alg": mac}, PAYLOAD, {"k": b64(secret)})
                vectors.append(
                    case(f"row03-{alg.lower()}-{shape}-as-{mac.lower()}-secret", jwk(alg), forged, "unsupported")
                )
                if shape == "pem":
                    name = f"row03-{alg.lower()}-pem-loaded-as-{mac.lower()}"
                    vectors.append(case(name, secret, forged, "invalid_argument", alg=mac))
        forged = token({"alg": alg}, PAYLOAD, {"k": b64(spellings(KEYS[KEY_OF[alg]])["pem"])}, "HS256")
        vectors.append(case(f"row03-{alg.lower()}-mac-under-its-own-name", jwk(alg), forged, "bad_signature"))
        vectors.append(
            ok(
                f"row03-{alg.lower()}-control",
                spellings(KEYS[KEY_OF[alg]])["pem"],
                token({"alg": alg}, PAYLOAD, KEYS[KEY_OF[alg]]),
                alg=alg,
            )
        )
    return {"jws/03-public-key-as-secret.txt": ("Row 3: a MAC made with the public key, which everybody has.", vectors)}


def row04():
    rsa_key, p256, ed = public(KEYS["rsa"]), public(KEYS["p256"]), public(KEYS["ed25519"])
    pem = spellings(KEYS["rsa"])["pem"]
    forged = token({"alg": "HS256"}, PAYLOAD, {"k": b64(pem)})
    by_n = token({"alg": "HS256"}, PAYLOAD, {"k": rsa_key["n"]})
    empty = token({"alg": "HS256"}, PAYLOAD, {"k": ""})
    true = token({"alg": "HS256"}, PAYLOAD, KEYS["hs256"])
    rs256 = token({"alg": "RS256"}, PAYLOAD, KEYS["rsa"])
    vectors = [
        case("row04-rsa-without-alg", rsa_key, forged, "invalid_argument"),
        case("row04-rsa-without-alg-modulus-as-secret", rsa_key, by_n, "invalid_argument"),
        case("row04-rsa-without-alg-even-its-own-token", rsa_key, rs256, "invalid_argument"),
        case("row04-rsa-without-alg-passed-rs256", rsa_key, forged, "unsupported", alg="RS256"),
        case("row04-rsa-without-alg-passed-hs256", rsa_key, forged, "invalid_argument", alg="HS256"),
        case("row04-rsa-that-says-hs256", rsa_key | {"alg": "HS256"}, forged, "invalid_argument"),
        case("row04-ec-without-alg", p256, token({"alg": "HS256"}, PAYLOAD, {"k": p256["x"]}), "unsupported"),
        case("row04-ec-without-alg-passed-hs256", p256, forged, "invalid_argument", alg="HS256"),
        case("row04-ed25519-without-alg", ed, token({"alg": "HS256"}, PAYLOAD, {"k": ed["x"]}), "unsupported"),
        case("row04-rsa-without-alg-empty-secret", rsa_key, empty, "unsupported", alg="RS256"),
        case("row04-oct-without-alg", KEYS["hs256"], true, "invalid_argument"),
        case("row04-oct-that-says-rs256", KEYS["hs256"] | {"alg": "RS256"}, true, "invalid_argument"),
        case("row04-oct-passed-rs256", KEYS["hs256"], true, "invalid_argument", alg="RS256"),
        case("row04-oct-contradicted", KEYS["hs512"] | {"alg": "HS512"}, true, "invalid_argument", alg="HS256"),
        case("row04-rsa-contradicted", rsa_key | {"alg": "RS512"}, rs256, "invalid_argument", alg="RS256"),
        ok("row04-control-oct", KEYS["hs256"], true, alg="HS256"),
        ok("row04-control-rsa", rsa_key, rs256, alg="RS256"),
        ok("row04-control-agreeing", rsa_key | {"alg": "RS256"}, rs256, alg="RS256"),
    ]
    return {
        "jws/04-no-alg-in-key.txt": ("Row 4: a JWK that names no algorithm, or not its own. (CVE-2026-44699)", vectors)
    }


def row06():
    vectors = []
    families = (("rsa", ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")), ("hs512", ("HS256", "HS384", "HS512")))
    for name, algs in families:
        for own in algs:
            key = public(KEYS[name]) | {"alg": own}
            for other in algs:
                expect, payload = ("ok", PAYLOAD) if own == other else ("unsupported", None)
                vectors.append(
                    case(
                        f"row06-{own.lower()}-key-{other.lower()}-token",
                        key,
                        token({"alg": other}, PAYLOAD, KEYS[name]),
                        expect,
                        payload,
                    )
                )
                if own != other:  # the right name over a signature of another kind
                    vectors.append(
                        case(
                            f"row06-{own.lower()}-key-{other.lower()}-signature",
                            key,
                            token({"alg": own}, PAYLOAD, KEYS[name], other),
                            "bad_signature",
                        )
                    )
    for own in ("ES256", "ES384", "ES512", "ES256K", "Ed25519"):
        for other in ("ES256", "ES384", "ES512", "ES256K", "Ed25519", "Ed448", "RS256", "HS256"):
            if own != other:
                forged = token({"alg": other}, PAYLOAD, KEYS[KEY_OF[own]], own)
                vectors.append(case(f"row06-{own.lower()}-key-{other.lower()}-token", jwk(own), forged, "unsupported"))
    es = token({"alg": "EdDSA"}, PAYLOAD, KEYS["p256"], "ES256")
    vectors.append(case("row06-es256-key-eddsa-token", jwk("ES256"), es, "unsupported"))
    return {"jws/06-algorithm-swap.txt": ("Row 6: another algorithm of the same family, or of the same key.", vectors)}


SOURCES = (algorithms, row01, row02, row03, row04, row06)

"""A second opinion on every vector: Signet's rules written down again, in Python over the `cryptography` module and
OpenSSL, sharing no code with the library nor with the maker of the vectors. Slow and plain on purpose."""

import hmac
import json
import math

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from reference_keys import CURVES, HASH, Refused, demand, load, parse, unb64


# --- signatures -------------------------------------------------------------------------------------------------------


def holds(key, data, signature):
    family, hash = key.alg[:2], HASH.get(key.alg[2:5])
    number = {name: int.from_bytes(value, "big") for name, value in key.numbers.items() if isinstance(value, bytes)}
    try:
        if family == "HS":
            return hmac.compare_digest(hmac.new(key.numbers["k"], data, hash.name).digest(), signature)
        if family in ("RS", "PS"):
            if len(signature) != len(key.numbers["n"]):
                return False
            pss = padding.PSS(padding.MGF1(hash()), hash.digest_size)
            public = rsa.RSAPublicNumbers(number["e"], number["n"]).public_key()
            public.verify(signature, data, padding.PKCS1v15() if family == "RS" else pss, hash())
        elif family == "ES":
            curve = CURVES[key.numbers["crv"]]()
            size = (curve.key_size + 7) // 8
            if len(signature) != 2 * size:
                return False
            r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
            public = ec.EllipticCurvePublicNumbers(number["x"], number["y"], curve).public_key()
            public.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(hash()))
        else:
            ed25519.Ed25519PublicKey.from_public_bytes(key.numbers["x"]).verify(signature, data)
        return True
    except InvalidSignature:
        return False


def verify(token, keys):
    """(header, payload)"""
    demand(len(token) <= 16384 and token.count(b".") == 2, "malformed")
    parts = [unb64(part) for part in token.split(b".")]
    demand(len(parts[0]) <= 4096 and parts[0].count(b",") <= 64 and parts[0].count(b"\\") <= 128, "malformed")
    header = parse(parts[0])
    demand("alg" in header, "malformed")
    for name in ("alg", "typ", "cty", "kid"):
        demand(isinstance(header.get(name, ""), str), "malformed")
    demand(len(header.get("kid", "").encode()) <= 256, "malformed")
    if "crit" in header:
        crit = header["crit"]
        demand(isinstance(crit, list) and crit and all(isinstance(name, str) for name in crit), "malformed")
        raise Refused("unsupported")
    demand("b64" not in header and "zip" not in header, "unsupported")

    if isinstance(keys, dict):
        key = keys.get(header.get("kid"))
    else:
        key = keys if header.get("kid", keys.kid) == keys.kid else None
    demand(key, "unknown_key")
    demand(header["alg"] == key.alg or (header["alg"], key.alg) == ("EdDSA", "Ed25519"), "unsupported")
    demand(key.verifies, "invalid_argument")
    demand(holds(key, token.rpartition(b".")[0], parts[2]), "bad_signature")
    return header, parts[1]


# --- claims -----------------------------------------------------------------------------------------------------------


def seconds(claims, name, round_):
    value = claims.get(name, 0)
    demand(isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 2**53, "malformed")
    return round_(value)


def check_status(status):
    """Token Status List, section 6.2. Other mechanisms than status_list are none of ours."""
    demand(isinstance(status, dict), "malformed")
    if "status_list" not in status:
        return
    listed = status["status_list"]
    demand(isinstance(listed, dict) and isinstance(listed.get("uri"), str), "malformed")
    index = listed.get("idx")
    demand(type(index) is int and 0 <= index < 2**63, "malformed")  # a bool is an int to isinstance


def check_claims(header, payload, issuer, audience, typ, leeway, at):
    claims = parse(payload)
    demand("exp" in claims, "malformed")
    exp, nbf = seconds(claims, "exp", math.floor), seconds(claims, "nbf", math.ceil)
    seconds(claims, "iat", math.floor)
    for name in ("iss", "sub", "jti", "sid", "scope"):
        demand(isinstance(claims.get(name, ""), str), "malformed")
    check_status(claims.get("status", {}))
    named = claims.get("aud", [])
    named = [named] if isinstance(named, str) else named
    demand(isinstance(named, list) and all(isinstance(one, str) for one in named), "malformed")

    demand("typ" in header and header["typ"] in (typ, "application/" + typ), "wrong_type")
    demand(claims.get("iss") == issuer, "wrong_issuer")
    demand(audience in named, "wrong_audience")
    demand(at < exp + leeway, "expired")
    demand(at + leeway >= nbf, "not_yet_valid")
    return claims


# --- vectors ----------------------------------------------------------------------------------------------------------


def text(vector, field, default=None):
    value = vector.maybe(field)
    return default if value is None else value.decode()


def judge_key(vector):
    alg, key, print_ = text(vector, "alg"), vector.take("key"), text(vector, "thumbprint")
    loaded = load(key, alg)
    if print_ is not None and loaded.thumbprint() != print_:
        raise AssertionError(f"the thumbprint is {loaded.thumbprint()}")


def judge_jws(vector):
    key, alg, token = vector.take("key"), text(vector, "alg"), vector.take("token")
    payload, sign, header = text(vector, "payload"), text(vector, "sign"), text(vector, "header")
    loaded = load(key, alg)
    _, verified = verify(token, loaded)
    if verified != unb64(payload):
        raise AssertionError("another payload")
    if sign and (sign != "yes" or token.decode().split(".")[:2] != [header, payload] or loaded.alg[:2] in ("ES", "PS")):
        raise AssertionError("signing would not reproduce the token")


def judge_jwt(vector):
    keys, alg, token = vector.take("keys"), text(vector, "alg"), vector.take("token")
    policy = {
        "issuer": text(vector, "issuer"),
        "audience": text(vector, "audience"),
        "typ": text(vector, "typ", "at+jwt"),
        "leeway": int(text(vector, "leeway", "0")),
        "at": int(text(vector, "at")),
    }
    expected = text(vector, "claims")
    demand(
        policy["issuer"] and policy["audience"] and policy["typ"] and 0 <= policy["leeway"] <= 600, "invalid_argument"
    )
    claims = check_claims(*verify(token, load(keys, alg)), **policy)
    if expected is None or claims != json.loads(expected):
        raise AssertionError("other claims")


def judge(kind, vector):
    """The code that the rules give; AssertionError when it is ok, but not as the vector says."""
    try:
        {"jws": judge_jws, "jwt": judge_jwt, "keys": judge_key}[kind](vector)
    except Refused as refused:
        return refused.args[0]
    return "ok"

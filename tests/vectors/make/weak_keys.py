"""Keys and sets that are refused for what they are: rows 13 to 15 and 30 of the attacks."""

from make import jose
from make.algorithms import KEY_OF, jwk, public_key
from make.jose import CURVES, KEYS, b64, compact, public, thumbprint
from make.key_files import DER, PEM, PKCS1, SPKI, armor, case, ok, private_pem, unsigned


def row13():
    a, b = jwk("ES256"), public(KEYS["p256_other"]) | {"alg": "ES256"}
    refused = {
        "same-kid": [a | {"kid": "k"}, b | {"kid": "k"}],
        "same-kid-other-kind": [a | {"kid": "k"}, jwk("RS256", kid="k")],
        "same-kid-not-next": [a | {"kid": "k"}, b | {"kid": "l"}, jwk("RS256", kid="k")],
        "same-key-twice": [a | {"kid": "k"}, a | {"kid": "k"}],
        "same-kid-for-enc": [a | {"kid": "k"}, jwk("RS256", kid="k", use="enc")],
        "same-kid-on-a-bad-key": [a | {"kid": "k"}, public(KEYS["rsa_1024"]) | {"alg": "RS256", "kid": "k"}],
        "same-thumbprint": [a, a],
        "secret-and-public": [a | {"kid": "a"}, jwk("HS256", kid="b")],
        "public-and-secret": [jwk("HS256", kid="b"), a | {"kid": "a"}],
        "secret-and-rsa": [jwk("RS256", kid="a"), jwk("HS256", kid="b")],
        "secret-among-many": [a | {"kid": "a"}, b | {"kid": "b"}, jwk("HS512", kid="c"), jwk("RS256", kid="d")],
        "secret-and-private": [jwk("ES256", private=True), jwk("HS256")],
        "secret-that-is-weak": [a, {"kty": "oct", "alg": "HS256", "k": "AAAA"}],
        "kid-is-the-others-thumbprint": [a, b | {"kid": thumbprint(a)}],
        "none": [],
        "only-unusable": [{"kty": "none"}],
        "only-weak": [public(KEYS["rsa_1024"]) | {"alg": "RS256"}],
        "only-for-enc": [a | {"use": "enc"}],
        "only-without-alg": [public(KEYS["rsa"])],
    }
    vectors = [case(f"row13-{shape}", {"keys": keys}, "invalid_argument") for shape, keys in refused.items()]
    vectors += [
        case(f"row13-keys-{shape}", {"keys": value}, "malformed")
        for shape, value in {"null": None, "object": a, "string": "x", "number": 1, "true": True}.items()
    ]
    vectors += [
        case(f"row13-keys-of-{shape}", {"keys": [value]}, "malformed|invalid_argument")
        for shape, value in {"null": None, "string": compact(a), "number": 1, "array": [a]}.items()
    ]
    vectors += [
        case("row13-keys-named-twice", f'{{"keys":[{compact(a)}],"keys":[{compact(b)}]}}', "malformed"),
        case("row13-keys-named-twice-escaped", f'{{"keys":[{compact(a)}],"\\u006beys":[{compact(b)}]}}', "malformed"),
        case("row13-duplicate-member-in-a-key", f'{{"keys":[{compact(a)[:-1]},"kty":"oct"}}]}}', "malformed"),
        ok("row13-control-two-kids", {"keys": [a | {"kid": "k"}, b | {"kid": "K"}]}),
        ok("row13-control-same-key-two-kids", {"keys": [a | {"kid": "k"}, a | {"kid": "l"}]}),
    ]
    return {"keys/13-sets.txt": ("Row 13: sets that repeat a kid, or mix shared secrets with public keys.", vectors)}


def row14_15():
    strong = jose.number(KEYS["rsa"]["n"])
    rs = lambda **changes: jwk("RS256", **changes)
    weak = {
        "rsa-1024": public(KEYS["rsa_1024"]) | {"alg": "RS256"},
        "rsa-1024-private": KEYS["rsa_1024"] | {"alg": "RS256"},
        "rsa-2047": public(KEYS["rsa_2047"]) | {"alg": "RS256"},
        "rsa-8200": KEYS["rsa_8200"] | {"alg": "RS256"},
        "rsa-512": rs(n=unsigned(strong >> 1536 | 1)),
        "rsa-8-bits": rs(n=unsigned(187)),
        "rsa-n-1": rs(n="AQ"),
        "rsa-n-even": rs(n=unsigned(strong - 1)),
        "rsa-16384": rs(n=unsigned(strong**8)),
        "rsa-e-3": public(KEYS["rsa_e3"]) | {"alg": "RS256"},
        "rsa-e-3-private": KEYS["rsa_e3"] | {"alg": "RS256"},
        "rsa-e-1": rs(e="AQ"),
        "rsa-e-2": rs(e="Ag"),
        "rsa-e-17": rs(e="EQ"),
        "rsa-e-35": rs(e="Iw"),
        "rsa-e-65535": rs(e=unsigned(65535)),
        "rsa-e-65536": rs(e=unsigned(65536)),
        "rsa-e-65538": rs(e=unsigned(65538)),
        "rsa-roca": public(KEYS["rsa_roca"]) | {"alg": "RS256"},
        "rsa-roca-private": KEYS["rsa_roca"] | {"alg": "RS256"},
    }
    vectors = [case(f"row14-{shape}", key, "invalid_argument") for shape, key in weak.items()]
    vectors += [
        case("row14-rsa-e-zero", rs(e="AA"), "invalid_argument|malformed"),
        case("row14-rsa-n-zero", rs(n="AA"), "invalid_argument|malformed"),
        case("row14-rsa-e-is-n", rs(e=jwk("RS256")["n"]), "invalid_argument"),
    ]
    for name, form in (
        ("rsa_1024", SPKI),
        ("rsa_1024", PKCS1),
        ("rsa_2047", SPKI),
        ("rsa_e3", SPKI),
        ("rsa_roca", SPKI),
        ("rsa_roca", PKCS1),
        ("rsa_8200", SPKI),
    ):
        shape = f"{name.replace('_', '-')}-{'spki' if form == SPKI else 'pkcs1'}"
        vectors.append(
            case(f"row14-pem-{shape}", public_key(KEYS[name]).public_bytes(PEM, form), "invalid_argument", "RS256")
        )
    vectors.append(case("row14-pem-rsa-1024-private", private_pem(KEYS["rsa_1024"]), "invalid_argument", "RS256"))
    vectors.append(case("row14-pem-rsa-roca-private", private_pem(KEYS["rsa_roca"]), "invalid_argument", "RS256"))
    for alg, size in (("HS256", 32), ("HS384", 48), ("HS512", 64)):
        for length in (1, 16, size - 1):
            vectors.append(
                case(
                    f"row14-{alg.lower()}-{length}-bytes",
                    {"kty": "oct", "alg": alg, "k": b64(b"k" * length)},
                    "invalid_argument",
                )
            )
        for length in (size, size + 1, 200):
            vectors.append(
                ok(f"row14-control-{alg.lower()}-{length}-bytes", {"kty": "oct", "alg": alg, "k": b64(b"k" * length)})
            )
        vectors.append(case(f"row15-{alg.lower()}-empty", {"kty": "oct", "alg": alg, "k": ""}, "invalid_argument"))
        vectors.append(case(f"row15-{alg.lower()}-empty-alg-passed", {"kty": "oct", "k": ""}, "invalid_argument", alg))
    vectors += [
        case("row14-hs384-key-of-hs256", KEYS["hs256"], "invalid_argument", "HS384"),
        case("row14-hs512-key-of-hs384", KEYS["hs384"], "invalid_argument", "HS512"),
        ok("row14-control-hs256-key-of-hs512", KEYS["hs512"], "HS256"),
    ]
    vectors += [
        ok(f"row14-control-rsa-{shape}", key, "RS256")
        for shape, key in {
            "2048": public(KEYS["rsa"]),
            "4096": public(KEYS["rsa_4096"]),
            "8192": KEYS["rsa_8192"],
            "e-65539": public(KEYS["rsa"]) | {"e": unsigned(65539)},
        }.items()
    ]
    return {
        "keys/14-weak.txt": (
            "Rows 14 and 15: keys that are too weak, or empty. The ROCA modulus was made for this file.",
            vectors,
        )
    }


def row30():
    vectors = []
    for alg in ("ES256", "ES384", "ES512", "ES256K"):
        key, low = jwk(alg), alg.lower()
        curve = CURVES[key["crv"]]
        x, y, size = jose.number(key["x"]), jose.number(key["y"]), curve.size
        point = lambda x, y, size=size: key | {"x": unsigned(x, size), "y": unsigned(y, size)}
        other = jwk("ES256K" if alg == "ES256" else "ES256")
        invalid = {
            "zero-zero": point(0, 0),
            "x-zero": point(0, y),
            "y-zero": point(x, 0),
            "one-one": point(1, 1),
            "y-plus-one": point(x, y + 1),
            "x-plus-one": point(x + 1, y),
            "swapped": point(y, x),
            "x-is-p": point(curve.p, y),
            "y-is-p": point(x, curve.p),
            "both-p": point(curve.p, curve.p),
            "all-ones": key | {"x": b64(b"\xff" * size), "y": b64(b"\xff" * size)},
            "x-one-short": key | {"x": b64(jose.unb64(key["x"])[:-1])},
            "y-one-short": key | {"y": b64(jose.unb64(key["y"])[1:])},
            "x-one-long": key | {"x": b64(b"\0" + jose.unb64(key["x"]))},
            "y-one-long": key | {"y": b64(b"\0" + jose.unb64(key["y"]))},
            "x-zeros-after": key | {"x": b64(jose.unb64(key["x"]) + b"\0")},
            "x-empty": key | {"x": ""},
            "y-empty": key | {"y": ""},
            "both-empty": key | {"x": "", "y": ""},
            "compressed-in-x": key | {"x": b64(b"\2" + jose.unb64(key["x"])), "y": ""},
            "uncompressed-in-x": key | {"x": b64(b"\4" + jose.unb64(key["x"]) + jose.unb64(key["y"])), "y": ""},
            "of-another-curve": key | {"x": other["x"], "y": other["y"]},
        }
        if curve.p + x < 256**size:  # P-521 alone has the room
            invalid["x-plus-p"] = point(x + curve.p, y)
        vectors += [case(f"row30-{low}-{shape}", bad, "invalid_argument") for shape, bad in invalid.items()]
        private = {
            "d-of-another": unsigned(7, size),
            "d-zero": unsigned(0, size),
            "d-is-n": unsigned(curve.n, size),
            "d-plus-one": unsigned(jose.number(KEYS[KEY_OF[alg]]["d"]) + 1, size),
            "d-negated": unsigned(curve.n - jose.number(KEYS[KEY_OF[alg]]["d"]), size),
            "d-one-short": b64(jose.unb64(KEYS[KEY_OF[alg]]["d"])[:-1]),
            "d-one-long": b64(b"\0" + jose.unb64(KEYS[KEY_OF[alg]]["d"])),
        }
        vectors += [case(f"row30-{low}-{shape}", key | {"d": d}, "invalid_argument") for shape, d in private.items()]
        vectors.append(case(f"row30-{low}-d-empty", key | {"d": ""}, "malformed|invalid_argument"))
        vectors.append(case(f"row30-{low}-d-null", key | {"d": None}, "malformed"))
        vectors.append(ok(f"row30-control-{low}-y-negated", point(x, curve.p - y)))
        vectors.append(ok(f"row30-control-{low}-generator", point(*curve.g)))
    p = 2**255 - 19
    little = lambda value: b64(value.to_bytes(32, "little"))
    ed = jwk("Ed25519")
    order8 = (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
    small = {
        "identity": little(1),
        "zero": little(0),
        "minus-one": little(p - 1),
        "order-8": b64(bytes.fromhex(order8[0])),
        "order-8-other": b64(bytes.fromhex(order8[1])),
        "identity-sign-set": little(1 | 1 << 255),
        "zero-sign-set": little(1 << 255),
        "p": little(p),
        "p-plus-1": little(p + 1),
        "all-ones": b64(b"\xff" * 32),
        "not-on-the-curve": little(2),
        "one-short": b64(jose.unb64(ed["x"])[:-1]),
        "one-long": b64(jose.unb64(ed["x"]) + b"\0"),
        "empty": "",
    }
    vectors += [case(f"row30-ed25519-{shape}", ed | {"x": x}, "invalid_argument") for shape, x in small.items()]
    d = jose.unb64(KEYS["ed25519"]["d"])
    private = {
        "of-another": KEYS["ed25519_other"]["d"],
        "zero": b64(bytes(32)),
        "one-short": b64(d[:-1]),
        "one-long": b64(d + b"\0"),
        "seed-and-public": b64(d + jose.unb64(ed["x"])),
    }
    vectors += [
        case(f"row30-ed25519-d-{shape}", ed | {"d": value}, "invalid_argument") for shape, value in private.items()
    ]
    vectors += [case("row30-ed25519-d-empty", ed | {"d": ""}, "malformed|invalid_argument")]
    full, other = jwk("RS256", private=True), KEYS["rsa_other"]
    for name in ("p", "q", "dp", "dq", "qi"):
        vectors.append(case(f"row30-rsa-without-{name}", {n: v for n, v in full.items() if n != name}, "malformed"))
    vectors += [
        case(f"row30-rsa-{name}-of-another", full | {name: other[name]}, "invalid_argument")
        for name in ("n", "d", "p", "q", "dp", "dq", "qi")
    ]
    vectors += [
        case("row30-rsa-private-of-another", other | {"n": full["n"], "alg": "RS256"}, "invalid_argument"),
        case(
            "row30-rsa-other-primes",
            full | {"oth": [{"r": "Aw", "d": "Aw", "t": "Aw"}]},
            "unsupported|malformed|invalid_argument",
        ),
        case("row30-rsa-d-null", full | {"d": None}, "malformed"),
    ]
    good = public_key(KEYS["p256"]).public_bytes(DER, SPKI)
    vectors += [
        case(
            "row30-pem-off-curve", armor("PUBLIC KEY", good[:-1] + bytes([good[-1] ^ 1])), "invalid_argument|malformed"
        ),
        case(
            "row30-pem-infinity",
            armor("PUBLIC KEY", bytes.fromhex("3019301306072a8648ce3d020106082a8648ce3d03010703020000")),
            "invalid_argument|malformed",
        ),
        case(
            "row30-pem-ed25519-identity",
            armor("PUBLIC KEY", bytes.fromhex("302a300506032b6570032100") + (1).to_bytes(32, "little")),
            "invalid_argument",
        ),
    ]
    return {
        "keys/30-points.txt": (
            "Row 30: points that are not on their curve, at infinity, of small order or of the wrong length; and private\nnumbers that belong to other public ones.",
            vectors,
        )
    }


SOURCES = (row13, row14_15, row30)

"""Headers: rows 9 to 11, 20, 21, 25 and 26 of the attacks, and the use that a key allows."""

import json

from make import bad_json
from make.algorithms import PAYLOAD, case, jwk, ok
from make.jose import KEYS, b64, compact, public, sealed, thumbprint, token

ES, SIGNER = jwk("ES256"), KEYS["p256"]
ATTACKER = KEYS["p256_other"]


def signed(header, payload=PAYLOAD, key=SIGNER, alg="ES256"):
    return token(header, payload, key, alg)


def row09():
    embedded = public(ATTACKER)
    header = {"alg": "ES256", "jwk": embedded}
    set_ = {"keys": [ES | {"kid": "ours"}]}
    vectors = [
        case("row09-jwk-of-the-attacker", ES, signed(header, key=ATTACKER), "bad_signature"),
        case(
            "row09-jwk-of-the-attacker-private", ES, signed(header | {"jwk": ATTACKER}, key=ATTACKER), "bad_signature"
        ),
        case(
            "row09-jwk-with-our-kid",
            set_,
            signed({"alg": "ES256", "kid": "ours", "jwk": embedded | {"kid": "ours"}}, key=ATTACKER),
            "bad_signature",
        ),
        case(
            "row09-jwk-with-its-own-kid",
            set_,
            signed({"alg": "ES256", "kid": "mine", "jwk": embedded | {"kid": "mine"}}, key=ATTACKER),
            "unknown_key",
        ),
        case("row09-jwk-and-no-kid-against-a-set", set_, signed(header, key=ATTACKER), "unknown_key"),
        case(
            "row09-jwk-symmetric",
            ES,
            signed({"alg": "HS256", "jwk": KEYS["hs256"] | {"alg": "HS256"}}, key=KEYS["hs256"], alg="HS256"),
            "unsupported",
        ),
        case(
            "row09-jwk-of-another-kind",
            ES,
            signed({"alg": "RS256", "jwk": public(KEYS["rsa_other"])}, key=KEYS["rsa_other"], alg="RS256"),
            "unsupported",
        ),
        case(
            "row09-jwk-thumbprint-as-kid",
            set_,
            signed(header | {"kid": thumbprint(ATTACKER)}, key=ATTACKER),
            "unknown_key",
        ),
        ok("row09-control-jwk-ignored", ES, signed(header)),
        ok("row09-control-no-jwk", ES, signed({"alg": "ES256"})),
    ]
    return {
        "jws/09-embedded-jwk.txt": (
            "Row 9: the attacker's key, in the header (CVE-2018-0114). It is never looked at.",
            vectors,
        )
    }


def row10():
    urls = {
        "https": "https://attacker.example/jwks.json",
        "loopback": "http://127.0.0.1:1/jwks.json",
        "file": "file:///dev/zero",
        "ours-as-prefix": "https://auth.example.com@attacker.example/",
        "metadata": "http://169.254.169.254/",
    }
    vectors = []
    for name in ("jku", "x5u"):
        for shape, url in urls.items():
            header = {"alg": "ES256", name: url}
            vectors.append(case(f"row10-{name}-{shape}", ES, signed(header, key=ATTACKER), "bad_signature"))
        vectors.append(ok(f"row10-control-{name}-ignored", ES, signed({"alg": "ES256", name: urls["https"]})))
    for name, value in (("x5c", ["MIIB"]), ("x5t", "AAAA"), ("x5t#S256", "AAAA")):
        vectors.append(
            case(
                f"row10-{name.replace('#', '-').lower()}",
                ES,
                signed({"alg": "ES256", name: value}, key=ATTACKER),
                "bad_signature",
            )
        )
        vectors.append(
            ok(f"row10-control-{name.replace('#', '-').lower()}-ignored", ES, signed({"alg": "ES256", name: value}))
        )
    return {"jws/10-keys-by-url.txt": ("Row 10: jku, x5u, x5c. Nothing is fetched, nothing is trusted.", vectors)}


def row11():
    kid = "2026-01"
    one, own = ES | {"kid": kid}, thumbprint(ES)
    two = {"keys": [one, public(ATTACKER) | {"kid": "2026-02"}]}
    header = lambda value: f'{{"alg":"ES256","kid":{json.dumps(value, ensure_ascii=False)}}}'
    unknown = {
        "other": "2026-03",
        "empty": "",
        "path": "../../../../../../dev/null",
        "absolute-path": "/dev/null",
        "sql": "x' UNION SELECT 'key'--",
        "shell": "|/usr/bin/id",
        "nul": "\0",
        "nul-after": kid + "\0",
        "nul-and-more": kid + "\0x",
        "prefix": kid[:-1],
        "longer": kid + "0",
        "space-after": kid + " ",
        "space-before": " " + kid,
        "newline": kid + "\n",
        "url": "https://attacker.example/key",
        "template": "${jndi:ldap://x}",
        "format": "%s%n",
        "percent": "2026%2D01",
        "wildcard": "*",
        "non-ascii": "２０２６-01",
        "accent": kid + "\u0301",
        "index": "0",
        "256-bytes": "k" * 256,
        "thumbprint": own,
    }
    vectors = []
    for shape, value in unknown.items():
        vectors.append(case(f"row11-kid-{shape}", one, signed(header(value)), "unknown_key"))
        if shape != "thumbprint":
            vectors.append(case(f"row11-set-kid-{shape}", two, signed(header(value)), "unknown_key"))
    for shape, value in {
        "number": 202601,
        "zero": 0,
        "null": None,
        "true": True,
        "array": [kid],
        "object": {"kid": kid},
    }.items():
        vectors.append(case(f"row11-kid-{shape}", one, signed(header(value)), "malformed"))
    for size in (257, 1000, 3000):
        vectors.append(case(f"row11-kid-{size}-bytes", one, signed(header("k" * size)), "malformed|unknown_key"))
    vectors += [
        case(
            "row11-kid-257-bytes-in-key-too",
            ES | {"kid": "k" * 257},
            signed(header("k" * 257)),
            "malformed|unknown_key|invalid_argument",
        ),
        case("row11-set-no-kid", two, signed({"alg": "ES256"}), "unknown_key"),
        case("row11-set-of-one-no-kid", {"keys": [one]}, signed({"alg": "ES256"}), "unknown_key"),
        case("row11-set-kid-of-the-other", two, signed(header("2026-02")), "bad_signature"),
        case(
            "row11-set-unknown-kid-and-other-alg",
            two,
            signed({"alg": "HS256", "kid": "x"}, key=KEYS["hs256"], alg="HS256"),
            "unknown_key",
        ),
        case(
            "row11-set-skipped-key",
            {"keys": [one | {"use": "enc"}, public(ATTACKER) | {"kid": "2026-02"}]},
            signed(header(kid)),
            "unknown_key",
        ),
        ok("row11-control-kid", one, signed(header(kid))),
        ok("row11-control-no-kid", one, signed({"alg": "ES256"})),
        ok("row11-control-thumbprint", ES, signed(header(own))),
        ok("row11-control-kid-escaped", one, signed('{"alg":"ES256","kid":"\\u0032026-01"}')),
        ok("row11-control-set", two, signed(header(kid))),
        ok("row11-control-set-other", two, signed(header("2026-02"), key=ATTACKER)),
        ok("row11-control-set-thumbprint", {"keys": [ES, public(ATTACKER)]}, signed(header(own))),
        ok("row11-control-kid-256-bytes", ES | {"kid": "k" * 256}, signed(header("k" * 256))),
        ok("row11-control-kid-is-a-path", ES | {"kid": "../../dev/null"}, signed(header("../../dev/null"))),
        ok("row11-control-kid-with-nul", ES | {"kid": "a\0b"}, signed(header("a\0b"))),
        case("row11-kid-until-nul", ES | {"kid": "a\0b"}, signed(header("a")), "unknown_key"),
    ]
    return {"jws/11-kid.txt": ("Row 11: kid is a key of a map and nothing else. No key is tried in turn.", vectors)}


def usage():
    good = signed({"alg": "ES256"})
    wrong = {
        "use-enc": {"use": "enc"},
        "use-unknown": {"use": "tls"},
        "use-upper-case": {"use": "SIG"},
        "use-empty": {"use": ""},
        "key-ops-encrypt": {"key_ops": ["encrypt"]},
        "key-ops-empty": {"key_ops": []},
        "key-ops-sign": {"key_ops": ["sign"]},
        "use-enc-key-ops-verify": {"use": "enc", "key_ops": ["verify"]},
    }
    right = {
        "use-sig": {"use": "sig"},
        "key-ops-verify": {"key_ops": ["verify"]},
        "key-ops-both": {"key_ops": ["sign", "verify"]},
        "use-and-key-ops": {"use": "sig", "key_ops": ["verify"]},
    }
    vectors = [case(f"usage-{shape}", ES | members, good, "invalid_argument") for shape, members in wrong.items()]
    vectors += [ok(f"usage-control-{shape}", ES | members, good) for shape, members in right.items()]
    vectors.append(
        case(
            "usage-use-enc-and-a-bad-signature",
            ES | {"use": "enc"},
            signed({"alg": "ES256"}, key=ATTACKER),
            "invalid_argument",
        )
    )
    return {
        "jws/key-usage.txt": ("Keys whose use or key_ops (RFC 7517 4.2, 4.3) do not allow them to verify.", vectors)
    }


def row20_21():
    members = '"alg":"ES256"'
    twice = bad_json.duplicates(members, "alg", '"ES256"')
    for name, value in (("kid", '"k"'), ("typ", '"JWT"'), ("crit", '["x"]')):
        twice |= bad_json.duplicates(f'{members},"{name}":{value}', name, value)
    twenty = [case(f"row20-header-{shape}", ES, signed(header), "malformed") for shape, header in twice.items()]
    twenty += [
        ok(f"row20-header-{shape}", ES, signed(header)) for shape, header in bad_json.alike(members, "alg").items()
    ]
    twenty.append(case("row20-header-alg-none-then-es256", ES, signed('{"alg":"none","alg":"ES256"}'), "malformed"))
    twenty.append(case("row20-header-alg-es256-then-none", ES, signed('{"alg":"ES256","alg":"none"}'), "malformed"))
    twenty.append(
        case(
            "row20-header-duplicate-inside-of-jwk",
            ES,
            signed('{"alg":"ES256","jwk":{"kty":"EC","kty":"oct"}}'),
            "malformed",
        )
    )
    twenty_one = [
        case(f"row21-header-{shape}", ES, signed(header), "malformed")
        for shape, header in bad_json.bad_texts(members).items()
    ]
    twenty_one += [ok(f"row21-header-{shape}", ES, signed(header)) for shape, header in bad_json.fine(members).items()]
    for name in ("typ", "cty"):
        twenty_one += [
            case(f"row21-header-{name}-{shape}", ES, signed({"alg": "ES256", name: value}), "malformed")
            for shape, value in {"number": 1, "null": None, "true": True, "array": ["JWT"], "object": {}}.items()
        ]
        twenty_one.append(ok(f"row21-header-control-{name}", ES, signed({"alg": "ES256", name: "JWT"})))
    twenty_one.append(case("row21-header-object-without-members", ES, signed("{}"), "malformed"))
    return {
        "jws/20-duplicate-members.txt": ("Row 20: a header that names a member twice, anywhere in it.", twenty),
        "jws/21-header-text.txt": (
            "Row 21: headers that are not UTF-8, not JSON, not objects, or too deep.",
            twenty_one,
        ),
    }


def row25_26():
    malformed = {
        "empty": [],
        "null": None,
        "false": False,
        "true": True,
        "number": 1,
        "string": "exp",
        "string-empty": "",
        "object": {"exp": True},
        "of-null": [None],
        "of-number": [1],
        "of-array": [["exp"]],
        "of-object": [{"exp": 1}],
        "of-string-and-number": ["exp", 1],
        "nested-empty": [[]],
    }
    unsupported = {
        "unknown": (["x"], {"x": 1}),
        "two-unknown": (["x", "y"], {"x": 1, "y": 2}),
        "exp": (["exp"], {"exp": 1}),
        "url": (["https://example.com/x"], {"https://example.com/x": True}),
        "b64": (["b64"], {"b64": False}),
        "b64-true": (["b64"], {"b64": True}),
        "http": (["http://openbanking.org.uk/iat"], {"http://openbanking.org.uk/iat": 0}),
    }
    either = {
        "absent": (["x"], {}),
        "b64-absent": (["b64"], {}),
        "twice": (["x", "x"], {"x": 1}),
        "empty-name": ([""], {"": 1}),
        "alg": (["alg"], {}),
        "typ": (["typ"], {"typ": "JWT"}),
        "kid": (["kid"], {}),
        "crit": (["crit"], {}),
        "jwk": (["jwk"], {"jwk": {}}),
        "1000-names": ([f"{i}" for i in range(500)], {}),
    }
    vectors = [
        case(f"row25-crit-{shape}", ES, signed({"alg": "ES256", "crit": value}), "malformed")
        for shape, value in malformed.items()
    ]
    vectors += [
        case(f"row25-crit-{shape}", ES, signed({"alg": "ES256", "crit": names} | more), "unsupported")
        for shape, (names, more) in unsupported.items()
    ]
    vectors += [
        case(f"row25-crit-{shape}", ES, signed({"alg": "ES256", "crit": names} | more), "malformed|unsupported")
        for shape, (names, more) in either.items()
    ]
    vectors += [
        case("row25-crit-escaped", ES, signed('{"alg":"ES256","\\u0063rit":["x"],"x":1}'), "unsupported"),
        case("row25-crit-first", ES, signed('{"crit":["x"],"x":1,"alg":"ES256"}'), "unsupported"),
        case(
            "row25-crit-and-unknown-kid",
            ES,
            signed({"alg": "ES256", "kid": "no", "crit": ["x"], "x": 1}),
            "unsupported",
        ),
        case(
            "row25-crit-and-bad-signature",
            ES,
            signed({"alg": "ES256", "crit": ["x"], "x": 1}, key=ATTACKER),
            "unsupported",
        ),
        ok("row25-control-unknown-but-not-critical", ES, signed({"alg": "ES256", "x": 1, "exp": 1})),
        ok("row25-control-upper-case", ES, signed({"alg": "ES256", "CRIT": ["x"]})),
        ok("row25-control-nested", ES, signed({"alg": "ES256", "x": {"crit": ["x"]}})),
    ]
    raw = sealed(f"{b64(compact({'alg': 'ES256', 'b64': False, 'crit': ['b64']}))}.attackat", SIGNER, "ES256")
    twenty_six = [
        case(f"row26-b64-{shape}", ES, signed({"alg": "ES256", "b64": value}), expect)
        for shape, value, expect in (
            ("false", False, "unsupported"),
            ("true", True, "unsupported"),
            ("null", None, "malformed|unsupported"),
            ("string", "false", "malformed|unsupported"),
            ("number", 0, "malformed|unsupported"),
        )
    ]
    twenty_six += [
        case("row26-unencoded-payload", ES, raw, "unsupported"),
        case(
            "row26-unencoded-payload-with-a-dot",
            ES,
            sealed(f"{b64(compact({'alg': 'ES256', 'b64': False, 'crit': ['b64']}))}.at.dawn", SIGNER, "ES256"),
            "malformed",
        ),
        case("row26-zip-def", ES, signed({"alg": "ES256", "zip": "DEF"}), "unsupported"),
        case("row26-zip-unknown", ES, signed({"alg": "ES256", "zip": "GZ"}), "unsupported"),
        case("row26-zip-null", ES, signed({"alg": "ES256", "zip": None}), "malformed|unsupported"),
        ok("row26-control-upper-case", ES, signed({"alg": "ES256", "B64": False, "ZIP": "DEF"})),
    ]
    return {
        "jws/25-crit.txt": (
            "Row 25: crit, right and wrong. Signet knows no extension, so a right one is unsupported.",
            vectors,
        ),
        "jws/26-b64-and-zip.txt": (
            "Rows 26 and 29: payloads that are not base64url (RFC 7797), and compressed ones.",
            twenty_six,
        ),
    }


SOURCES = (row09, row10, row11, usage, row20_21, row25_26)

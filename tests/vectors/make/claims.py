"""Claims: rows 12 and 16 to 19 of the attacks, policies, and the order in which a token is judged."""

import json


from make.jose import KEYS, compact, public, thumbprint, token

AT = 1700000000
ISSUER, AUDIENCE = "https://auth.example.com", "orders"
KEY = public(KEYS["p256"])
HEADER = {"alg": "ES256", "kid": thumbprint(KEY), "typ": "at+jwt"}
CLAIMS = {
    "iss": ISSUER,
    "sub": "alice",
    "aud": [AUDIENCE, "billing"],
    "iat": AT,
    "exp": AT + 600,
    "jti": "5hUpzp0NrGTDxNcqDG9Wyw",
}


def written(changes=None, without=()):
    """The claims as text, with some of them changed to other JSON texts."""
    texts = {name: compact(value) for name, value in CLAIMS.items()} | (changes or {})
    return "{" + ",".join(f'"{name}":{text}' for name, text in texts.items() if name not in without) + "}"


def case(name, payload, expect, header=HEADER, signer="p256", **fields):
    """One vector; `fields` replace or add to those of the usual policy."""
    alg = {"p256": "ES256", "p256_other": "ES256", "hs256": "HS256"}[signer]
    policy = {
        "keys": compact(KEY),
        "alg": None,
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "typ": None,
        "leeway": None,
        "at": AT,
    }
    payload = payload.encode() if isinstance(payload, str) else payload
    vector = {"name": name} | policy | {"token": None, "expect": expect} | fields
    vector["token"] = vector["token"] or token(header, payload, KEYS[signer], alg)
    if expect == "ok":
        vector["claims"] = compact(json.loads(payload))
    return {
        field: value if isinstance(value, bytes) else str(value) for field, value in vector.items() if value is not None
    }


def changed(name, expect, changes, **fields):
    return case(name, written(changes), expect, **fields)


def good():
    full = {
        "scope": '"read write"',
        "roles": '["clerk"]',
        "sid": '"s-1"',
        "nbf": str(AT),
        "limits": '{"rps":100,"regions":["eu","us"]}',
        "ratio": "0.25",
        "note": '"é€😀"',
        "nothing": "null",
        "status": '{"status_list":{"idx":7,"uri":"https://auth.example.com/v1/status/0"}}',
    }
    set_ = compact({"keys": [KEY, public(KEYS["p256_other"])]})
    vectors = [
        case("good", written(), "ok"),
        changed("good-all-claims", "ok", full),
        case("good-only-what-is-required", compact({"iss": ISSUER, "aud": AUDIENCE, "exp": AT + 1}), "ok"),
        changed("good-audience-as-string", "ok", {"aud": '"orders"'}),
        case("good-in-a-set", written(), "ok", keys=set_),
        case("good-no-kid", written(), "ok", header={"alg": "ES256", "typ": "at+jwt"}),
        case(
            "good-shared-secret",
            written(),
            "ok",
            header={"alg": "HS256", "typ": "at+jwt"},
            signer="hs256",
            keys=compact(KEYS["hs256"]),
            alg="HS256",
        ),
        case("good-spread-over-lines", json.dumps(CLAIMS, indent=2), "ok"),
        changed("good-issuer-escaped", "ok", {"iss": '"https:\\/\\/auth.example.com"'}),
    ]
    return {"jwt/good.txt": ("Access tokens as they should be.", vectors)}


def policy():
    vectors = [
        case("policy-no-issuer", written({"iss": '""'}), "invalid_argument", issuer=""),
        case("policy-no-audience", written({"aud": '""'}), "invalid_argument", audience=""),
        case("policy-no-type", written(), "invalid_argument", header=HEADER | {"typ": ""}, typ=""),
        case("policy-leeway-601", written(), "invalid_argument", leeway=601),
        case("policy-leeway-negative", written(), "invalid_argument", leeway=-1),
        case("policy-leeway-600", written(), "ok", leeway=600),
        case("policy-leeway-0", written(), "ok", leeway=0),
    ]
    return {"jwt/policy.txt": ("Policies that cannot be made: nothing is waived by leaving it empty.", vectors)}


def order():
    """Each token has two things wrong, next to each other in the order; the first decides."""
    old, other = {"exp": str(AT - 1)}, HEADER | {"typ": "JWT"}
    key = {"signer": "p256_other"}
    vectors = [
        case(
            "order-malformed-header-before-unknown-key", written(), "malformed", header=HEADER | {"kid": "x", "cty": 1}
        ),
        case("order-crit-before-unknown-key", written(), "unsupported", header=HEADER | {"kid": "x", "crit": ["x"]}),
        case("order-unknown-key-before-alg", written(), "unknown_key", header=HEADER | {"kid": "x", "alg": "HS256"}),
        case(
            "order-alg-before-usage",
            written(),
            "unsupported",
            header=HEADER | {"alg": "HS256"},
            keys=compact(KEY | {"use": "enc"}),
        ),
        case("order-usage-before-signature", written(), "invalid_argument", keys=compact(KEY | {"use": "enc"}), **key),
        case("order-signature-before-claims-text", "{", "bad_signature", **key),
        case("order-signature-before-exp", written(old), "bad_signature", **key),
        case("order-signature-before-typ", written(), "bad_signature", header=other, **key),
        case("order-signature-before-issuer", written({"iss": '"x"'}), "bad_signature", **key),
        case("order-claims-form-before-typ", written({"exp": '"x"'}), "malformed", header=other),
        case("order-claims-form-before-issuer", written({"iss": '"x"', "nbf": "null"}), "malformed"),
        case("order-no-exp-before-issuer", written({"iss": '"x"'}, without=("exp",)), "malformed"),
        case("order-aud-form-before-issuer", written({"iss": '"x"', "aud": "[1]"}), "malformed"),
        case("order-typ-before-issuer", written({"iss": '"x"'}), "wrong_type", header=other),
        case("order-typ-before-exp", written(old), "wrong_type", header=other),
        case("order-issuer-before-audience", written({"iss": '"x"', "aud": '"x"'}), "wrong_issuer"),
        case("order-issuer-before-exp", written(old | {"iss": '"x"'}), "wrong_issuer"),
        case("order-audience-before-exp", written(old | {"aud": '"x"'}), "wrong_audience"),
        case("order-exp-before-nbf", written(old | {"nbf": str(AT + 9)}), "expired"),
    ]
    return {"jwt/order.txt": ("The order of judgement. " + order.__doc__, vectors)}


def row12():
    other = public(KEYS["p256_other"])
    vectors = [
        case("row12-key-of-another-issuer-our-kid", written(), "bad_signature", signer="p256_other"),
        case(
            "row12-key-of-another-issuer-its-kid",
            written(),
            "unknown_key",
            header=HEADER | {"kid": thumbprint(other)},
            signer="p256_other",
        ),
        case(
            "row12-issuer-of-that-key",
            written({"iss": '"https://other.example"'}),
            "unknown_key",
            header=HEADER | {"kid": thumbprint(other)},
            signer="p256_other",
        ),
        case("row12-our-key-their-issuer", written({"iss": '"https://other.example"'}), "wrong_issuer"),
        case(
            "row12-keys-by-issuer-in-header",
            written(),
            "bad_signature",
            header=HEADER | {"iss": "https://other.example", "jku": "https://other.example/jwks"},
            signer="p256_other",
        ),
        case("row12-control", written(), "ok"),
    ]
    return {"jwt/12-other-issuers-key.txt": ("Row 12: a good signature by somebody else (CVE-2025-59936).", vectors)}


TYPES = {
    "string": '"%d"',
    "string-empty": '""',
    "string-date": '"2030-01-01T00:00:00Z"',
    "string-word": '"never"',
    "true": "true",
    "false": "false",
    "null": "null",
    "array": "[%d]",
    "array-empty": "[]",
    "object": '{"value":%d}',
    "object-empty": "{}",
}


def row16_17():
    sixteen = [
        case("row16-no-exp", written(without=("exp",)), "malformed"),
        case("row16-no-claims", "{}", "malformed"),
        case("row16-no-exp-but-iat", written(without=("exp", "jti")), "malformed"),
        case("row16-exp-upper-case", written({"EXP": str(AT + 600)}, without=("exp",)), "malformed"),
        case("row16-exp-nested", written({"x": f'{{"exp":{AT + 600}}}'}, without=("exp",)), "malformed"),
        case("row16-exp-with-a-space", written({"exp ": str(AT + 600)}, without=("exp",)), "malformed"),
        case("row16-exp-with-nul", written({"exp\\u0000": str(AT + 600)}, without=("exp",)), "malformed"),
        case("row16-exp-in-the-header", written(without=("exp",)), "malformed", header=HEADER | {"exp": AT + 600}),
        case("row16-expires-in", written({"expires_in": "600"}, without=("exp",)), "malformed"),
        case("row16-no-exp-with-leeway", written(without=("exp",)), "malformed", leeway=600),
        case("row16-control-exp-escaped", written({"\\u0065xp": str(AT + 600)}, without=("exp",)), "ok"),
        case("row16-control", written(), "ok"),
    ]
    seventeen = []
    for name, value in (("exp", AT + 600), ("nbf", AT - 600), ("iat", AT)):
        for shape, text in TYPES.items():
            seventeen.append(
                changed(f"row17-{name}-{shape}", "malformed", {name: text % value if "%d" in text else text})
            )
        seventeen.append(changed(f"row17-control-{name}", "ok", {name: str(value)}))
    for name in ("iss", "sub", "jti", "sid", "scope"):
        for shape, text in {
            "number": "1",
            "zero": "0",
            "true": "true",
            "false": "false",
            "null": "null",
            "array": '["%s"]' % ISSUER,
            "array-empty": "[]",
            "object": "{}",
        }.items():
            seventeen.append(changed(f"row17-{name}-{shape}", "malformed", {name: text}))
        seventeen.append(changed(f"row17-control-{name}", "ok", {name: compact(ISSUER)}))
    seventeen += [changed(f"row17-control-{name}-empty", "ok", {name: '""'}) for name in ("sub", "jti", "sid", "scope")]
    return {
        "jwt/16-no-exp.txt": ("Row 16: a token without an end.", sixteen),
        "jwt/17-claims-types.txt": (
            "Row 17: registered claims of another type (CVE-2026-25537). Malformed, not absent.",
            seventeen,
        ),
    }


def row18():
    vectors = []
    impossible = {
        "1e400": "1e400",
        "minus-1e400": "-1e400",
        "1e309": "1e309",
        "1e308": "1e308",
        "1e16": "1e16",
        "minus-1": "-1",
        "minus-half": "-0.5",
        "minus-2-53": "-9007199254740992",
        "2-53-plus-1": "9007199254740993",
        "2-53-plus-2": "9007199254740994",
        "2-53-plus-2-fraction": "9007199254740994.0",
        "2-63-less-1": "9223372036854775807",
        "2-63": "9223372036854775808",
        "minus-2-63": "-9223372036854775808",
        "minus-2-63-less-1": "-9223372036854775809",
        "2-64-less-1": "18446744073709551615",
        "2-64": "18446744073709551616",
        "2-64-and-now": str(2**64 + AT + 600),
        "2-32-times-2-32": "4294967296e9",
        "100-digits": "1" * 100,
        "400-digits": "1" * 400,
        "nan": "NaN",
        "infinity": "Infinity",
        "minus-infinity": "-Infinity",
        "hex": "0x7FFFFFFF",
        "octal": "017777777777",
        "plus": "+1700000600",
        "underscores": "1_700_000_600",
        "thousands": "1,700,000,600",
        "exponent-alone": "e9",
        "point-alone": ".",
        "two-points": "1.7.0",
    }
    for name in ("exp", "nbf", "iat"):
        vectors += [changed(f"row18-{name}-{shape}", "malformed", {name: text}) for shape, text in impossible.items()]
    expected = {  # what a time stands for, seen from AT
        "exp": {
            "2-53": ("9007199254740992", "ok"),
            "2-53-less-1": ("9007199254740991", "ok"),
            "2-31": ("2147483648", "ok"),
            "2-32": ("4294967296", "ok"),
            "10000-years": ("253402300800", "ok"),
            "9e15": ("9e15", "ok"),
            "exponent": ("1.7000006e9", "ok"),
            "capital-exponent": ("17000006E2", "ok"),
            "fraction-zero": (f"{AT + 600}.0", "ok"),
            "zero": ("0", "expired"),
            "minus-zero": ("-0", "expired|malformed"),
            "minus-zero-fraction": ("-0.0", "expired|malformed"),
            "tiny": ("1e-400", "expired|malformed"),
            "half": ("0.5", "expired"),
            "milliseconds-of-now": (f"{AT}000", "ok"),
            "exponent-negative": ("17000006000e-1", "ok"),
            "now-and-half": (f"{AT}.5", "expired"),
            "now-and-almost-1": (f"{AT}.999999", "expired"),
            "now-less-half": (f"{AT - 1}.5", "expired"),
            "1-and-half-to-go": (f"{AT + 1}.5", "ok"),
            "1-to-go": (f"{AT + 1}.0", "ok"),
        },
        "nbf": {
            "zero": ("0", "ok"),
            "fraction-zero": (f"{AT}.0", "ok"),
            "now-and-half": (f"{AT}.5", "not_yet_valid"),
            "now-and-a-little": (f"{AT}.000001", "not_yet_valid"),
            "now-less-half": (f"{AT - 1}.5", "ok"),
            "now-less-almost-1": (f"{AT - 1}.000001", "ok"),
            "exponent": ("1.7e9", "ok"),
            "2-53": ("9007199254740992", "not_yet_valid"),
            "2-31": ("2147483648", "not_yet_valid"),
            "2-32": ("4294967296", "not_yet_valid"),
        },
        "iat": {
            "zero": ("0", "ok"),
            "future": (str(AT + 10**6), "ok"),
            "2-53": ("9007199254740992", "ok"),
            "fraction": (f"{AT}.5", "ok"),
        },
    }
    for name, shapes in expected.items():
        vectors += [changed(f"row18-{name}-{shape}", expect, {name: text}) for shape, (text, expect) in shapes.items()]
    far = {"leeway": 600}
    vectors += [
        changed("row18-leeway-and-exp-2-53", "ok", {"exp": "9007199254740992"}, at=AT, **far),
        changed("row18-leeway-and-nbf-2-53", "not_yet_valid", {"nbf": "9007199254740992"}, **far),
        changed("row18-at-2-53-exp-2-53", "expired", {"exp": "9007199254740992"}, at=2**53),
        changed("row18-at-2-53-exp-2-53-leeway", "ok", {"exp": "9007199254740992"}, at=2**53, **far),
        changed(
            "row18-at-2-53-nbf-2-53", "ok", {"exp": "9007199254740992", "nbf": "9007199254740992"}, at=2**53, leeway=1
        ),
        changed("row18-at-2-53-and-600", "expired", {"exp": "9007199254740992"}, at=2**53 + 600, **far),
        changed("row18-at-0-exp-0", "expired", {"exp": "0"}, at=0),
        changed("row18-at-0-exp-0-leeway", "ok", {"exp": "0"}, at=0, leeway=1),
        changed("row18-at-0-exp-1", "ok", {"exp": "1"}, at=0),
        changed("row18-at-0-nbf-600-leeway", "ok", {"nbf": "600"}, at=0, **far),
        changed("row18-at-0-nbf-601-leeway", "not_yet_valid", {"nbf": "601"}, at=0, **far),
        changed("row18-at-0-nbf-0", "ok", {"nbf": "0"}, at=0),
    ]
    return {
        "jwt/18-times.txt": (
            "Row 18: times that are no seconds of ours; and the fractions, which round against the bearer.",
            vectors,
        )
    }


def row19():
    seen = {
        "exp": {
            "long-ago": (1, "expired"),
            "1-ago": (AT - 1, "expired"),
            "now": (AT, "expired"),
            "1-to-go": (AT + 1, "ok"),
        },
        "nbf": {
            "1-ago": (AT - 1, "ok"),
            "now": (AT, "ok"),
            "1-to-go": (AT + 1, "not_yet_valid"),
            "long-to-go": (AT + 10**6, "not_yet_valid"),
        },
    }
    vectors = [
        changed(f"row19-{name}-{shape}", expect, {name: str(value)})
        for name, shapes in seen.items()
        for shape, (value, expect) in shapes.items()
    ]
    for leeway in (1, 30, 600):
        for name, sign, wrong in (("exp", -1, "expired"), ("nbf", 1, "not_yet_valid")):
            for off in (-1, 0, 1):
                value, late = AT + sign * leeway + off, off <= 0 if name == "exp" else off > 0
                vectors.append(
                    changed(
                        f"row19-{name}-leeway-{leeway}-off-{off}",
                        wrong if late else "ok",
                        {name: str(value)},
                        leeway=leeway,
                    )
                )
    vectors += [
        changed("row19-exp-half-leeway", "expired", {"exp": f"{AT - 30}.5"}, leeway=30),
        changed("row19-nbf-half-leeway", "not_yet_valid", {"nbf": f"{AT + 30}.5"}, leeway=30),
        changed("row19-exp-before-nbf", "expired", {"exp": str(AT), "nbf": str(AT + 10)}),
        changed("row19-exp-before-iat", "ok", {"iat": str(AT + 10**6)}),
    ]
    return {
        "jwt/19-boundaries.txt": (
            "Row 19: the very second, with and without leeway. RFC 7519 4.1.4: on exp a token is expired.",
            vectors,
        )
    }


def status():
    """The claim that says where a revocation is told. The bit itself is for another file to judge."""
    uri = '"https://auth.example.com/v1/status/0"'
    wrong = {
        "null": "null",
        "string": '"valid"',
        "number": "0",
        "true": "true",
        "array": f'[{{"status_list":{{"idx":7,"uri":{uri}}}}}]',
        "list-null": '{"status_list":null}',
        "list-string": '{"status_list":"7"}',
        "list-number": '{"status_list":7}',
        "list-array": f'{{"status_list":[7,{uri}]}}',
        "list-empty": '{"status_list":{}}',
        "idx-missing": f'{{"status_list":{{"uri":{uri}}}}}',
        "idx-upper-case": f'{{"status_list":{{"IDX":7,"uri":{uri}}}}}',
        "uri-missing": '{"status_list":{"idx":7}}',
        "uri-null": '{"status_list":{"idx":7,"uri":null}}',
        "uri-number": '{"status_list":{"idx":7,"uri":0}}',
        "uri-array": f'{{"status_list":{{"idx":7,"uri":[{uri}]}}}}',
        "uri-object": '{"status_list":{"idx":7,"uri":{}}}',
        "one-of-two": f'{{"status_list":{{"idx":-1,"uri":{uri}}},"other":{{"idx":1}}}}',
    }
    indices = {
        "negative": "-1",
        "most-negative": "-9223372036854775808",
        "fraction": "7.5",
        "fraction-zero": "7.0",
        "exponent": "7e0",
        "string": '"7"',
        "null": "null",
        "true": "true",
        "array": "[7]",
        "object": "{}",
        "2-63": "9223372036854775808",
        "2-64-less-1": "18446744073709551615",
        "2-64": "18446744073709551616",
        "1e400": "1e400",
    }
    right = {
        "idx-zero": f'{{"status_list":{{"idx":0,"uri":{uri}}}}}',
        "idx-2-20": f'{{"status_list":{{"idx":1048576,"uri":{uri}}}}}',
        "idx-2-63-less-1": f'{{"status_list":{{"idx":9223372036854775807,"uri":{uri}}}}}',
        "uri-empty": '{"status_list":{"idx":7,"uri":""}}',
        "more-members": f'{{"status_list":{{"idx":7,"uri":{uri},"note":[1]}},"other":null}}',
        "no-status-list": '{"other_mechanism":{"idx":-1}}',
        "empty": "{}",
        "escaped": f'{{"status\\u005flist":{{"\\u0069dx":7,"uri":{uri}}}}}',
    }
    wrong |= {f"idx-{shape}": f'{{"status_list":{{"idx":{text},"uri":{uri}}}}}' for shape, text in indices.items()}
    vectors = [changed(f"status-{shape}", "malformed", {"status": text}) for shape, text in wrong.items()]
    vectors += [changed(f"status-control-{shape}", "ok", {"status": text}) for shape, text in right.items()]
    good_one = right["idx-zero"]
    vectors += [
        case("status-control-none", written(), "ok"),
        changed("status-control-expired", "expired", {"status": good_one, "exp": str(AT)}),
        changed("status-control-other-issuer", "wrong_issuer", {"status": good_one, "iss": '"https://other.example"'}),
        changed("status-malformed-before-issuer", "malformed", {"status": "7", "iss": '"https://other.example"'}),
        changed("status-twice", "malformed", {"status": good_one, "st\\u0061tus": "{}"}),
    ]
    return {"jwt/status.txt": (status.__doc__, vectors)}


SOURCES = (good, policy, order, row12, row16_17, row18, row19, status)

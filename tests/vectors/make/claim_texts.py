"""Claims as texts: rows 20, 21, 28 and 31 to 33 of the attacks."""


from make import bad_json
from make.claims import AT, HEADER, ISSUER, case, changed, written
from make.jose import KEYS, b64, compact, token


def row20_21():
    members = written()[1:-1]
    twice = {}
    for name, value in (("exp", str(AT + 600)), ("iss", compact(ISSUER)), ("aud", '["orders"]'), ("sub", '"alice"')):
        twice |= bad_json.duplicates(members, name, value)
    twenty = [case(f"row20-claims-{shape}", text, "malformed") for shape, text in twice.items()]
    twenty += [case(f"row20-claims-{shape}", text, "ok") for shape, text in bad_json.alike(members, "exp").items()]
    twenty.append(
        case(
            "row20-claims-exp-past-then-future",
            written({"exp": str(AT - 1)})[:-1] + f',"exp":{AT + 600}}}',
            "malformed",
        )
    )
    twenty_one = [
        case(f"row21-claims-{shape}", text, "malformed") for shape, text in bad_json.bad_texts(members).items()
    ]
    twenty_one += [case(f"row21-claims-{shape}", text, "ok") for shape, text in bad_json.fine(members).items()]
    twenty_one.append(case("row21-claims-a-token", token(HEADER, written(), KEYS["p256"]), "malformed"))
    twenty_one.append(case("row21-claims-encoded-twice", b64(written()), "malformed"))
    return {
        "jwt/20-duplicate-members.txt": ("Row 20: claims that name a member twice, anywhere in them.", twenty),
        "jwt/21-claims-text.txt": (
            "Row 21: payloads that are not UTF-8, not JSON, not objects, or too deep; though well signed.",
            twenty_one,
        ),
    }


def row28():
    inner = token(HEADER, written(), KEYS["p256"])
    vectors = [
        case("row28-token-in-a-token", inner, "malformed", header=HEADER | {"cty": "JWT"}),
        case("row28-token-in-a-string", compact(inner), "malformed"),
        case("row28-token-in-a-claim", compact({"jwt": inner}), "malformed"),
        case("row28-cty-alone", written(), "ok", header=HEADER | {"cty": "JWT"}),
        case(
            "row28-unsecured-inside",
            f"{b64(compact({'alg': 'none'}))}.{b64(written())}.",
            "malformed",
            header=HEADER | {"cty": "JWT"},
        ),
        case(
            "row28-unsecured-inside-of-jwe",
            written(),
            "malformed",
            token=".".join(
                [b64(compact({"alg": "dir", "enc": "A128GCM"})), "", b64("x" * 12), b64("x" * 99), b64("x" * 16)]
            ),
        ),
    ]
    return {"jwt/28-nested.txt": ("Row 28: a token inside of a token.", vectors)}


def row31():
    wrong = {
        "jwt": "JWT",
        "id-token": "id+jwt",
        "refresh": "rt+jwt",
        "logout": "logout+jwt",
        "status-list": "statuslist+jwt",
        "feed": "revocations+jwt",
        "dpop": "dpop+jwt",
        "client": "client-authentication+jwt",
        "upper-case": "AT+JWT",
        "title-case": "At+Jwt",
        "empty": "",
        "suffix": "xat+jwt",
        "prefix": "at+jwtx",
        "half": "at",
        "other-half": "+jwt",
        "space-after": "at+jwt ",
        "space-before": " at+jwt",
        "space-inside": "at jwt",
        "parameter": "at+jwt;v=1",
        "nul": "at+jwt\0",
        "application-alone": "application/",
        "application-upper-case": "APPLICATION/at+jwt",
        "application-twice": "application/application/at+jwt",
        "other-tree": "text/at+jwt",
        "slash": "/at+jwt",
        "application-other": "application/jwt",
        "application-space": "application/ at+jwt",
        "list": "at+jwt,JWT",
        "fullwidth": "at＋jwt",
    }
    vectors = [
        case(f"row31-{shape}", written(), "wrong_type", header=HEADER | {"typ": value})
        for shape, value in wrong.items()
    ]
    vectors += [
        case("row31-missing", written(), "wrong_type", header={"alg": "ES256"}),
        case("row31-in-the-claims", written({"typ": '"at+jwt"'}), "wrong_type", header={"alg": "ES256"}),
        case(
            "row31-token-use", written({"token_use": '"access"'}), "wrong_type", header={"alg": "ES256", "typ": "JWT"}
        ),
        case("row31-control", written(), "ok"),
        case("row31-control-application", written(), "ok", header=HEADER | {"typ": "application/at+jwt"}),
        case("row31-control-escaped", written(), "ok", header='{"alg":"ES256","typ":"\\u0061t\\u002bjwt"}'),
        case("row31-control-slash-escaped", written(), "ok", header='{"alg":"ES256","typ":"application\\/at+jwt"}'),
        case("row31-access-token-as-feed", written(), "wrong_type", typ="revocations+jwt"),
        case("row31-access-token-as-jwt", written(), "wrong_type", typ="JWT"),
        case("row31-control-feed", written(), "ok", header=HEADER | {"typ": "revocations+jwt"}, typ="revocations+jwt"),
        case("row31-control-jwt", written(), "ok", header=HEADER | {"typ": "JWT"}, typ="JWT"),
        case(
            "row31-control-feed-application",
            written(),
            "ok",
            header=HEADER | {"typ": "application/revocations+jwt"},
            typ="revocations+jwt",
        ),
        case("row31-control-named", written(), "ok", typ="at+jwt"),
        case("row31-jwt-in-lower-case", written(), "wrong_type", header=HEADER | {"typ": "jwt"}, typ="JWT"),
    ]
    return {
        "jwt/31-typ.txt": (
            'Row 31: another kind of token. typ is compared exactly, with and without "application/".',
            vectors,
        )
    }


def row32():
    wrong = {
        "prefix": ISSUER[:-1],
        "longer": ISSUER + ".evil.example",
        "trailing-slash": ISSUER + "/",
        "path": ISSUER + "/tenant",
        "upper-case": ISSUER.upper(),
        "host-upper-case": "https://Auth.example.com",
        "http": "http://auth.example.com",
        "no-scheme": "auth.example.com",
        "port": ISSUER + ":443",
        "user": "https://auth.example.com@evil.example",
        "empty": "",
        "space-after": ISSUER + " ",
        "space-before": " " + ISSUER,
        "newline": ISSUER + "\n",
        "nul": ISSUER + "\0",
        "nul-and-more": ISSUER + "\0.evil.example",
        "cyrillic": "https://аuth.example.com",
        "trailing-dot": ISSUER + ".",
        "query": ISSUER + "?",
        "percent": "https://auth%2Eexample.com",
        "fullwidth": "https://auth．example.com",
        "wildcard": "*",
        "pattern": "https://.*",
        "list": ISSUER + "," + ISSUER,
    }
    vectors = [changed(f"row32-{shape}", "wrong_issuer", {"iss": compact(value)}) for shape, value in wrong.items()]
    vectors += [
        case("row32-missing", written(without=("iss",)), "wrong_issuer"),
        case("row32-in-the-header", written(without=("iss",)), "wrong_issuer", header=HEADER | {"iss": ISSUER}),
        changed("row32-array", "malformed", {"iss": compact([ISSUER])}),
        changed("row32-array-with-others", "malformed", {"iss": compact(["https://evil.example", ISSUER])}),
        changed("row32-object", "malformed", {"iss": compact({ISSUER: 1})}),
        changed("row32-null", "malformed", {"iss": "null"}),
        changed("row32-expected-is-longer", "wrong_issuer", {}, issuer=ISSUER + "/"),
        changed("row32-expected-is-a-prefix", "wrong_issuer", {}, issuer="https://auth"),
        changed("row32-control", "ok", {}),
        changed("row32-control-slash", "ok", {"iss": compact(ISSUER + "/")}, issuer=ISSUER + "/"),
        changed("row32-control-no-url", "ok", {"iss": '"us"'}, issuer="us"),
    ]
    return {"jwt/32-iss.txt": ("Row 32: issuers that are almost ours (CVE-2025-30144).", vectors)}


def row33():
    many = [f"s{i}" for i in range(1500)]
    wrong = {
        "empty-array": [],
        "other": "billing",
        "other-in-array": ["billing"],
        "empty": "",
        "empty-in-array": [""],
        "prefix": "order",
        "longer": "orders2",
        "substring-of": "my-orders-api",
        "upper-case": "ORDERS",
        "title-case": "Orders",
        "space-after": "orders ",
        "space-before": " orders",
        "list-in-string": "orders billing",
        "comma-list": "orders,billing",
        "json-in-string": '["orders"]',
        "nul": "orders\0",
        "nul-and-more": "orders\0billing",
        "wildcard": "*",
        "pattern": ".*",
        "url": "https://orders",
        "slash": "orders/",
        "newline": "orders\n",
        "letters": list("orders"),
        "cyrillic": "оrders",
        "1500-others": many,
    }
    vectors = [changed(f"row33-{shape}", "wrong_audience", {"aud": compact(value)}) for shape, value in wrong.items()]
    malformed = {
        "null": None,
        "true": True,
        "false": False,
        "number": 0,
        "object": {},
        "object-naming-it": {"orders": True},
        "array-of-null": [None],
        "array-of-number": [1],
        "nested": [["orders"]],
        "named-and-null": ["orders", None],
        "null-and-named": [None, "orders"],
        "named-and-nested": ["orders", ["orders"]],
        "named-and-object": ["orders", {}],
        "named-and-false": ["orders", False],
        "1500-and-null": many + [None],
    }
    vectors += [changed(f"row33-{shape}", "malformed", {"aud": compact(value)}) for shape, value in malformed.items()]
    vectors += [
        case("row33-missing", written(without=("aud",)), "wrong_audience"),
        case("row33-in-the-header", written(without=("aud",)), "wrong_audience", header=HEADER | {"aud": "orders"}),
        case(
            "row33-client-id", written({"client_id": '"orders"', "azp": '"orders"'}, without=("aud",)), "wrong_audience"
        ),
        changed("row33-10000-entries", "malformed", {"aud": compact(["x"] * 10000)}),
        changed("row33-expected-is-longer", "wrong_audience", {}, audience="orders/"),
        changed("row33-control-string", "ok", {"aud": '"orders"'}),
        changed("row33-control-array", "ok", {"aud": '["orders"]'}),
        changed("row33-control-last", "ok", {"aud": '["a","b","orders"]'}),
        changed("row33-control-twice", "ok", {"aud": '["orders","orders"]'}),
        changed("row33-control-1501", "ok", {"aud": compact(many + ["orders"])}),
        changed("row33-control-escaped", "ok", {"aud": '"\\u006frders"'}),
        changed("row33-control-other-service", "ok", {}, audience="billing"),
        changed("row33-control-empty-beside", "ok", {"aud": '["","orders"]'}),
    ]
    return {"jwt/33-aud.txt": ("Row 33: audiences that are almost ours. Not named is not meant.", vectors)}


SOURCES = (row20_21, row28, row31, row32, row33)

"""Headers and the shape of tokens: rows 9 to 12 and 20 to 28 of the attacks, as far as no claim is involved."""

import json

from make import bad_json
from make.algorithms import PAYLOAD, case, jwk, ok
from make.jose import KEYS, b64, compact, public, sealed, sign, text, thumbprint, token, unb64

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
        case("row09-jwk-of-the-attacker-private", ES, signed(header | {"jwk": ATTACKER}, key=ATTACKER), "bad_signature"),
        case("row09-jwk-with-our-kid", set_, signed({"alg": "ES256", "kid": "ours", "jwk": embedded | {"kid": "ours"}}, key=ATTACKER), "bad_signature"),
        case("row09-jwk-with-its-own-kid", set_, signed({"alg": "ES256", "kid": "mine", "jwk": embedded | {"kid": "mine"}}, key=ATTACKER), "unknown_key"),
        case("row09-jwk-and-no-kid-against-a-set", set_, signed(header, key=ATTACKER), "unknown_key"),
        case("row09-jwk-symmetric", ES, signed({"alg": "HS256", "jwk": KEYS["hs256"] | {"alg": "HS256"}}, key=KEYS["hs256"], alg="HS256"), "unsupported"),
        case("row09-jwk-of-another-kind", ES, signed({"alg": "RS256", "jwk": public(KEYS["rsa_other"])}, key=KEYS["rsa_other"], alg="RS256"), "unsupported"),
        case("row09-jwk-thumbprint-as-kid", set_, signed(header | {"kid": thumbprint(ATTACKER)}, key=ATTACKER), "unknown_key"),
        ok("row09-control-jwk-ignored", ES, signed(header)),
        ok("row09-control-no-jwk", ES, signed({"alg": "ES256"})),
    ]
    return {"jws/09-embedded-jwk.txt": ("Row 9: the attacker's key, in the header (CVE-2018-0114). It is never looked at.", vectors)}


def row10():
    urls = {"https": "https://attacker.example/jwks.json", "loopback": "http://127.0.0.1:1/jwks.json", "file": "file:///dev/zero",
            "ours-as-prefix": "https://auth.example.com@attacker.example/", "metadata": "http://169.254.169.254/"}
    vectors = []
    for name in ("jku", "x5u"):
        for shape, url in urls.items():
            header = {"alg": "ES256", name: url}
            vectors.append(case(f"row10-{name}-{shape}", ES, signed(header, key=ATTACKER), "bad_signature"))
        vectors.append(ok(f"row10-control-{name}-ignored", ES, signed({"alg": "ES256", name: urls["https"]})))
    for name, value in (("x5c", ["MIIB"]), ("x5t", "AAAA"), ("x5t#S256", "AAAA")):
        vectors.append(case(f"row10-{name.replace('#', '-').lower()}", ES, signed({"alg": "ES256", name: value}, key=ATTACKER), "bad_signature"))
        vectors.append(ok(f"row10-control-{name.replace('#', '-').lower()}-ignored", ES, signed({"alg": "ES256", name: value})))
    return {"jws/10-keys-by-url.txt": ("Row 10: jku, x5u, x5c. Nothing is fetched, nothing is trusted.", vectors)}


def row11():
    kid = "2026-01"
    one, own = ES | {"kid": kid}, thumbprint(ES)
    two = {"keys": [one, public(ATTACKER) | {"kid": "2026-02"}]}
    header = lambda value: f'{{"alg":"ES256","kid":{json.dumps(value, ensure_ascii=False)}}}'
    unknown = {
        "other": "2026-03", "empty": "", "path": "../../../../../../dev/null", "absolute-path": "/dev/null", "sql": "x' UNION SELECT 'key'--",
        "shell": "|/usr/bin/id", "nul": "\0", "nul-after": kid + "\0", "nul-and-more": kid + "\0x", "prefix": kid[:-1], "longer": kid + "0", "space-after": kid + " ",
        "space-before": " " + kid, "newline": kid + "\n", "url": "https://attacker.example/key", "template": "${jndi:ldap://x}", "format": "%s%n", "percent": "2026%2D01",
        "wildcard": "*", "non-ascii": "２０２６-01", "accent": kid + "\u0301", "index": "0", "256-bytes": "k" * 256, "thumbprint": own,
    }
    vectors = []
    for shape, value in unknown.items():
        vectors.append(case(f"row11-kid-{shape}", one, signed(header(value)), "unknown_key"))
        if shape != "thumbprint":
            vectors.append(case(f"row11-set-kid-{shape}", two, signed(header(value)), "unknown_key"))
    for shape, value in {"number": 202601, "zero": 0, "null": None, "true": True, "array": [kid], "object": {"kid": kid}}.items():
        vectors.append(case(f"row11-kid-{shape}", one, signed(header(value)), "malformed"))
    for size in (257, 1000, 3000):
        vectors.append(case(f"row11-kid-{size}-bytes", one, signed(header("k" * size)), "malformed|unknown_key"))
    vectors += [
        case("row11-kid-257-bytes-in-key-too", ES | {"kid": "k" * 257}, signed(header("k" * 257)), "malformed|unknown_key|invalid_argument"),
        case("row11-set-no-kid", two, signed({"alg": "ES256"}), "unknown_key"),
        case("row11-set-of-one-no-kid", {"keys": [one]}, signed({"alg": "ES256"}), "unknown_key"),
        case("row11-set-kid-of-the-other", two, signed(header("2026-02")), "bad_signature"),
        case("row11-set-unknown-kid-and-other-alg", two, signed({"alg": "HS256", "kid": "x"}, key=KEYS["hs256"], alg="HS256"), "unknown_key"),
        case("row11-set-skipped-key", {"keys": [one | {"use": "enc"}, public(ATTACKER) | {"kid": "2026-02"}]}, signed(header(kid)), "unknown_key"),
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
    wrong = {"use-enc": {"use": "enc"}, "use-unknown": {"use": "tls"}, "use-upper-case": {"use": "SIG"}, "use-empty": {"use": ""}, "key-ops-encrypt": {"key_ops": ["encrypt"]},
             "key-ops-empty": {"key_ops": []}, "key-ops-sign": {"key_ops": ["sign"]}, "use-enc-key-ops-verify": {"use": "enc", "key_ops": ["verify"]}}
    right = {"use-sig": {"use": "sig"}, "key-ops-verify": {"key_ops": ["verify"]}, "key-ops-both": {"key_ops": ["sign", "verify"]},
             "use-and-key-ops": {"use": "sig", "key_ops": ["verify"]}}
    vectors = [case(f"usage-{shape}", ES | members, good, "invalid_argument") for shape, members in wrong.items()]
    vectors += [ok(f"usage-control-{shape}", ES | members, good) for shape, members in right.items()]
    vectors.append(case("usage-use-enc-and-a-bad-signature", ES | {"use": "enc"}, signed({"alg": "ES256"}, key=ATTACKER), "invalid_argument"))
    return {"jws/key-usage.txt": ("Keys whose use or key_ops (RFC 7517 4.2, 4.3) do not allow them to verify.", vectors)}


def row20_21():
    members = '"alg":"ES256"'
    twice = bad_json.duplicates(members, "alg", '"ES256"')
    for name, value in (("kid", '"k"'), ("typ", '"JWT"'), ("crit", '["x"]')):
        twice |= bad_json.duplicates(f"{members},\"{name}\":{value}", name, value)
    twenty = [case(f"row20-header-{shape}", ES, signed(header), "malformed") for shape, header in twice.items()]
    twenty += [ok(f"row20-header-{shape}", ES, signed(header)) for shape, header in bad_json.alike(members, "alg").items()]
    twenty.append(case("row20-header-alg-none-then-es256", ES, signed('{"alg":"none","alg":"ES256"}'), "malformed"))
    twenty.append(case("row20-header-alg-es256-then-none", ES, signed('{"alg":"ES256","alg":"none"}'), "malformed"))
    twenty.append(case("row20-header-duplicate-inside-of-jwk", ES, signed('{"alg":"ES256","jwk":{"kty":"EC","kty":"oct"}}'), "malformed"))
    twenty_one = [case(f"row21-header-{shape}", ES, signed(header), "malformed") for shape, header in bad_json.bad_texts(members).items()]
    twenty_one += [ok(f"row21-header-{shape}", ES, signed(header)) for shape, header in bad_json.fine(members).items()]
    for name in ("typ", "cty"):
        twenty_one += [case(f"row21-header-{name}-{shape}", ES, signed({"alg": "ES256", name: value}), "malformed")
                       for shape, value in {"number": 1, "null": None, "true": True, "array": ["JWT"], "object": {}}.items()]
        twenty_one.append(ok(f"row21-header-control-{name}", ES, signed({"alg": "ES256", name: "JWT"})))
    twenty_one.append(case("row21-header-object-without-members", ES, signed("{}"), "malformed"))
    return {
        "jws/20-duplicate-members.txt": ("Row 20: a header that names a member twice, anywhere in it.", twenty),
        "jws/21-header-text.txt": ("Row 21: headers that are not UTF-8, not JSON, not objects, or too deep.", twenty_one),
    }


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def respelled(part):
    """A base64url text in spellings that a lenient decoder takes for the same."""
    part, middle = part.encode(), len(part) // 2
    insert = lambda data, at: part[:at] + data + part[at:]
    found = {"padded": part + b"=" * (-len(part) % 4 or 4), "one-equals-sign": part + b"=", "two-equals-signs": part + b"==", "equals-in-the-middle": insert(b"=", middle),
             "equals-in-front": b"=" + part, "percent-3d": part + b"%3d", "percent-3d-upper-case": part + b"%3D", "one-character-more": part + b"A" * (1 if len(part) % 4 == 0 else 5 - len(part) % 4)}
    strange = {"space": b" ", "newline": b"\n", "crlf": b"\r\n", "tab": b"\t", "nul": b"\0", "comma": b",", "star": b"*", "byte-80": b"\x80", "byte-ff": b"\xff", "utf-8": "é".encode(),
               "zero-width-space": "\u200b".encode(), "tilde": b"~", "backslash": b"\\", "at": b"@", "bracket": b"[", "backtick": b"`", "brace": b"{", "colon": b":", "slash": b"/", "plus": b"+"}
    for shape, data in strange.items():
        found |= {f"{shape}-in-front": data + part, f"{shape}-in-the-middle": insert(data, middle), f"{shape}-at-end": part + data}
    found |= {"percent-escape": part[:-1] + b"%%%02X" % part[-1], "newline-every-76": b"\n".join(part[i:i + 76] for i in range(0, len(part), 76)) + b"\n"}
    if b"-" in part or b"_" in part:
        found["standard-alphabet"] = part.replace(b"-", b"+").replace(b"_", b"/")
    return found


def trailing_bits(part):
    """All the other texts that a lenient decoder reads as the same bytes."""
    spare = {2: 16, 3: 4}.get(len(part) % 4, 1)
    last = ALPHABET.index(part[-1])
    return [part[:-1] + ALPHABET[last + bits] for bits in range(1, spare)]


def row22():
    key = KEYS["hs256"]
    resealed = lambda header, payload: sealed(header + b"." + payload, key, "HS256")
    header, payload = {"alg": "HS256", "x": "??>>~~"}, b"\xfb\xff\xfe?attack at dawn>>"
    for count in range(1000):  # a signature that has both of the letters in which the alphabets differ
        good = token(header | {"n": count}, payload, key)
        if "-" in good.split(".")[2] and "_" in good.split(".")[2]:
            break
    parts = good.split(".")
    hs = jwk("HS256")
    vectors = [ok("row22-control", hs, good, payload)]
    for where, name in enumerate(("header", "payload", "signature")):
        texts = respelled(parts[where]) | {f"trailing-bits-{i + 1}": text.encode() for i, text in enumerate(trailing_bits(parts[where]))}
        for shape, text in texts.items():
            spelled = [part.encode() for part in parts]
            spelled[where] = text
            whole = b".".join(spelled) if where == 2 else resealed(*spelled[:2])
            vectors.append(case(f"row22-{name}-{shape}", hs, whole, "malformed"))
    for name, head, body in (("header-2", {"alg": "HS256", "a": "1"}, "ab"), ("header-3", {"alg": "HS256", "a": "12"}, "a")):
        first, second = b64(compact(head)), b64(body)
        vectors.append(ok(f"row22-control-{name}", hs, resealed(first.encode(), second.encode()), body))
        vectors += [case(f"row22-{name}-trailing-bits-{i + 1}", hs, resealed(text.encode(), second.encode()), "malformed") for i, text in enumerate(trailing_bits(first))]
        vectors += [case(f"row22-{name}-payload-trailing-bits-{i + 1}", hs, resealed(first.encode(), text.encode()), "malformed") for i, text in enumerate(trailing_bits(second))]
    for letters in ("A", "AAAAA"):
        vectors.append(case(f"row22-payload-of-{len(letters)}", hs, resealed(parts[0].encode(), letters.encode()), "malformed"))
        vectors.append(case(f"row22-signature-of-{len(letters)}", hs, f"{parts[0]}.{parts[1]}.{letters}", "malformed"))
    for alg in ("RS256", "ES256", "Ed25519", "HS384", "HS512", "RS512", "ES512"):
        holder = {"RS256": "rsa", "ES256": "p256", "Ed25519": "ed25519", "HS384": "hs384", "HS512": "hs512", "RS512": "rsa_4096", "ES512": "p521"}[alg]
        whole = token({"alg": alg}, PAYLOAD, KEYS[holder])
        vectors += [case(f"row22-{alg.lower()}-signature-trailing-bits-{i + 1}", jwk(alg), text, "malformed") for i, text in enumerate(trailing_bits(whole))]
        vectors.append(case(f"row22-{alg.lower()}-signature-padded", jwk(alg), whole + "=" * (-len(whole.split(".")[2]) % 4 or 4), "malformed"))
    good = good.encode()
    around = {"space-before": b" " + good, "space-after": good + b" ", "newline-after": good + b"\n", "crlf-after": good + b"\r\n", "newline-before": b"\n" + good, "nul-after": good + b"\0",
              "bearer": b"Bearer " + good, "quoted": b'"' + good + b'"', "angled": b"<" + good + b">", "bom": b"\xef\xbb\xbf" + good, "comma-after": good + b",", "twice-comma": good + b"," + good,
              "semicolon-after": good + b";", "parameter-after": good + b"&x=y", "fragment": good + b"#x", "dots-escaped": good.replace(b".", b"%2E"), "dots-fullwidth": good.replace(b".", "．".encode()),
              "utf-16": good.decode().encode("utf-16-le")}
    vectors += [case(f"row22-token-{shape}", hs, text, "malformed") for shape, text in around.items()]
    return {"jws/22-base64url.txt": ("Row 22: one token has one spelling. The parts in front of the signature were signed as they stand, so that only the\ndecoder can refuse them.", vectors)}


def row23_24():
    good = signed({"alg": "ES256"})
    header, payload, signature = good.split(".")
    dots = {
        "empty": "", "0-dots": header, "0-dots-joined": good.replace(".", ""), "1-dot": f"{header}.{payload}", "1-dot-header-and-signature": f"{header}.{signature}",
        "1-dot-joined": f"{header}{payload}.{signature}", "3-dots-at-end": good + ".", "3-dots-in-front": "." + good, "3-dots-in-the-middle": f"{header}..{payload}.{signature}",
        "3-dots-second-payload": f"{header}.{payload}.{payload}.{signature}", "4-dots": f"{header}.{payload}.{signature}..", "4-dots-five-parts": f"{header}.{payload}.{signature}.{payload}.{signature}",
        "5-dots-twice": f"{good}.{good}", "only-1-dot": ".", "only-2-dots": "..", "only-3-dots": "...", "only-10000-dots": "." * 10000, "10000-dots-after-header": header + "." * 10000,
        "10000-dots-before-signature": f"{header}.{payload}{'.' * 10000}{signature}", "16384-dots": "." * 16384, "dots-in-turn": "A." * 5000, "other-separator": good.replace(".", ":"), "space-as-separator": good.replace(".", " "),
    }
    twenty_three = [case(f"row23-{shape}", ES, text, "malformed") for shape, text in dots.items()]
    twenty_three.append(ok("row23-control", ES, good))
    for alg, refused in (("only-2-dots-and-hmac", jwk("HS256")), ("only-2-dots-and-rsa", jwk("RS256"))):
        twenty_three.append(case(f"row23-{alg}", refused, "..", "malformed"))

    def sized(size):
        """A good token of exactly `size` bytes, and its payload."""
        for padding in range(4):  # one base64url text has no length of 1 mod 4: two together have any
            head = {"alg": "ES256", "x": "x" * padding}
            room = size - len(b64(compact(head))) - 2 - 86
            for length in range(room * 3 // 4 - 2, room * 3 // 4 + 1):
                if len(b64("a" * length)) == room:
                    return signed(head, "a" * length), "a" * length
    headed = lambda size: signed({"alg": "ES256", "x": "x" * (size - len(compact({"alg": "ES256", "x": ""})))})
    twenty_four = [ok("row24-token-of-16384", ES, *sized(16384)), ok("row24-token-of-16383", ES, *sized(16383))]
    twenty_four += [case(f"row24-token-of-{size}", ES, sized(size)[0], "malformed") for size in (16385, 16386, 20000, 65536, 100000)]
    twenty_four += [ok(f"row24-header-of-{size}", ES, headed(size)) for size in (4095, 4096)]
    twenty_four += [case(f"row24-header-of-{size}", ES, headed(size), "malformed") for size in (4097, 4098, 4099, 5000, 8192)]
    twenty_four.append(case("row24-16385-letters", ES, "A" * 16385, "malformed"))
    twenty_four.append(case("row24-signature-of-12000", ES, f"{header}.{payload}.{'A' * 12000}", "bad_signature"))
    return {
        "jws/23-dots.txt": ("Row 23: a token has exactly two dots.", twenty_three),
        "jws/24-size.txt": ("Row 24: tokens of more than 16 KiB, headers of more than 4 KiB; and those of just that.", twenty_four),
    }


def row25_26():
    malformed = {"empty": [], "null": None, "false": False, "true": True, "number": 1, "string": "exp", "string-empty": "", "object": {"exp": True}, "of-null": [None], "of-number": [1], "of-array": [["exp"]],
                 "of-object": [{"exp": 1}], "of-string-and-number": ["exp", 1], "nested-empty": [[]]}
    unsupported = {"unknown": (["x"], {"x": 1}), "two-unknown": (["x", "y"], {"x": 1, "y": 2}), "exp": (["exp"], {"exp": 1}), "url": (["https://example.com/x"], {"https://example.com/x": True}),
                   "b64": (["b64"], {"b64": False}), "b64-true": (["b64"], {"b64": True}), "http": (["http://openbanking.org.uk/iat"], {"http://openbanking.org.uk/iat": 0})}
    either = {"absent": (["x"], {}), "b64-absent": (["b64"], {}), "twice": (["x", "x"], {"x": 1}), "empty-name": ([""], {"": 1}), "alg": (["alg"], {}), "typ": (["typ"], {"typ": "JWT"}), "kid": (["kid"], {}),
              "crit": (["crit"], {}), "jwk": (["jwk"], {"jwk": {}}), "1000-names": ([f"{i}" for i in range(500)], {})}
    vectors = [case(f"row25-crit-{shape}", ES, signed({"alg": "ES256", "crit": value}), "malformed") for shape, value in malformed.items()]
    vectors += [case(f"row25-crit-{shape}", ES, signed({"alg": "ES256", "crit": names} | more), "unsupported") for shape, (names, more) in unsupported.items()]
    vectors += [case(f"row25-crit-{shape}", ES, signed({"alg": "ES256", "crit": names} | more), "malformed|unsupported") for shape, (names, more) in either.items()]
    vectors += [
        case("row25-crit-escaped", ES, signed('{"alg":"ES256","\\u0063rit":["x"],"x":1}'), "unsupported"),
        case("row25-crit-first", ES, signed('{"crit":["x"],"x":1,"alg":"ES256"}'), "unsupported"),
        case("row25-crit-and-unknown-kid", ES, signed({"alg": "ES256", "kid": "no", "crit": ["x"], "x": 1}), "unsupported"),
        case("row25-crit-and-bad-signature", ES, signed({"alg": "ES256", "crit": ["x"], "x": 1}, key=ATTACKER), "unsupported"),
        ok("row25-control-unknown-but-not-critical", ES, signed({"alg": "ES256", "x": 1, "exp": 1})),
        ok("row25-control-upper-case", ES, signed({"alg": "ES256", "CRIT": ["x"]})),
        ok("row25-control-nested", ES, signed({"alg": "ES256", "x": {"crit": ["x"]}})),
    ]
    raw = sealed(f"{b64(compact({'alg': 'ES256', 'b64': False, 'crit': ['b64']}))}.attackat", SIGNER, "ES256")
    twenty_six = [case(f"row26-b64-{shape}", ES, signed({"alg": "ES256", "b64": value}), expect)
                  for shape, value, expect in (("false", False, "unsupported"), ("true", True, "unsupported"), ("null", None, "malformed|unsupported"), ("string", "false", "malformed|unsupported"),
                                               ("number", 0, "malformed|unsupported"))]
    twenty_six += [
        case("row26-unencoded-payload", ES, raw, "unsupported"),
        case("row26-unencoded-payload-with-a-dot", ES, sealed(f"{b64(compact({'alg': 'ES256', 'b64': False, 'crit': ['b64']}))}.at.dawn", SIGNER, "ES256"), "malformed"),
        case("row26-zip-def", ES, signed({"alg": "ES256", "zip": "DEF"}), "unsupported"),
        case("row26-zip-unknown", ES, signed({"alg": "ES256", "zip": "GZ"}), "unsupported"),
        case("row26-zip-null", ES, signed({"alg": "ES256", "zip": None}), "malformed|unsupported"),
        ok("row26-control-upper-case", ES, signed({"alg": "ES256", "B64": False, "ZIP": "DEF"})),
    ]
    return {
        "jws/25-crit.txt": ("Row 25: crit, right and wrong. Signet knows no extension, so a right one is unsupported.", vectors),
        "jws/26-b64-and-zip.txt": ("Rows 26 and 29: payloads that are not base64url (RFC 7797), and compressed ones.", twenty_six),
    }


def row27_28():
    good = signed({"alg": "ES256"})
    header, payload, signature = good.split(".")
    evil = b64('{"sub":"admin"}')
    flat = {"protected": header, "payload": payload, "signature": signature}
    general = {"payload": payload, "signatures": [{"protected": header, "signature": signature}]}
    polyglots = {
        "flattened": compact(flat), "flattened-with-spaces": json.dumps(flat), "general": compact(general), "general-two-signatures": compact(general | {"signatures": general["signatures"] * 2}),
        "flattened-unprotected": compact({"payload": payload, "header": {"alg": "ES256"}, "signature": signature}), "in-an-array": compact([flat]), "in-a-string": compact(good),
        "compact-inside-of-name": f'{{"  {header}.{evil}.":"","protected":"{header}","payload":"{payload}","signature":"{signature}"}}',
        "compact-inside-of-value": f'{{"protected":"{header}","payload":"{payload}","signature":"{signature}","x":".{evil}."}}',
        "two-dots-of-json": f'{{"protected":"{header}"}}.{payload}.{signature}', "header-not-encoded": f'{{"alg":"ES256"}}.{payload}.{signature}',
    }
    vectors = [case(f"row27-{shape}", ES, text, "malformed") for shape, text in polyglots.items()]
    vectors.append(ok("row27-control", ES, good))
    jwe = {"alg": "RSA-OAEP", "enc": "A256GCM"}
    direct = {"alg": "dir", "enc": "A128CBC-HS256"}
    inner = signed({"alg": "ES256"}, '{"sub":"alice"}')
    vectors_28 = [
        case("row28-jwe", ES, ".".join([b64(compact(jwe))] + [b64(b"x" * n) for n in (256, 12, 20, 16)]), "malformed"),
        case("row28-jwe-direct", jwk("HS256"), ".".join([b64(compact(direct)), "", b64(b"x" * 16), b64(b"x" * 32), b64(b"x" * 16)]), "malformed"),
        case("row28-jwe-cut-to-three-parts", ES, f"{b64(compact(jwe))}.{payload}.{signature}", "unsupported"),
        case("row28-jwe-direct-cut-to-three-parts", jwk("HS256"), signed(direct, key=KEYS["hs256"], alg="HS256"), "unsupported"),
        case("row28-jwe-alg-with-our-signature", ES, signed(jwe), "unsupported"),
        case("row28-pbes2-with-a-huge-count", jwk("HS256"), signed({"alg": "PBES2-HS256+A128KW", "p2c": 2**31, "p2s": "AAAA", "enc": "A128GCM"}, key=KEYS["hs256"], alg="HS256"), "unsupported"),
        case("row28-a-token-as-header", ES, f"{b64(inner)}.{payload}.{signature}", "malformed"),
        ok("row28-control-enc-means-nothing-in-a-jws", ES, signed({"alg": "ES256", "enc": "A128GCM"})),
        ok("row28-control-token-inside-is-only-bytes", ES, signed({"alg": "ES256", "cty": "JWT"}, inner), inner),
    ]
    return {
        "jws/27-json-serialization.txt": ("Row 27: JWS in JSON, and texts that are both (CVE-2022-39227). Only the compact form is taken.", vectors),
        "jws/28-encrypted-and-nested.txt": ("Row 28: JWE, and tokens in tokens.", vectors_28),
    }


SOURCES = (row09, row10, row11, usage, row20_21, row22, row23_24, row25_26, row27_28)

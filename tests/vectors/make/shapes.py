"""The shape of tokens: rows 22, 23, 24, 27 and 28 of the attacks."""

import json

from make.algorithms import PAYLOAD, case, jwk, ok
from make.headers import ES, signed
from make.jose import KEYS, b64, compact, sealed, token

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def respelled(part):
    """A base64url text in spellings that a lenient decoder takes for the same."""
    part, middle = part.encode(), len(part) // 2
    insert = lambda data, at: part[:at] + data + part[at:]
    found = {
        "padded": part + b"=" * (-len(part) % 4 or 4),
        "one-equals-sign": part + b"=",
        "two-equals-signs": part + b"==",
        "equals-in-the-middle": insert(b"=", middle),
        "equals-in-front": b"=" + part,
        "percent-3d": part + b"%3d",
        "percent-3d-upper-case": part + b"%3D",
        "one-character-more": part + b"A" * (1 if len(part) % 4 == 0 else 5 - len(part) % 4),
    }
    strange = {
        "space": b" ",
        "newline": b"\n",
        "crlf": b"\r\n",
        "tab": b"\t",
        "nul": b"\0",
        "comma": b",",
        "star": b"*",
        "byte-80": b"\x80",
        "byte-ff": b"\xff",
        "utf-8": "é".encode(),
        "zero-width-space": "\u200b".encode(),
        "tilde": b"~",
        "backslash": b"\\",
        "at": b"@",
        "bracket": b"[",
        "backtick": b"`",
        "brace": b"{",
        "colon": b":",
        "slash": b"/",
        "plus": b"+",
    }
    for shape, data in strange.items():
        found |= {
            f"{shape}-in-front": data + part,
            f"{shape}-in-the-middle": insert(data, middle),
            f"{shape}-at-end": part + data,
        }
    found |= {
        "percent-escape": part[:-1] + b"%%%02X" % part[-1],
        "newline-every-76": b"\n".join(part[i : i + 76] for i in range(0, len(part), 76)) + b"\n",
    }
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
        texts = respelled(parts[where]) | {
            f"trailing-bits-{i + 1}": text.encode() for i, text in enumerate(trailing_bits(parts[where]))
        }
        for shape, text in texts.items():
            spelled = [part.encode() for part in parts]
            spelled[where] = text
            whole = b".".join(spelled) if where == 2 else resealed(*spelled[:2])
            vectors.append(case(f"row22-{name}-{shape}", hs, whole, "malformed"))
    for name, head, body in (
        ("header-2", {"alg": "HS256", "a": "1"}, "ab"),
        ("header-3", {"alg": "HS256", "a": "12"}, "a"),
    ):
        first, second = b64(compact(head)), b64(body)
        vectors.append(ok(f"row22-control-{name}", hs, resealed(first.encode(), second.encode()), body))
        vectors += [
            case(f"row22-{name}-trailing-bits-{i + 1}", hs, resealed(text.encode(), second.encode()), "malformed")
            for i, text in enumerate(trailing_bits(first))
        ]
        vectors += [
            case(
                f"row22-{name}-payload-trailing-bits-{i + 1}", hs, resealed(first.encode(), text.encode()), "malformed"
            )
            for i, text in enumerate(trailing_bits(second))
        ]
    for letters in ("A", "AAAAA"):
        vectors.append(
            case(f"row22-payload-of-{len(letters)}", hs, resealed(parts[0].encode(), letters.encode()), "malformed")
        )
        vectors.append(case(f"row22-signature-of-{len(letters)}", hs, f"{parts[0]}.{parts[1]}.{letters}", "malformed"))
    for alg in ("RS256", "ES256", "Ed25519", "HS384", "HS512", "RS512", "ES512"):
        holder = {
            "RS256": "rsa",
            "ES256": "p256",
            "Ed25519": "ed25519",
            "HS384": "hs384",
            "HS512": "hs512",
            "RS512": "rsa_4096",
            "ES512": "p521",
        }[alg]
        whole = token({"alg": alg}, PAYLOAD, KEYS[holder])
        vectors += [
            case(f"row22-{alg.lower()}-signature-trailing-bits-{i + 1}", jwk(alg), text, "malformed")
            for i, text in enumerate(trailing_bits(whole))
        ]
        vectors.append(
            case(
                f"row22-{alg.lower()}-signature-padded",
                jwk(alg),
                whole + "=" * (-len(whole.split(".")[2]) % 4 or 4),
                "malformed",
            )
        )
    good = good.encode()
    around = {
        "space-before": b" " + good,
        "space-after": good + b" ",
        "newline-after": good + b"\n",
        "crlf-after": good + b"\r\n",
        "newline-before": b"\n" + good,
        "nul-after": good + b"\0",
        "bearer": b"Bearer " + good,
        "quoted": b'"' + good + b'"',
        "angled": b"<" + good + b">",
        "bom": b"\xef\xbb\xbf" + good,
        "comma-after": good + b",",
        "twice-comma": good + b"," + good,
        "semicolon-after": good + b";",
        "parameter-after": good + b"&x=y",
        "fragment": good + b"#x",
        "dots-escaped": good.replace(b".", b"%2E"),
        "dots-fullwidth": good.replace(b".", "．".encode()),
        "utf-16": good.decode().encode("utf-16-le"),
    }
    vectors += [case(f"row22-token-{shape}", hs, text, "malformed") for shape, text in around.items()]
    return {
        "jws/22-base64url.txt": (
            "Row 22: one token has one spelling. The parts in front of the signature were signed as they stand, so that only the\ndecoder can refuse them.",
            vectors,
        )
    }


def row23_24():
    good = signed({"alg": "ES256"})
    header, payload, signature = good.split(".")
    dots = {
        "empty": "",
        "0-dots": header,
        "0-dots-joined": good.replace(".", ""),
        "1-dot": f"{header}.{payload}",
        "1-dot-header-and-signature": f"{header}.{signature}",
        "1-dot-joined": f"{header}{payload}.{signature}",
        "3-dots-at-end": good + ".",
        "3-dots-in-front": "." + good,
        "3-dots-in-the-middle": f"{header}..{payload}.{signature}",
        "3-dots-second-payload": f"{header}.{payload}.{payload}.{signature}",
        "4-dots": f"{header}.{payload}.{signature}..",
        "4-dots-five-parts": f"{header}.{payload}.{signature}.{payload}.{signature}",
        "5-dots-twice": f"{good}.{good}",
        "only-1-dot": ".",
        "only-2-dots": "..",
        "only-3-dots": "...",
        "only-10000-dots": "." * 10000,
        "10000-dots-after-header": header + "." * 10000,
        "10000-dots-before-signature": f"{header}.{payload}{'.' * 10000}{signature}",
        "16384-dots": "." * 16384,
        "dots-in-turn": "A." * 5000,
        "other-separator": good.replace(".", ":"),
        "space-as-separator": good.replace(".", " "),
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
    twenty_four += [
        case(f"row24-token-of-{size}", ES, sized(size)[0], "malformed") for size in (16385, 16386, 20000, 65536, 100000)
    ]
    twenty_four += [ok(f"row24-header-of-{size}", ES, headed(size)) for size in (4095, 4096)]
    twenty_four += [
        case(f"row24-header-of-{size}", ES, headed(size), "malformed") for size in (4097, 4098, 4099, 5000, 8192)
    ]
    # What a header costs to read is bounded, too: by its commas, and by its escapes.
    listing = lambda commas: '{"alg":"ES256","x":[' + ",".join(["0"] * commas) + "]}"
    escaped = lambda escapes: '{"alg":"ES256","x":"' + "\\/" * escapes + '"}'
    for text, most, what in ((listing, 64, "commas"), (escaped, 128, "escapes")):
        twenty_four.append(ok(f"row24-header-of-{most}-{what}", ES, signed(text(most))))
        twenty_four.append(case(f"row24-header-of-{most + 1}-{what}", ES, signed(text(most + 1)), "malformed"))
    twenty_four.append(case("row24-16385-letters", ES, "A" * 16385, "malformed"))
    twenty_four.append(case("row24-signature-of-12000", ES, f"{header}.{payload}.{'A' * 12000}", "bad_signature"))
    return {
        "jws/23-dots.txt": ("Row 23: a token has exactly two dots.", twenty_three),
        "jws/24-size.txt": (
            "Row 24: tokens of more than 16 KiB, headers of more than 4 KiB, 64 commas or 128 escapes; and those of just that.",
            twenty_four,
        ),
    }


def row27_28():
    good = signed({"alg": "ES256"})
    header, payload, signature = good.split(".")
    evil = b64('{"sub":"admin"}')
    flat = {"protected": header, "payload": payload, "signature": signature}
    general = {"payload": payload, "signatures": [{"protected": header, "signature": signature}]}
    polyglots = {
        "flattened": compact(flat),
        "flattened-with-spaces": json.dumps(flat),
        "general": compact(general),
        "general-two-signatures": compact(general | {"signatures": general["signatures"] * 2}),
        "flattened-unprotected": compact({"payload": payload, "header": {"alg": "ES256"}, "signature": signature}),
        "in-an-array": compact([flat]),
        "in-a-string": compact(good),
        "compact-inside-of-name": f'{{"  {header}.{evil}.":"","protected":"{header}","payload":"{payload}","signature":"{signature}"}}',
        "compact-inside-of-value": f'{{"protected":"{header}","payload":"{payload}","signature":"{signature}","x":".{evil}."}}',
        "two-dots-of-json": f'{{"protected":"{header}"}}.{payload}.{signature}',
        "header-not-encoded": f'{{"alg":"ES256"}}.{payload}.{signature}',
    }
    vectors = [case(f"row27-{shape}", ES, text, "malformed") for shape, text in polyglots.items()]
    vectors.append(ok("row27-control", ES, good))
    jwe = {"alg": "RSA-OAEP", "enc": "A256GCM"}
    direct = {"alg": "dir", "enc": "A128CBC-HS256"}
    inner = signed({"alg": "ES256"}, '{"sub":"alice"}')
    vectors_28 = [
        case("row28-jwe", ES, ".".join([b64(compact(jwe))] + [b64(b"x" * n) for n in (256, 12, 20, 16)]), "malformed"),
        case(
            "row28-jwe-direct",
            jwk("HS256"),
            ".".join([b64(compact(direct)), "", b64(b"x" * 16), b64(b"x" * 32), b64(b"x" * 16)]),
            "malformed",
        ),
        case("row28-jwe-cut-to-three-parts", ES, f"{b64(compact(jwe))}.{payload}.{signature}", "unsupported"),
        case(
            "row28-jwe-direct-cut-to-three-parts",
            jwk("HS256"),
            signed(direct, key=KEYS["hs256"], alg="HS256"),
            "unsupported",
        ),
        case("row28-jwe-alg-with-our-signature", ES, signed(jwe), "unsupported"),
        case(
            "row28-pbes2-with-a-huge-count",
            jwk("HS256"),
            signed(
                {"alg": "PBES2-HS256+A128KW", "p2c": 2**31, "p2s": "AAAA", "enc": "A128GCM"},
                key=KEYS["hs256"],
                alg="HS256",
            ),
            "unsupported",
        ),
        case("row28-a-token-as-header", ES, f"{b64(inner)}.{payload}.{signature}", "malformed"),
        ok("row28-control-enc-means-nothing-in-a-jws", ES, signed({"alg": "ES256", "enc": "A128GCM"})),
        ok("row28-control-token-inside-is-only-bytes", ES, signed({"alg": "ES256", "cty": "JWT"}, inner), inner),
    ]
    return {
        "jws/27-json-serialization.txt": (
            "Row 27: JWS in JSON, and texts that are both (CVE-2022-39227). Only the compact form is taken.",
            vectors,
        ),
        "jws/28-encrypted-and-nested.txt": ("Row 28: JWE, and tokens in tokens.", vectors_28),
    }


SOURCES = (row22, row23_24, row27_28)

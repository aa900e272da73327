"""Rows 7 and 8 of the attacks: signatures that are numbers out of range, or of another shape."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from make import jose
from make.algorithms import KEY_OF, PAYLOAD, case, flip, jwk, ok, with_signature
from make.jose import CURVES, HASHES, KEYS, b64, compact, token

ECDSA = ("ES256", "ES384", "ES512", "ES256K")


def numbers(alg, payload=PAYLOAD):
    """A good token, its r and s, and its curve."""
    key = KEYS[KEY_OF[alg]]
    signing_input = f"{b64(compact({'alg': alg}))}.{b64(payload)}"
    return signing_input + ".", *jose.ecdsa(key, HASHES[alg[2:5]], signing_input.encode()), CURVES[key["crv"]]


def row07():
    vectors = []
    for alg in ECDSA:
        blank, r, s, curve = numbers(alg)
        n, top = curve.n, 256**curve.size - 1
        bad = {
            "r-zero": (0, s),
            "s-zero": (r, 0),
            "both-zero": (0, 0),
            "both-one": (1, 1),
            "r-one": (1, s),
            "s-one": (r, 1),
            "r-is-n": (n, s),
            "s-is-n": (r, n),
            "both-n": (n, n),
            "r-zero-s-one": (0, 1),
            "r-zero-s-n": (0, n),
            "r-above-n": (n + 1, s),
            "s-above-n": (r, n + 1),
            "r-is-p": (curve.p, s),
            "r-largest": (top, s),
            "s-largest": (r, top),
            "both-largest": (top, top),
            "r-negated": (n - r, s),
            "r-is-gx": (curve.g[0], s),
            "swapped": (s, r),
            "r-twice": (r, r),
            "r-plus-one": (r + 1, s),
            "s-plus-one": (r, s + 1),
        }
        wrapped = {"r-plus-n": (r + n, s), "s-plus-n": (r, s + n), "both-plus-n": (r + n, s + n)}
        bad |= {shape: pair for shape, pair in wrapped.items() if max(pair) <= top}  # P-521 alone has the room
        for shape, pair in bad.items():
            raw = b"".join(value.to_bytes(curve.size, "big") for value in pair)
            vectors.append(case(f"row07-{alg.lower()}-{shape}", jwk(alg), with_signature(blank, raw), "bad_signature"))
        # RFC 7518 §3.4 knows no "low s": of (r, s) and (r, n - s) both are good, and signers make either.
        for shape, value in (("as-signed", s), ("s-negated", n - s)):
            raw = r.to_bytes(curve.size, "big") + value.to_bytes(curve.size, "big")
            vectors.append(ok(f"row07-{alg.lower()}-control-{shape}", jwk(alg), with_signature(blank, raw)))
    return {"jws/07-ecdsa-numbers.txt": ("Row 7: r or s of zero, n, or above (CVE-2022-21449).", vectors)}


def ecdsa_shapes(alg):
    blank, r, s, curve = numbers(alg)
    raw = r.to_bytes(curve.size, "big") + s.to_bytes(curve.size, "big")
    der = encode_dss_signature(r, s)
    zeros = bytes(1)
    return blank, {
        "der": der,
        "der-padded-to-size": der.ljust(len(raw), b"\0"),
        "der-cut-to-size": der[: len(raw)],
        "r-alone": raw[: curve.size],
        "s-alone": raw[curve.size :],
        "one-short": raw[:-1],
        "one-short-in-front": raw[1:],
        "one-long": raw + zeros,
        "one-long-in-front": zeros + raw,
        "two-long": raw + 2 * zeros,
        "r-and-s-one-longer": zeros + raw[: curve.size] + zeros + raw[curve.size :],
        "twice": raw + raw,
        "little-endian": raw[: curve.size][::-1] + raw[curve.size :][::-1],
        "in-hex": raw.hex().encode(),
        "of-64-zeros": bytes(64),
        "of-96-zeros": bytes(96),
        "of-132-zeros": bytes(132),
        "of-1000-zeros": bytes(1000),
    }


def shortened(alg):
    """Signatures whose r or s begins with a zero byte, with that byte dropped; the whole one is good."""
    found = []
    for part in range(2):
        for count in range(10000):
            blank, *pair, curve = numbers(alg, f"attack at dawn {count}")
            spelled = [value.to_bytes(curve.size, "big") for value in pair]
            if spelled[part][0] == 0 and spelled[1 - part][0]:
                break
        low, which, payload = alg.lower(), "rs"[part], f"attack at dawn {count}"
        found.append(
            ok(f"row08-{low}-{which}-begins-with-zero", jwk(alg), with_signature(blank, b"".join(spelled)), payload)
        )
        spelled[part] = spelled[part][1:]
        found.append(
            case(
                f"row08-{low}-zero-of-{which}-dropped",
                jwk(alg),
                with_signature(blank, b"".join(spelled)),
                "bad_signature",
            )
        )
    return found


def row08():
    vectors = []
    for alg in ECDSA:
        blank, shapes = ecdsa_shapes(alg)
        vectors += [
            case(f"row08-{alg.lower()}-{shape}", jwk(alg), with_signature(blank, raw), "bad_signature")
            for shape, raw in shapes.items()
        ]
        vectors += shortened(alg)
    return {
        "jws/08-ecdsa-shapes.txt": ("Row 8: ECDSA signatures that are not r and s, each of its full length.", vectors)
    }


def rsa_bad(alg):
    """Signatures that only a lenient verifier takes: well-signed encodings that are not quite the right ones."""
    key, bits = KEYS["rsa"], alg[2:]
    blank = f"{b64(compact({'alg': alg}))}.{b64(PAYLOAD)}."
    data, hash, size = blank[:-1].encode(), HASHES[bits], 256
    n = jose.number(key["n"])
    if alg[0] == "R":
        encoded = jose.pkcs1(size, bits, data)
        digest = hash(data).digest()
        info = encoded[encoded.index(b"\0", 2) + 1 :]
        no_null = info[:1] + bytes([info[1] - 2]) + info[2:3] + bytes([info[3] - 2]) + info[4:15] + info[17:]
        frame = (
            lambda inside, kind=1, fill=b"\xff": b"\0"
            + bytes([kind])
            + fill * (size - len(inside) - 3)
            + b"\0"
            + inside
        )
        encodings = {
            "block-type-2": frame(info, kind=2, fill=b"\xaa"),
            "block-type-0": frame(info, kind=0, fill=b"\0"),
            "digest-without-info": frame(digest),
            "info-without-null": frame(no_null),
            "garbage-after-digest": b"\0\1" + b"\xff" * 8 + b"\0" + info + b"\0" * (size - 11 - len(info)),
            "padding-with-a-hole": flip(encoded, 8 * 20),
            "of-another-hash": jose.pkcs1(size, "384" if bits != "384" else "256", data),
            "info-of-another-hash": frame(bytes.fromhex("3031300d060960864801650304020205000420") + digest[:32]),
            "padding-of-pss": jose.pss(2048, bits, data),
        }
    else:
        encodings = {
            "salt-empty": jose.pss(2048, bits, data, salt=b""),
            "salt-short": jose.pss(2048, bits, data, salt=b"8 bytes."),
            "salt-long": jose.pss(2048, bits, data, salt=bytes(100)),
            "mask-of-sha1": jose.pss(2048, bits, data, mgf_bits=hashlib.sha1),
            "mask-of-another-hash": jose.pss(2048, bits, data, mgf_bits="512" if bits != "512" else "256"),
            "trailer-wrong": jose.pss(2048, bits, data)[:-1] + b"\xcc",
            "padding-of-pkcs1": jose.pkcs1(size, bits, data),
        }
    good = jose.sign(alg, key, data)
    value = int.from_bytes(good, "big")
    raw = {shape: jose.rsa(key, encoding) for shape, encoding in encodings.items()} | {
        "zero": bytes(size),
        "one": bytes(size - 1) + b"\1",
        "n": n.to_bytes(size, "big"),
        "n-less-one": (n - 1).to_bytes(size, "big"),
        "one-short": good[:-1],
        "one-long": good + b"\0",
        "one-long-in-front": b"\0" + good,
        "negated": (n - value).to_bytes(size, "big"),
        "twice": good + good,
        "not-encrypted": jose.pkcs1(size, bits, data),
        "plus-n-one-longer": (value + n).to_bytes(size + 1, "big"),
    }
    if value + n < 256**size:
        raw["plus-n"] = (value + n).to_bytes(size, "big")
    verifier = jose.public(key) | {"alg": alg}
    return [ok(f"row08-{alg.lower()}-control", verifier, with_signature(blank, good))] + [
        case(f"row08-{alg.lower()}-{shape}", verifier, with_signature(blank, signature), "bad_signature")
        for shape, signature in raw.items()
    ]


def rsa_leading_zero():
    for count in range(10000):
        payload = f"attack at dawn {count}"
        good = token({"alg": "RS256"}, payload, KEYS["rsa"])
        signature = jose.unb64(good.rpartition(".")[2])
        if signature[0] == 0:
            return [
                ok("row08-rs256-begins-with-zero", jwk("RS256"), good, payload),
                case("row08-rs256-zero-dropped", jwk("RS256"), with_signature(good, signature[1:]), "bad_signature"),
            ]


def ed_bad():
    order = 2**252 + 27742317777372353535851937790883648493
    blank = f"{b64(compact({'alg': 'Ed25519'}))}.{b64(PAYLOAD)}."
    good = jose.sign("Ed25519", KEYS["ed25519"], blank[:-1])
    r, s = good[:32], int.from_bytes(good[32:], "little")
    little = lambda value: value.to_bytes(32, "little")
    raw = {
        "s-plus-order": r + little(s + order),
        "s-plus-many-orders": r + little(s + 14 * order),
        "s-zero": r + bytes(32),
        "s-is-order": r + little(order),
        "s-negated": r + little(order - s),
        "r-zero": bytes(32) + good[32:],
        "r-identity": little(1) + good[32:],
        "r-identity-s-zero": little(1) + bytes(32),
        "r-negated": flip(r, 255) + good[32:],
        "r-not-canonical": little(2**255 - 18) + good[32:],
        "one-short": good[:-1],
        "one-long": good + b"\0",
        "r-alone": r,
        "swapped": good[32:] + r,
        "high-bit-of-s": flip(good, 511),
    }
    return [
        case(f"row08-ed25519-{shape}", jwk("Ed25519"), with_signature(blank, signature), "bad_signature")
        for shape, signature in raw.items()
    ]


def row08_others():
    vectors = [vector for alg in ("RS256", "RS512", "PS256", "PS512") for vector in rsa_bad(alg)]
    vectors += rsa_leading_zero() + ed_bad()
    return {
        "jws/08-rsa-and-ed25519-shapes.txt": (
            "Row 8, for RSA and Ed25519: other encodings, other lengths, numbers out of range. All of them were signed with\n"
            "the right key: what tells them from a good one is their form.",
            vectors,
        )
    }


SOURCES = (row07, row08, row08_others)

"""The examples of the RFCs, to the byte. reference.py proves each of them when generate.py --check runs."""

from make.jose import b64, compact, public, thumbprint

HMAC_KEY = {  # RFC 7515 A.1.1
    "kty": "oct",
    "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
}

RSA_7515 = {  # RFC 7515 A.2.1
    "kty": "RSA",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC"
    "gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6"
    "65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"
    "yuXpoQ",
    "e": "AQAB",
    "d": "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pW"
    "J1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2Qv"
    "Xt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRu"
    "OopznQ",
    "p": "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDc"
    "mnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
    "q": "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-"
    "TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
    "dp": "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV"
    "2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
    "dq": "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_"
    "-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
    "qi": "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoO"
    "PLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
}

P256_7515 = {  # RFC 7515 A.3.1
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}

P521_7515 = {  # RFC 7515 A.4.1
    "kty": "EC",
    "crv": "P-521",
    "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
    "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
    "d": "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C",
}

RSA_7638 = {  # RFC 7638 3.1
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
    "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
    "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK"
    "nqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}

RSA_7520 = {  # RFC 7520 3.4
    "kty": "RSA",
    "kid": "bilbo.baggins@hobbiton.example",
    "use": "sig",
    "n": "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwG"
    "U_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3u"
    "hGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHd"
    "rNP5zw",
    "e": "AQAB",
    "d": "bWUC9B-EFRIo8kpGfh0ZuyGPvMNKvYWNtB_ikiH9k20eT-O1q_I78eiZkpXxXQ0UTEs2LsNRS-8uJbvQ-A1irkwMSMkK1J3XTGgdrhCku9gRldY7"
    "sNA_AKZGh-Q661_42rINLRCe8W-nZ34ui_qOfkLnK9QWDDqpaIsA-bMwWWSDFu2MUBYwkHTMEzLYGqOe04noqeq1hExBTHBOBdkMXiuFhUq1BU6l"
    "-DqEiWxqg82sXt2h-LMnT3046AOYJoRioz75tSUQfGCshWTBnP5uDjd18kKhyv07lhfSJdrPdM5Plyl21hsFf4L_mHCuoFau7gdsPfHPxxjVOcOp"
    "BrQzwQ",
    "p": "3Slxg_DwTXJcb6095RoXygQCAZ5RnAvZlno1yhHtnUex_fp7AZ_9nRaO7HX_-SFfGQeutao2TDjDAWU4Vupk8rw9JR0AzZ0N2fvuIAmr_WCsmGpe"
    "NqQnev1T7IyEsnh8UMt-n5CafhkikzhEsrmndH6LxOrvRJlsPp6Zv8bUq0k",
    "q": "uKE2dh-cTf6ERF4k4e_jy78GfPYUIaUyoSSJuBzp3Cubk3OCqs6grT8bR_cu0Dm1MZwWmtdqDyI95HrUeq3MP15vMMON8lHTeZu2lmKvwqW7anV5"
    "UzhM1iZ7z4yMkuUwFWoBvyY898EXvRD-hdqRxHlSqAZ192zB3pVFJ0s7pFc",
    "dp": "B8PVvXkvJrj2L-GYQ7v3y9r6Kw5g9SahXBwsWUzp19TVlgI-YV85q1NIb1rxQtD-IsXXR3-TanevuRPRt5OBOdiMGQp8pbt26gljYfKU_E9xn-RU"
    "LHz0-ed9E9gXLKD4VGngpz-PfQ_q29pk5xWHoJp009Qf1HvChixRX59ehik",
    "dq": "CLDmDGduhylc9o7r84rEUVn7pzQ6PF83Y-iBZx5NT-TpnOZKF1pErAMVeKzFEl41DlHHqqBLSM0W1sOFbwTxYWZDm6sI6og5iTbwQGIC3gnJKbi_"
    "7k_vJgGHwHxgPaX2PnvP-zyEkDERuf-ry4c_Z11Cq9AqC2yeL6kdKT1cYF8",
    "qi": "3PiqvXQN0zwMeE-sBvZgi289XP9XCQF3VWqPzMKnIgQp7_Tugo6-NZBKCQsMf3HaEGBjTVJs_jcK8-TRXvaKe-7ZMaQj8VfBdYkssbu0NKDDhjJ-"
    "GtiseaDVWt7dcH0cfwxgFUHpQh7FoCrjFJ6h6ZEpMF6xmujs4qMpPz8aaI4",
}

P521_7520 = {  # RFC 7520 3.2
    "kty": "EC",
    "kid": "bilbo.baggins@hobbiton.example",
    "use": "sig",
    "crv": "P-521",
    "x": "AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt",
    "y": "AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1",
    "d": "AAhRON2r9cqXX1hg-RoI6R1tX5p2rUAYdmpHZoC1XNM56KtscrX6zbKipQrCW9CGZH3T4ubpnoTKLDYJ_fF3_rJt",
}

MAC_7520 = {  # RFC 7520 3.5
    "kty": "oct",
    "kid": "018c0ae5-4d9b-471b-bfd6-eef314bc7037",
    "use": "sig",
    "alg": "HS256",
    "k": "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
}

ED_8037 = {  # RFC 8037 A.1
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}

JOE = b64('{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}')
FRODO = b64(
    "It’s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't keep your feet, "
    "there’s no knowing where you might be swept off to."
)
BILBO = '"kid":"bilbo.baggins@hobbiton.example"}'

TOKENS = {
    "7515-a1": "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + JOE + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "7515-a2": b64('{"alg":"RS256"}') + "." + JOE + "."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t"
    "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12j"
    "zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
    "Ge77Rw",
    "7515-a3": b64('{"alg":"ES256"}') + "." + JOE + "."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    "7515-a4": b64('{"alg":"ES512"}') + "." + b64("Payload") + "."
    "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZC"
    "PEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
    "7515-a5": b64('{"alg":"none"}') + "." + JOE + ".",
    "7520-4.1": b64('{"alg":"RS256",' + BILBO) + "." + FRODO + "."
    "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA"
    "78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQ"
    "dLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18"
    "kDquDg",
    "7520-4.2": b64('{"alg":"PS384",' + BILBO) + "." + FRODO + "."
    "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcb"
    "UrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8I"
    "mUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-"
    "X72Eaw",
    "7520-4.3": b64('{"alg":"ES512",' + BILBO) + "." + FRODO + "."
    "AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxX"
    "Pn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2",
    "7520-4.4": b64('{"alg":"HS256","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037"}') + "." + FRODO + "."
    "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0",
    "8037-a4": b64('{"alg":"EdDSA"}') + "." + b64("Example of Ed25519 signing") + "."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
}


def good(name, key, alg=None, sign=False):
    header, payload, _ = TOKENS[name].split(".")
    vector = {
        "name": f"rfc{name}",
        "key": compact(key),
        **({"alg": alg} if alg else {}),
        "token": TOKENS[name],
        "expect": "ok",
        "payload": payload,
    }
    return vector | ({"sign": "yes", "header": header} if sign else {})


def bad(name, key, token, expect, alg=None):
    return {
        "name": f"rfc{name}",
        "key": compact(key),
        **({"alg": alg} if alg else {}),
        "token": token,
        "expect": expect,
    }


def jws():
    detached = TOKENS["7520-4.4"].split(".")
    flattened = {
        "payload": FRODO,
        "protected": b64('{"alg":"HS256"}'),
        "header": {"kid": MAC_7520["kid"]},
        "signature": "bWUSVaxorn7bEF1djytBd0kHv70Ly5pvbomzMWSOr20",
    }
    unprotected = {
        "payload": FRODO,
        "header": {"alg": "HS256", "kid": MAC_7520["kid"]},
        "signature": "xuLifqLGiblpv9zBpuZczWhNj1gARaLV3UxvxhJxZuk",
    }
    b64_false = b64('{"alg":"HS256","b64":false,"crit":["b64"]}')
    vectors = [
        good("7515-a1", HMAC_KEY, "HS256", sign=True),
        good("7515-a2", RSA_7515, "RS256", sign=True),
        good("7515-a2", public(RSA_7515), "RS256") | {"name": "rfc7515-a2-public"},
        good("7515-a3", P256_7515),
        good("7515-a3", public(P256_7515)) | {"name": "rfc7515-a3-public"},
        good("7515-a4", P521_7515),
        good("7515-a4", public(P521_7515)) | {"name": "rfc7515-a4-public"},
        bad("7515-a5-unsecured", HMAC_KEY, TOKENS["7515-a5"], "unsupported", "HS256"),
        good("7520-4.1", RSA_7520, "RS256", sign=True),
        good("7520-4.2", RSA_7520, "PS384"),
        good("7520-4.3", P521_7520),
        good("7520-4.4", MAC_7520, sign=True),
        bad("7520-4.5-detached", MAC_7520, f"{detached[0]}..{detached[2]}", "bad_signature"),
        bad("7520-4.6-unprotected-kid", MAC_7520, compact(flattened), "malformed"),
        bad("7520-4.7-unprotected-alg", MAC_7520, compact(unprotected), "malformed"),
        bad(
            "7797-4.2-unencoded-detached",
            HMAC_KEY,
            f"{b64_false}..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
            "unsupported",
            "HS256",
        ),
        bad(
            "7797-4.2-unencoded-attached",
            HMAC_KEY,
            f"{b64_false}.$.02.A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
            "malformed",
            "HS256",
        ),
        good("8037-a4", ED_8037, sign=True),
        good("8037-a4", public(ED_8037)) | {"name": "rfc8037-a5-public"},
    ]
    return {
        "jws/rfc.txt": (
            __doc__.split(".")[0] + ": 7515 A.1 to A.5, 7520 4.1 to 4.7, 7797 4.2, 8037 A.4 and A.5.",
            vectors,
        )
    }


def jwt():
    """RFC 7519 says less than we ask for: no audience, no at+jwt. Its examples verify, and are then refused for that."""
    base = {"issuer": "joe", "audience": "joe", "typ": "JWT", "at": "1300819379"}
    a1 = {"keys": compact(HMAC_KEY), "alg": "HS256"} | base | {"token": TOKENS["7515-a1"]}
    vectors = [
        {"name": "rfc7519-3.1-names-no-audience"} | a1 | {"expect": "wrong_audience"},
        {"name": "rfc7519-3.1-is-no-access-token"} | a1 | {"typ": "at+jwt", "expect": "wrong_type"},
        {"name": "rfc7519-3.1-other-issuer"} | a1 | {"issuer": "jo", "expect": "wrong_issuer"},
        {"name": "rfc7519-3.1-under-another-key"} | a1 | {"keys": compact(MAC_7520), "expect": "bad_signature"},
        {"name": "rfc7519-6.1-unsecured"} | a1 | {"token": TOKENS["7515-a5"], "expect": "unsupported"},
    ]
    return {"jwt/rfc.txt": ("The examples of RFC 7519, 3.1 and 6.1. " + jwt.__doc__.split(": ")[1], vectors)}


def keys():
    def one(name, key, alg=None, print_=None):
        return {
            "name": f"rfc{name}-key",
            "key": compact(key),
            **({"alg": alg} if alg else {}),
            "expect": "ok",
            "thumbprint": print_ or thumbprint(key),
        }

    known = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    vectors = [
        one("7638-3.1", RSA_7638, print_=known),
        one("8037-a1-private", ED_8037, print_="kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        one("8037-a2-public", public(ED_8037), print_="kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        one("7515-a1", HMAC_KEY, "HS256"),
        one("7515-a2", RSA_7515, "RS256"),
        one("7515-a3", P256_7515),
        one("7515-a4", P521_7515),
        one("7520-3.1", public(P521_7520)),
        one("7520-3.2", P521_7520),
        one("7520-3.3", public(RSA_7520), "PS384"),
        one("7520-3.4", RSA_7520, "RS256"),
        one("7520-3.5", MAC_7520),
    ]
    return {"keys/rfc.txt": ("The keys of the RFCs: 7515, 7520, 7638 3.1 and 8037 A.1 to A.3.", vectors)}


SOURCES = (jws, jwt, keys)

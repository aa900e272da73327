#!/usr/bin/python3
"""Tokens of ours verify with other people's programs, and theirs with ours: Debian's python3-jwt (PyJWT) and jose
(latchset). Both know Ed25519 by its old name, EdDSA; jose knows neither it nor
ES256K."""

import json
import shutil
import subprocess
import unittest

import jwt
from cryptography.hazmat.primitives import serialization

from program import ALGORITHMS, CliTest, b64, read, run, unb64

PYJWT_NAMES = {name: "EdDSA" if name == "Ed25519" else name for name in ALGORITHMS}
JOSE_ALGORITHMS = tuple(name for name in ALGORITHMS if name not in ("ES256K", "Ed25519"))
PAYLOAD = b'{"sub":"alice","exp":4000000000}'


class InteropTest(CliTest):
    def public_file(self, key):
        """What a verifier gets: the public half, or the secret itself."""
        jwk = json.loads(read(key))
        return key if jwk["kty"] == "oct" else self.file("public.jwk", self.fine("key", "public", "--in", key).out)

    def ours_says(self, key, token):
        line = self.fine("jws", "verify", "--key", key, token).line
        self.assertTrue(line.startswith("ok "), line)
        return unb64(line[3:])

    def ours_signs(self, key, name):
        return self.fine("jws", "sign", "--key", key, "--header", json.dumps({"alg": name, "typ": "JWT"}),
                         stdin=PAYLOAD).line


class PyJwt(InteropTest):
    def load(self, key, name):
        """PyJWT's own reading of our JWK."""
        return jwt.get_algorithm_by_name(name).from_jwk(read(key).decode())

    def test_knows_all_that_we_know(self):
        self.assertLessEqual(set(PYJWT_NAMES.values()), set(jwt.algorithms.get_default_algorithms()))

    def test_ours_verify_there(self):
        for ours, theirs in PYJWT_NAMES.items():
            with self.subTest(ours):
                key = self.new_key(ours)
                token = self.ours_signs(key, theirs)
                public = self.load(self.public_file(key), theirs)
                self.assertEqual(jwt.decode(token, public, algorithms=[theirs]), json.loads(PAYLOAD))
                with self.assertRaises(jwt.InvalidSignatureError):
                    head, _, signature = token.split(".")
                    jwt.decode(f"{head}.{b64(b'{}')}.{signature}", public, algorithms=[theirs])

    def test_theirs_verify_here(self):
        for ours, theirs in PYJWT_NAMES.items():
            with self.subTest(ours):
                key = self.new_key(ours)
                token = jwt.encode(json.loads(PAYLOAD), self.load(key, theirs), algorithm=theirs)
                self.assertEqual(json.loads(self.ours_says(self.public_file(key), token)), json.loads(PAYLOAD))

    def test_keys_through_pem(self):
        for ours, theirs in PYJWT_NAMES.items():
            if ours.startswith("HS"):
                continue
            with self.subTest(ours):
                key = self.new_key(ours)
                ours_public = self.fine("key", "public", "--in", key, "--format", "pem").out
                self.assertEqual(jwt.decode(self.ours_signs(key, theirs), ours_public.decode(), algorithms=[theirs]),
                                 json.loads(PAYLOAD))
                theirs_private = self.load(key, theirs).private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
                pem = self.file("private.pem", theirs_private)
                signed = self.fine("jws", "sign", "--key", pem, "--alg", ours, "x").line
                self.assertEqual(self.ours_says(key, signed), b"x")

    def test_signed_claims(self):
        """`signet sign`, as `verify` expects it, judged by PyJWT in full: issuer, audience, times."""
        key = self.new_key("RS256")
        token = self.fine("sign", "--key", key, "--claims",
                          '{"iss":"i","aud":["orders"],"exp":4000000000,"nbf":1}').line
        claims = jwt.decode(token, self.load(self.public_file(key), "RS256"), algorithms=["RS256"], issuer="i",
                            audience="orders", options={"require": ["exp", "nbf", "iss", "aud"]})
        self.assertEqual(claims["aud"], ["orders"])
        self.assertEqual(jwt.get_unverified_header(token)["typ"], "at+jwt")


class Jose(InteropTest):
    def jose(self, *arguments, stdin=b"", status=0):
        ended = subprocess.run(["jose", *arguments], input=stdin, capture_output=True, timeout=60)
        self.assertEqual(ended.returncode, status, ended)
        return ended.stdout

    def test_is_there(self):
        self.assertTrue(shutil.which("jose"), "install Debian's package jose")

    def test_knows_all_but_two_that_we_know(self):
        known = self.jose("alg", "-k", "sign").decode().split()
        self.assertEqual([name for name in ALGORITHMS if name not in known], ["ES256K", "Ed25519"])

    def test_ours_verify_there(self):
        for name in JOSE_ALGORITHMS:
            with self.subTest(name):
                key = self.new_key(name)
                token = self.ours_signs(key, name)
                public = self.public_file(key)
                shown = self.jose("jws", "ver", "-i", token, "-k", public, "-O", "-")
                self.assertEqual(shown, PAYLOAD)
                head, _, signature = token.split(".")
                self.jose("jws", "ver", "-i", f"{head}.{b64(b'{}')}.{signature}", "-k", public, status=1)

    def test_theirs_verify_here(self):
        for name in JOSE_ALGORITHMS:
            with self.subTest(name):
                key = self.file("theirs.jwk", self.jose("jwk", "gen", "-i", json.dumps({"alg": name})))
                public = key if name.startswith("HS") else self.file("public.jwk", self.jose("jwk", "pub", "-i", key))
                token = self.jose("jws", "sig", "-I", "-", "-k", key, "-c", stdin=PAYLOAD).decode().strip()
                self.assertEqual(self.ours_says(public, token), PAYLOAD)

    def test_thumbprints_agree(self):
        for name in JOSE_ALGORITHMS:
            key = self.new_key(name)
            theirs = self.jose("jwk", "thp", "-a", "S256", "-i", key).decode().strip()
            self.assertEqual(self.fine("key", "thumbprint", "--in", key).line, theirs)

    def test_keys_of_theirs_sign_here(self):
        for name in JOSE_ALGORITHMS:
            with self.subTest(name):
                key = self.file("theirs.jwk", self.jose("jwk", "gen", "-i", json.dumps({"alg": name})))
                ended = run("jws", "sign", "--key", key, "x")
                self.assertEqual(ended.status, 0, ended)


if __name__ == "__main__":
    unittest.main()

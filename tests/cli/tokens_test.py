#!/usr/bin/python3
"""key, jws, sign, verify: output, standard error, exit status, files."""

import http.server
import json
import os
import stat
import subprocess
import threading
import unittest

from program import ALGORITHMS, SIGNET, CliTest, b64, read, run, unb64


class Keys(CliTest):
    def test_generates_every_algorithm(self):
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm):
                jwk = json.loads(self.fine("key", "generate", "--alg", algorithm).line)
                self.assertEqual(jwk["alg"], algorithm)
                self.assertIn("k" if algorithm.startswith("HS") else "d", jwk)

    def test_out_is_private_and_never_overwritten(self):
        path = self.path("k.jwk")
        made = run("key", "generate", "--alg", "ES256", "--out", path)
        self.assertEqual((made.status, made.out), (0, b""))
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        before = read(path)
        again = self.refused("key", "generate", "--alg", "ES256", "--out", path)
        self.assertIn(b"exists already", again.err)
        self.assertEqual((again.out, read(path)), (b"", before))

    def test_out_does_not_follow_a_link(self):
        os.symlink(self.path("target"), self.path("link"))
        self.refused("key", "generate", "--alg", "ES256", "--out", self.path("link"))
        self.assertFalse(os.path.exists(self.path("target")))

    def test_out_in_no_folder(self):
        self.refused("key", "generate", "--alg", "ES256", "--out", self.path("no/k.jwk"))

    def test_unknown_algorithm(self):
        for name in ("none", "es256", "RS1", ""):
            ended = self.misused("key", "generate", "--alg", name)
            self.assertIn(b"ES256", ended.err)
            self.assertEqual(ended.out, b"")

    def test_public_half_in_three_forms(self):
        key = self.new_key()
        private = json.loads(read(key))
        jwk = self.fine("key", "public", "--in", key).json
        self.assertEqual(jwk, {name: value for name, value in private.items() if name != "d"})
        self.assertEqual(self.fine("key", "public", "--in", key, "--format", "jwks").json, {"keys": [jwk]})
        pem = self.fine("key", "public", "--in", key, "--format", "pem").text
        self.assertTrue(pem.startswith("-----BEGIN PUBLIC KEY-----\n"))
        self.assertTrue(pem.endswith("-----END PUBLIC KEY-----\n"))
        from_pem = self.fine("key", "public", "--in", "-", stdin=pem).json
        self.assertEqual({**from_pem, "kid": jwk["kid"]}, jwk)

    def test_a_shared_secret_has_no_public_half(self):
        key = self.new_key("HS256")
        for form in ("jwk", "jwks", "pem"):
            ended = self.refused("key", "public", "--in", key, "--format", form)
            self.assertEqual(ended.out, b"")

    def test_thumbprint(self):
        key = self.file("k", '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}')
        expected = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # RFC 8037 A.3
        self.assertEqual(self.fine("key", "thumbprint", "--in", key).line, expected)
        self.assertEqual(self.fine("key", "thumbprint", "--in", key, "--json").json["thumbprint"], expected)


class Jws(CliTest):
    def sign(self, key, *arguments, **more):
        return self.fine("jws", "sign", "--key", key, *arguments, **more).line

    def test_signs_and_verifies_with_every_algorithm(self):
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm):
                key = self.new_key(algorithm)
                token = self.sign(key, "hello")
                self.assertEqual(self.fine("jws", "verify", "--key", key, token).line, "ok aGVsbG8")
                header = json.loads(unb64(token.split(".")[0]))
                self.assertEqual(header, {"alg": algorithm, "kid": json.loads(read(key))["kid"]})

    def test_payload_is_taken_byte_by_byte(self):
        key = self.new_key()
        for payload in (b"", b"\n", b"a\r\n", bytes(range(256)), b"{}", b"-"):
            token = self.sign(key, stdin=payload)
            self.assertEqual(unb64(token.split(".")[1]), payload)
            self.assertEqual(self.fine("jws", "verify", "--key", key, token).line, "ok " + b64(payload))

    def test_payload_as_argument(self):
        key = self.new_key()
        for payload in ("", "{}", "verify", "key", "[1,2]", "a b"):
            self.assertEqual(unb64(self.sign(key, payload).split(".")[1]).decode(), payload)

    def test_payload_that_is_not_utf8(self):
        self.assertEqual(unb64(self.sign(self.new_key(), b"\xff\xfe").split(".")[1]), b"\xff\xfe")

    def test_own_header_is_kept_to_the_byte(self):
        key = self.new_key()
        for own, signed in (
            ('{ "alg" : "ES256" , "x":1}', '{ "alg" : "ES256" , "x":1}'),
            ('{"typ":"JWT"}', '{"alg":"ES256","typ":"JWT"}'),
            (' { "typ":"JWT"}', '{"alg":"ES256", "typ":"JWT"}'),
            ("{}", '{"alg":"ES256"}'),
            ("{ }", '{"alg":"ES256" }'),
        ):
            token = self.sign(key, "--header", own, "x")
            self.assertEqual(unb64(token.split(".")[0]).decode(), signed)
            self.assertEqual(self.fine("jws", "verify", "--key", key, token).line, "ok eA")

    def test_own_header_that_will_not_do(self):
        key = self.new_key()
        for own in ("", "x", "[]", '{"a":1,"a":2}'):
            self.assertEqual(self.misused("jws", "sign", "--key", key, "--header", own, "x").out, b"")
        for own in ('{"alg":"none"}', '{"alg":"HS256"}', '{"crit":["x"],"x":1}', '{"b64":false}'):
            self.assertEqual(self.refused("jws", "sign", "--key", key, "--header", own, "x").out, b"")

    def test_a_public_key_does_not_sign(self):
        public = self.file("p", self.fine("key", "public", "--in", self.new_key()).out)
        self.assertIn(b"private", self.refused("jws", "sign", "--key", public, "x").err)

    def test_one_newline_after_the_token_is_not_part_of_it(self):
        key = self.new_key()
        token = self.sign(key, "x")
        for good in (token, token + "\n", token + "\r\n"):
            self.assertEqual(self.fine("jws", "verify", "--key", key, stdin=good).line, "ok eA")
            self.assertEqual(self.fine("jws", "verify", "--key", key, good).line, "ok eA")
        for bad in (token + "\n\n", token + "\r", token + " ", " " + token, "\n" + token):
            ended = run("jws", "verify", "--key", key, stdin=bad)
            self.assertEqual((ended.status, ended.err), (1, b""))
            self.assertTrue(ended.line.startswith("error malformed "))

    def test_batch_answers_line_by_line(self):
        key = self.new_key()
        token = self.sign(key, "x")
        forged = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
        ended = run("jws", "verify", "--key", key, "--batch", stdin=f"{token}\n\n{forged}\n{token}")
        self.assertEqual((ended.status, ended.err), (1, b""))
        lines = ended.text.splitlines()
        self.assertEqual([line.split()[:2] for line in lines],
                         [["ok", "eA"], ["error", "malformed"], ["error", "bad_signature"], ["ok", "eA"]])
        self.assertEqual(self.fine("jws", "verify", "--key", key, "--batch").out, b"")
        self.assertEqual(self.fine("jws", "verify", "--key", key, "--batch", stdin=token + "\n").line, "ok eA")
        self.misused("jws", "verify", "--key", key, "--batch", token)

    def test_batch_answers_at_once(self):
        key = self.new_key()
        token = self.sign(key, "x")
        with subprocess.Popen([SIGNET, "jws", "verify", "--key", key, "--batch"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(token.encode() + b"\n")
                process.stdin.flush()
                self.assertEqual(process.stdout.readline(), b"ok eA\n")
            process.stdin.close()
        self.assertEqual(process.returncode, 0)

    def test_json(self):
        key = self.new_key()
        token = self.sign(key, "--json", "x")
        token = json.loads(token)["token"]
        self.assertEqual(self.fine("jws", "verify", "--key", key, "--json", token).json["payload"], "eA")
        ended = run("jws", "verify", "--key", key, "--json", "x")
        self.assertEqual((ended.status, ended.json["error"]["code"]), (1, "malformed"))

    def test_a_refused_key_is_the_answer_for_every_token(self):
        weak = self.file("weak", '{"kty":"oct","alg":"HS256","k":"AAAA"}')
        ended = self.refused("jws", "verify", "--key", weak, "--batch", stdin="a\nb\n")
        self.assertEqual([line.split()[:2] for line in ended.text.splitlines()], [["error", "invalid_argument"]] * 2)
        self.assertIn(b"weak", ended.err)
        self.assertTrue(self.refused("jws", "verify", "--key", weak, "a").line.startswith("error invalid_argument "))

    def test_kid(self):
        key = self.new_key()
        other = json.loads(read(self.new_key(name="other")))
        public = self.fine("key", "public", "--in", key).json
        jwks = self.file("jwks", json.dumps({"keys": [public]}))
        nameless = self.sign(key, "--header", "{}", "x")
        stranger = self.sign(key, "--header", json.dumps({"kid": other["kid"]}), "x")
        self.assertEqual(self.fine("jws", "verify", "--key", key, nameless).line, "ok eA")
        self.assertEqual(self.fine("jws", "verify", "--key", jwks, self.sign(key, "x")).line, "ok eA")
        for keys, token in ((jwks, nameless), (key, stranger), (jwks, stranger)):
            self.assertTrue(run("jws", "verify", "--key", keys, token).line.startswith("error unknown_key "))

    def test_a_key_that_may_not_verify(self):
        key = self.new_key()
        token = self.sign(key, "x")
        for limit in ({"use": "enc"}, {"key_ops": ["sign"]}):
            public = self.fine("key", "public", "--in", key).json
            limited = self.file("limited", json.dumps(public | limit))
            ended = run("jws", "verify", "--key", limited, token)
            self.assertEqual(ended.status, 1)
            self.assertTrue(ended.line.startswith("error invalid_argument "), ended)

    def test_files_that_cannot_be_read(self):
        for name in (self.path("none"), self.folder):
            ended = self.misused("jws", "verify", "--key", name, "x")
            self.assertIn(name.encode(), ended.err)
            self.assertEqual(ended.out, b"")
        ended = self.misused("jws", "verify", "--json", "--key", self.path("none"), "x")
        self.assertEqual(ended.json["error"]["code"], "not_found")

    def test_standard_input_once(self):
        self.assertIn(b"once", self.misused("jws", "verify", "--key", "-", "-", stdin=b"{}").err)


class Tokens(CliTest):
    CLAIMS = {"iss": "i", "aud": ["orders", "billing"], "exp": 2000, "nbf": 1000, "x": [1, {"y": None}], "f": 1.5}

    def setUp(self):
        super().setUp()
        self.key = self.new_key()

    def sign(self, claims, *arguments, **more):
        return self.fine("sign", "--key", self.key, "--claims", claims, *arguments, **more).line

    def verify(self, token, *arguments, audience="orders", issuer="i", at="1500", keys=None):
        return run("verify", "--keys", keys or self.key, "--issuer", issuer, "--audience", audience, "--at", at,
                   *arguments, token)

    def test_adds_nothing_to_the_claims(self):
        text = json.dumps(self.CLAIMS)
        for token in (self.sign(text), self.sign("-", stdin=text), self.sign("@" + self.file("claims", text))):
            self.assertEqual(json.loads(unb64(token.split(".")[1])), self.CLAIMS)
            header = json.loads(unb64(token.split(".")[0]))
            self.assertEqual(header["typ"], "at+jwt")
        self.assertEqual(unb64(self.sign("{}").split(".")[1]), b"{}")

    def test_claims_that_will_not_do(self):
        for claims in ("", "[]", "x", '{"a":1,"a":2}', "@" + self.path("none")):
            self.misused("sign", "--key", self.key, "--claims", claims)

    def test_good(self):
        token = self.sign(json.dumps(self.CLAIMS))
        ended = self.verify(token)
        self.assertEqual((ended.status, ended.err), (0, b""))
        word, claims = ended.line.split(" ", 1)
        self.assertEqual((word, json.loads(claims)), ("ok", self.CLAIMS))
        self.assertEqual(self.verify(token, "--json").json, {"claims": self.CLAIMS})

    def test_refused_for_each_reason(self):
        token = self.sign(json.dumps(self.CLAIMS))
        id_token = self.sign(json.dumps(self.CLAIMS), "--typ", "JWT")
        for code, ended in (
            ("wrong_issuer", self.verify(token, issuer="j")),
            ("wrong_audience", self.verify(token, audience="order")),
            ("expired", self.verify(token, at="2000")),
            ("not_yet_valid", self.verify(token, at="999")),
            ("wrong_type", self.verify(id_token)),
            ("malformed", self.verify("x")),
            ("malformed", self.verify("")),
            ("bad_signature", self.verify(token[:-8] + "AAAAAAAA")),
        ):
            self.assertEqual(ended.status, 1, code)
            self.assertTrue(ended.line.startswith(f"error {code} "), ended)
        self.assertEqual(self.verify(id_token, "--typ", "JWT").status, 0)
        self.assertEqual(self.verify(token, "--leeway", "5", at="2004").status, 0)

    def test_a_refusal_quotes_both_sides(self):
        token = self.sign(json.dumps(self.CLAIMS))
        bare = self.sign('{"exp":2000}')
        for ended, note in (
            (self.verify(token, issuer="i/"), 'iss is "i", wanted "i/"'),
            (self.verify(bare), 'iss is missing, wanted "i"'),
            (self.verify(token, audience="order"), 'aud is ["orders","billing"], wanted "order"'),
            (self.verify(self.sign('{"iss":"i","exp":2000}')), 'aud is missing, wanted "orders"'),
            (self.verify(token, at="2180"), "expired 3 minutes ago (1970-01-01 00:33:20 UTC)"),
            (self.verify(token, at="940"), "not valid yet: nbf is in 1 minute (1970-01-01 00:16:40 UTC)"),
            (self.verify(self.sign("{\"exp\":2000}", "--typ", "JWT")), 'typ is "JWT", wanted "at+jwt"'),
        ):
            self.assertEqual((ended.status, ended.err.decode()), (1, f"signet: {note}\n"))
        batch = run("verify", "--keys", self.key, "--issuer", "j", "--audience", "orders", "--batch", stdin=token + "\n")
        self.assertEqual((batch.status, batch.err), (1, b""))

    def test_nothing_is_quoted_from_a_token_whose_signature_does_not_hold(self):
        token = self.sign(json.dumps(self.CLAIMS))
        for bad in (token[:-8] + "AAAAAAAA", token + "A"):
            ended = self.verify(bad, issuer="j")
            self.assertEqual((ended.status, ended.err), (1, b""))

    def test_what_is_quoted_moves_no_terminal(self):
        hostile = "\x1b[2J\u202e\x07\r\n"
        for claims in ({"iss": hostile}, {"iss": "i", "aud": [hostile]}):
            ended = self.verify(self.sign(json.dumps({"exp": 2000} | claims)))
            self.assertEqual(ended.status, 1)
            self.assertTrue(all(0x20 <= byte < 0x7F for byte in ended.err[:-1]) and ended.err.endswith(b"\n"), ended)

    def test_no_token(self):
        for ended in (self.verify(""), self.verify("\n"), run("jws", "verify", "--key", self.key, stdin="")):
            self.assertTrue(ended.line.startswith("error malformed "), ended)
            self.assertEqual((ended.status, ended.err.decode()),
                             (1, "signet: there is no token: the text given is empty\n"))

    def test_an_rsa_key_that_names_no_algorithm(self):
        key = self.new_key("RS256", "rsa.jwk")
        pem = self.file("rsa.pem", self.fine("key", "public", "--in", key, "--format", "pem").out)
        ended = self.verify("x", keys=pem)
        self.assertEqual((ended.status, ended.err.count(b"--alg RS256"), ended.err.count(b"\n")), (1, 1, 1), ended)
        self.assertIn(b"--alg RS256", self.refused("key", "thumbprint", "--in", pem).err)
        self.assertEqual(self.verify("x", "--alg", "RS256", keys=pem).err, b"")
        junk = self.file("junk.pem", "junk")
        self.assertNotIn(b"--alg", self.refused("key", "thumbprint", "--in", junk).err)

    def test_policies_that_make_no_sense(self):
        for ended in (self.verify("x", issuer=""), self.verify("x", audience=""), self.verify("x", "--leeway", "601"),
                      self.verify("x", "--leeway", "-1"), self.verify("x", "--typ", "")):
            self.assertEqual((ended.status, ended.out), (2, b""))

    def test_keys_by_url(self):
        jwks = self.fine("key", "public", "--in", self.key, "--format", "jwks").out

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path in ("/jwks", "/none") else 404)
                self.end_headers()
                self.wfile.write(jwks if self.path == "/jwks" else b'{"keys":[]}')

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever).start()
        url = f"http://127.0.0.1:{server.server_port}"
        token = self.sign(json.dumps(self.CLAIMS))
        self.assertEqual(self.verify(token, keys=url + "/jwks").status, 0)
        self.assertEqual(self.verify(token, keys=url + "/other").status, 2)
        shared = self.verify(token, keys=url + "/none")
        self.assertEqual(shared.status, 1)
        self.assertIn(b"use --keys shared-secret.jwk", shared.err)
        self.assertEqual(self.verify(token, keys="http://127.0.0.1:1/jwks").status, 2)


if __name__ == "__main__":
    unittest.main()

"""Three APIs of one issuer: what they accept, what they refuse and how, and how they come by their keys."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
import unittest

from case import BIN, FAST, QUICK, IssuerCase, free_port, request

PATHS = {"orders": "/orders", "inventory": "/stock", "billing": "/invoices"}


def encoded(data):
    data = data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def hs256(header, claims, secret):
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{encoded(hmac.digest(secret, text.encode(), hashlib.sha256))}"


class ApisCase(IssuerCase):
    ways = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin("POST", "users", {"username": "alice", "password": "correct horse battery staple",
                                    "scope": "orders:read orders:write", "roles": ["accountant"],
                                    "claims": {"warehouses": ["berlin"], "approval_limit": 500}})
        cls.urls = {name: cls.world.start_api(name, cls.way(name)) for name in PATHS}

    def get(self, api, token=None, **more):
        return request("GET", self.urls[api] + PATHS[api], token=token, **more)

    def assert_refused(self, api, token, *reasons):
        """401 in the same words whatever is wrong; the reason is in the API's log, and the token is not."""
        log = self.world.apis[api]
        before = len(log.output())
        answer = self.get(api, token)
        self.assert_problem(answer, 401)
        self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="api", error="invalid_token"')
        self.assertEqual(answer.json(), {"type": "about:blank", "title": "the token is not valid", "status": 401})
        said = log.output()[before:]
        self.assertRegex(said, rf"GET {PATHS[api]} refused: ({'|'.join(reasons)}) ")
        for part in filter(None, token.split(".")):
            self.assertNotIn(part, said)


class RS256Test(ApisCase):
    settings = QUICK

    @classmethod
    def way(cls, name):
        if name != "inventory":
            return ["--cache", f"cache-{name}"]
        jwks = request("GET", f"{cls.world.url}/.well-known/jwks.json").body
        pem = cls.world.signet("key", "public", "--in", "-", "--format", "pem", stdin=jwks)
        (cls.world.folder / "issuer.pem").write_text(pem)
        return ["--key", "issuer.pem", "--algorithm", "RS256"]

    def test_one_token_opens_all_three_and_names_them(self):
        token = self.log_in("alice")["access_token"]
        for api in PATHS:
            self.assertEqual(self.get(api, token).status, 200)
        header, claims = map(decoded, token.split(".")[:2])
        self.assertEqual((header["alg"], header["typ"]), ("RS256", "at+jwt"))
        self.assertEqual(sorted(claims["aud"]), sorted(PATHS))
        self.assertEqual((claims["iss"], claims["exp"] - claims["iat"]), (self.world.url, 600))
        self.assertEqual((claims["scope"], claims["roles"]), ("orders:read orders:write", ["accountant"]))
        self.assertEqual((claims["warehouses"], claims["approval_limit"]), (["berlin"], 500))

    def test_what_the_token_does_not_allow_is_403(self):
        self.new_user("bob", scope="orders:read")
        token = self.log_in("bob")["access_token"]
        self.assertEqual(self.get("orders", token).status, 200)
        for method, api, path in (("POST", "orders", "/orders"), ("POST", "inventory", "/stock/berlin"),
                                  ("GET", "billing", "/invoices"), ("POST", "billing", "/invoices/i-1/approval")):
            answer = request(method, self.urls[api] + path, "5" if method == "POST" else None, token)
            self.assert_problem(answer, 403)
            self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="api", error="insufficient_scope"')

    def test_without_a_token_the_challenge_has_no_error(self):
        for api in PATHS:
            answer = self.get(api)
            self.assert_problem(answer, 401)
            # RFC 6750 §3-1, RFC 6750 §3-2, RFC 6750 §3-3; without an error: RFC 6750 §3.1-1.
            self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="api"')

    def test_a_token_for_another_audience_is_refused(self):
        token = self.log_in("alice", audience="billing")["access_token"]
        self.assertEqual(self.get("billing", token).status, 200)
        self.assert_refused("orders", token, "wrong_audience")
        self.assert_refused("inventory", token, "wrong_audience")
        self.assert_refused("orders", self.log_in("alice", audience="signet")["access_token"], "unknown_key",
                            "unsupported")

    def test_any_character_changed_is_refused(self):
        token = self.log_in("alice")["access_token"]
        dots = [i for i, c in enumerate(token) if c == "."]
        places = set(range(0, len(token) - 1, 37)) | {dots[0] - 1, dots[0] + 1, dots[1] - 1, dots[1] + 1} | set(dots)
        for place in sorted(places):
            changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1:]
            self.assert_refused("orders", changed, "malformed", "unsupported", "unknown_key", "bad_signature",
                                "wrong_type")

    def test_forgeries_are_refused(self):
        token = self.log_in("alice")["access_token"]
        header, claims = map(decoded, token.split(".")[:2])
        pem = (self.world.folder / "issuer.pem").read_bytes()
        for api in ("orders", "inventory"):
            self.assert_refused(api, hs256({**header, "alg": "HS256"}, claims, pem), "unsupported", "bad_signature",
                                "malformed")
            for name in ("none", "None", "nOnE"):
                unsigned = f"{encoded({**header, 'alg': name})}.{encoded(claims)}."
                self.assert_refused(api, unsigned, "malformed", "unsupported")
            self.assert_refused(api, ".".join(token.split(".")[:2]) + ".", "malformed", "bad_signature")

    def test_a_signature_by_another_key_is_refused_whatever_its_name(self):
        token = self.log_in("alice")["access_token"]
        header, claims = map(decoded, token.split(".")[:2])
        key = json.loads(self.world.signet("key", "generate", "--alg", "RS256"))
        for api in ("orders", "inventory"):
            for kid, reason in ((key["kid"], "unknown_key"), (header["kid"], "bad_signature")):
                forged = self.world.signet("sign", "--key", "-", "--claims", json.dumps(claims),
                                           stdin=json.dumps({**key, "kid": kid})).strip()
                self.assertEqual(decoded(forged.split(".")[0])["kid"], kid)
                self.assert_refused(api, forged, reason)

    def test_an_expired_token_is_refused(self):
        self.admin("PATCH", "services/orders", {"access_seconds": 1})
        self.addCleanup(self.admin, "PATCH", "services/orders", {"access_seconds": 0})
        login = self.log_in("alice", audience="orders")
        self.assertEqual(login["expires_in"], 1)
        token = login["access_token"]
        time.sleep(max(0.0, decoded(token.split(".")[1])["exp"] - time.time()))
        self.assert_refused("orders", token, "expired")

    def test_other_schemes_and_odd_headers_are_refused(self):
        token = self.log_in("alice")["access_token"]
        for value in (f"Basic {token}", token, "Bearer", "Bearer ", f"Bearer {token} {token}", f"Bearer {token}.",
                      f"Bearer {token},", "Bearer " + "a" * 15000):
            self.assert_problem(self.get("orders", headers={"Authorization": value}), 401)
        self.assertEqual(self.get("orders", headers={"Authorization": f"bearer {token}"}).status, 200)  # RFC 9110, 11.1


class SharedSecretTest(ApisCase):
    settings = ("--tokens-algorithm", "HS256", *QUICK)

    @classmethod
    def way(cls, _):
        return ["--key", "signet-data/shared-secret.jwk"]

    def test_one_token_opens_all_three(self):
        token = self.log_in("alice")["access_token"]
        self.assertEqual(decoded(token.split(".")[0])["alg"], "HS256")
        for api in PATHS:
            self.assertEqual(self.get(api, token).status, 200)

    def test_another_secret_is_refused(self):
        header, claims = map(decoded, self.log_in("alice")["access_token"].split(".")[:2])
        self.assert_refused("orders", hs256(header, claims, b"s" * 32), "bad_signature")
        self.assert_refused("orders", hs256(header, claims, b""), "bad_signature")

    def test_the_secret_is_not_published(self):
        self.assertEqual(request("GET", f"{self.world.url}/.well-known/jwks.json").json(), {"keys": [], "version": 0})
        self.assertEqual((self.world.data / "shared-secret.jwk").stat().st_mode & 0o777, 0o600)


class SecretOfOneServiceTest(IssuerCase):
    def test_its_tokens_are_good_there_and_nowhere_else(self):
        created = self.admin("POST", "services", {"name": "ledger", "shared_secret": True}).json()
        (self.world.folder / "ledger.jwk").write_text(created["secret"])
        self.new_user("alice", scope="orders:read")
        token = self.log_in("alice", audience="ledger")["access_token"]
        judged = self.world.signet("verify", "--keys", "ledger.jwk", "--issuer", self.world.url, "--audience", "ledger",
                                   token)
        self.assertTrue(judged.startswith("ok "), judged)
        orders = self.world.start_api("orders")
        self.assertEqual(request("GET", f"{orders}/orders", token=token).status, 401)
        self.assertNotIn("ledger", decoded(self.log_in("alice")["access_token"].split(".")[1])["aud"])
        self.assertNotIn("secret\":\"", self.admin("GET", "services/ledger").body)


class KeysTest(IssuerCase):
    """An API while the issuer is down."""

    settings = FAST

    def start_refused(self, *arguments):
        done = subprocess.run([BIN / "orders", *map(str, arguments)], cwd=self.world.folder, capture_output=True,
                              text=True,
                              timeout=30)
        self.assertEqual(done.returncode, 1, done)
        self.assertEqual(done.stderr.count("\n"), 1, done)
        return done.stderr

    def test_without_a_copy_it_does_not_start_and_says_why(self):
        said = self.start_refused("--port", free_port(), "--issuer", f"http://127.0.0.1:{free_port()}")
        self.assertEqual(said, "orders: no keys to check tokens with: nobody answers at the server's address\n")

    def test_keys_that_are_no_good_stop_the_start(self):
        folder = self.new_folder()
        (folder / "empty").write_text("")
        (folder / "text").write_text("-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n")
        for name in ("absent", "empty", "text"):
            said = self.start_refused("--port", free_port(), "--issuer", self.world.url, "--key", folder / name)
            self.assertTrue(said.startswith("orders: no keys to check tokens with: "), said)
        said = self.start_refused("--port", free_port(), "--issuer", "http://192.0.2.1")
        self.assertIn("https", said)

    def test_it_starts_from_its_copy_and_takes_no_other_issuers(self):
        self.new_user("alice", scope="orders:read")
        token = self.log_in("alice")["access_token"]
        orders = self.world.start_api("orders", ["--cache", "copies"])
        self.assertEqual(request("GET", f"{orders}/orders", token=token).status, 200)
        self.world.stop_issuer()
        self.addCleanup(self.world.start_issuer)

        orders = self.world.start_api("orders", ["--cache", "copies"])
        self.assertEqual(request("GET", f"{orders}/orders", token=token).status, 200)
        self.assertEqual(request("GET", f"{orders}/orders", token=token[:-8] + "AAAAAAAA").status, 401)
        self.start_refused("--port", free_port(), "--issuer", f"http://127.0.0.1:{free_port()}", "--cache", "copies")
        for copy in (self.world.folder / "copies").iterdir():
            copy.write_text(copy.read_text()[:-20])
        self.start_refused("--port", free_port(), "--issuer", self.world.url, "--cache", "copies")


if __name__ == "__main__":
    unittest.main()

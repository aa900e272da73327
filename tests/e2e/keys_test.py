"""The issuer's keys change under a running API, and a program gets its tokens with a stock OAuth client."""

import base64
import json
import os
import unittest

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP, to this machine only
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError  # noqa: E402
from requests_oauthlib import OAuth2Session  # noqa: E402

from case import FAST, PASSWORD, IssuerCase, await_that, request  # noqa: E402


class KeysTest(IssuerCase):
    settings = (*FAST, "--log-level", "debug")  # which tells who fetches the keys

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin("POST", "users", {"username": "alice", "password": PASSWORD, "scope": "orders:read"})
        cls.api = cls.world.start_api("orders")
        cls.world.signet("login", "admin", "--audience", "signet", "--password-stdin",
                         stdin=cls.world.admin_password + "\n")

    def new_token(self):
        return self.world.login("alice", PASSWORD).json()["access_token"]

    def status(self, token):
        return request("GET", f"{self.api}/orders", token=token).status

    def signet(self, *arguments):
        return json.loads(self.world.signet("signing-key", *arguments, "--json"))

    def await_fetch(self, unknown_token):
        """Shows the API a token of an unknown key until it has fetched the keys again."""
        def fetches():
            return self.world.issuer.output().count("jwks.json")
        before = fetches()
        await_that(lambda: self.status(unknown_token) == 401 and fetches() > before, "the API to fetch the keys")

    def forged(self, token):
        """The same with another kid: nobody has that key."""
        header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
        header["kid"] = "nobody-has-this-key"
        text = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        return ".".join([text, *token.split(".")[1:]])

    def test_1_a_key_that_was_published_ahead_takes_over_and_no_token_is_refused(self):
        old = self.new_token()
        self.assertEqual(self.status(old), 200)
        self.assertEqual(self.signet("rotate")["state"], "next")
        self.await_fetch(self.forged(old))
        self.assertEqual(self.signet("rotate", "--now")["state"], "active")
        for _ in range(20):
            self.assertEqual([self.status(self.new_token()), self.status(old)], [200, 200])
        states = [key["state"] for key in self.signet("list")["keys"]]
        self.assertEqual(sorted(states), ["active", "retired"])
        self.assertIn("retired", self.world.signet("signing-key", "list"))

    def test_2_what_a_dropped_key_signed_is_refused(self):
        old = self.new_token()
        self.assertEqual(self.status(old), 200)
        active = next(key["kid"] for key in self.signet("list")["keys"] if key["state"] == "active")
        self.assertEqual(self.signet("drop", active), {"dropped": active})
        fresh = self.new_token()
        await_that(lambda: self.status(fresh) == 200, "the API to know the new key")
        self.assertEqual(self.status(old), 401)
        with self.assertRaisesRegex(RuntimeError, "there is no such signing key"):
            self.world.signet("signing-key", "drop", active)

    def test_3_the_keys_live_through_a_kill(self):
        active = [key["kid"] for key in self.signet("list")["keys"] if key["state"] == "active"]
        self.world.stop_issuer(9)
        self.world.start_issuer()
        self.assertEqual([key["kid"] for key in self.signet("list")["keys"] if key["state"] == "active"], active)


class SharedSecretTest(IssuerCase):
    settings = (*FAST[2:], "--tokens-algorithm", "HS256")

    def test_it_does_not_rotate_and_says_so(self):
        answer = self.admin("POST", "keys/rotate")
        self.assert_problem(answer, 409, detail="does not rotate")
        self.assertTrue(self.admin("GET", "keys").json()["shared_secret"])


class AccountTest(IssuerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.world.start_api("orders")
        cls.world.signet("login", "admin", "--audience", "signet", "--password-stdin",
                         stdin=cls.world.admin_password + "\n")

    def signet(self, *arguments):
        return json.loads(self.world.signet("account", *arguments, "--json"))

    def fetch(self, name, secret, in_form=False, **more):
        session = OAuth2Session(client=BackendApplicationClient(client_id=name))
        self.addCleanup(session.close)
        session.fetch_token(f"{self.world.url}/v1/token", client_id=name, client_secret=secret,
                            include_client_id=in_form, **more)
        return session

    def test_a_stock_client_gets_a_token_and_uses_it(self):
        secret = self.signet("add", "reports", "--scope", "orders:read", "--service", "orders")["secret"]
        for in_form in (False, True):
            session = self.fetch("reports", secret, in_form)
            self.assertEqual(session.get(f"{self.api}/orders").status_code, 200)
        self.assertEqual(self.fetch("reports", secret, scope="orders:read").token["scope"], ["orders:read"])
        with self.assertRaises(InvalidClientError):
            self.fetch("reports", "wrong")

    def test_the_commands(self):
        old = self.signet("add", "robot", "--role", "clerk", "--access-lifetime", "5m")["secret"]
        self.assertEqual(self.fetch("robot", old).token["expires_in"], 300)
        self.assertEqual(self.signet("change", "robot", "--no-roles")["roles"], [])
        self.assertEqual(self.signet("show", "robot")["access_seconds"], 300)
        self.assertIn("robot", self.world.signet("account", "list"))
        new = self.signet("secret", "robot")["secret"]
        with self.assertRaises(InvalidClientError):
            self.fetch("robot", old)
        self.fetch("robot", new)
        self.assertTrue(self.signet("disable", "robot")["disabled"])
        with self.assertRaises(InvalidClientError):
            self.fetch("robot", new)
        self.assertFalse(self.signet("enable", "robot")["disabled"])
        self.fetch("robot", new)
        self.assertEqual(self.signet("remove", "robot"), {"removed": "robot"})
        self.assertNotIn("robot", [account["name"] for account in self.signet("list")["accounts"]])


if __name__ == "__main__":
    unittest.main()

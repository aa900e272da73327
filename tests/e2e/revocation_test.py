"""Whatever ends a session: running APIs refuse its tokens soon, also after crashes, and with nobody to ask."""

import base64
import json
import signal
import unittest

from case import FAST, IssuerCase, await_that, request
from world import Relay  # from examples/, which case has put on the path

PATHS = {"orders": "/orders", "inventory": "/stock"}


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class RevocationCase(IssuerCase):
    """Two running APIs: one fetches the keys and keeps copies, the other was handed the key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        jwks = request("GET", f"{cls.world.url}/.well-known/jwks.json").body
        (cls.world.folder / "key.jwks").write_text(jwks)
        cls.ways = {"orders": ["--cache", "copies"], "inventory": ["--key", "key.jwks"]}
        cls.urls = {name: cls.world.start_api(name, way) + PATHS[name] for name, way in cls.ways.items()}

    def new_login(self, name, **more):
        self.new_user(name, scope="orders:read", **more)
        return self.log_in(name)

    def revoke(self, body):
        answer = self.admin("POST", "revocations", body)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def statuses(self, token):
        return [request("GET", url, token=token).status for url in self.urls.values()]

    def assert_accepted(self, token):
        self.assertEqual(self.statuses(token), [200] * len(self.urls))

    def assert_refused_soon(self, token):
        logs = {name: len(self.world.apis[name].output()) for name in self.urls}
        await_that(lambda: self.statuses(token) == [401] * len(self.urls), "all APIs to refuse", 10)
        for name, before in logs.items():
            self.assertRegex(self.world.apis[name].output()[before:], "refused: revoked ")


class WhatEndsASessionTest(RevocationCase):
    def test_revoking_a_session_ends_that_one_alone(self):
        lost, kept = self.new_login("alice"), self.log_in("alice")
        self.assert_accepted(lost["access_token"])
        answer = self.revoke({"session": lost["session"]["id"]})
        self.assertEqual(answer["revoked"], 1)
        self.assert_refused_soon(lost["access_token"])
        self.assert_accepted(kept["access_token"])
        self.assertEqual(self.refresh(lost["refresh_token"]).status, 401)
        self.refreshed(kept["refresh_token"])

    def test_every_access_token_of_the_session_goes_with_it(self):
        login = self.new_login("several")
        second = self.refresh(login["refresh_token"]).json()
        self.assert_accepted(second["access_token"])
        self.revoke({"session": login["session"]["id"]})
        self.assert_refused_soon(login["access_token"])
        self.assert_refused_soon(second["access_token"])

    def test_revoking_a_user_ends_all_of_theirs_and_nobody_elses(self):
        bob = self.new_login("bob")["access_token"]
        user = self.new_user("carol", scope="orders:read")
        tokens = [self.log_in("carol")["access_token"] for _ in range(3)]
        self.assertEqual(self.revoke({"user": user})["revoked"], 3)
        for token in tokens:
            self.assert_refused_soon(token)
        self.assert_accepted(bob)
        self.assert_accepted(self.log_in("carol")["access_token"])

    def test_revoking_a_service_account(self):
        made = self.admin("POST", "accounts", {"name": "robot", "scope": "orders:read"})
        self.assertEqual(made.status, 201, made)

        def new_token():
            answer = request("POST", f"{self.world.url}/v1/token", f"grant_type=client_credentials&client_id=robot"
                             f"&client_secret={made.json()['secret']}",
                             headers={"Content-Type": "application/x-www-form-urlencoded"})
            self.assertEqual(answer.status, 200, answer)
            return answer.json()["access_token"]
        token = new_token()
        self.assert_accepted(token)
        self.revoke({"account": "robot"})
        self.assert_refused_soon(token)
        self.assert_accepted(new_token())

    def test_revoking_everyone_also_ends_whoever_asked(self):
        tokens = [self.new_login(name)["access_token"] for name in ("dave", "erin")]
        for token in tokens:
            self.assert_accepted(token)
        before = self.admin_token
        self.revoke({"everyone": True})
        for token in tokens:
            self.assert_refused_soon(token)
        self.assert_problem(self.admin("GET", "users"), 401)
        self.assert_accepted(self.log_in("dave")["access_token"])
        login = self.world.login("admin", self.world.admin_password, audience="signet").json()
        type(self).admin_token = login["access_token"]
        self.assertNotEqual(before, self.admin_token)

    def test_whatever_else_ends_a_session(self):
        def log_out(login):
            return self.post("logout", {"refresh_token": login["refresh_token"]})

        def reuse(login):
            self.refreshed(self.refreshed(login["refresh_token"]))
            return self.refresh(login["refresh_token"])

        def change(**fields):
            return lambda login: self.admin("PATCH", f"users/{claims_of(login['access_token'])['sub']}", fields)

        def remove(login):
            return self.admin("DELETE", f"users/{claims_of(login['access_token'])['sub']}")
        ways = {"logout": (log_out, 204), "reuse": (reuse, 401), "disabled": (change(disabled=True), 200),
                "password": (change(password="another long password"), 200), "deleted": (remove, 204)}
        for name, (end, status) in ways.items():
            with self.subTest(name):
                login = self.new_login(name)
                self.assert_accepted(login["access_token"])
                answer = end(login)
                self.assertEqual(answer.status, status, answer)
                self.assert_refused_soon(login["access_token"])


class VerifierTest(RevocationCase):
    """APIs that say who they are are listed, and waited for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key = cls.admin("POST", "services/orders/verifier-keys").json()["verifier_key"]
        cls.urls["orders"] = cls.world.start_api("orders", cls.ways["orders"],
                                                 environment={"SIGNET_VERIFIER_KEY": key}) + PATHS["orders"]

    def test_a_revocation_tells_when_they_have_heard_of_it(self):
        def is_listed():
            listed = self.admin("GET", "verifiers").json()["verifiers"]
            return [(v["service"], v["connected"], v["max_staleness"]) for v in listed] == [("orders", True, 600)]
        await_that(is_listed, "orders to be listed", 10)
        login = self.new_login("alice")
        answer = self.revoke({"session": login["session"]["id"]})
        url = f"{self.world.url}/v1/admin/revocations/{answer['seq']}"
        progress = await_that(lambda: (p := request("GET", url, token=answer["ticket"]).json())["complete"] and p,
                              "the revocation to be everywhere", 10)
        self.assertEqual((progress["applied"], progress["verifiers"], progress["waiting_for"]), (1, 1, []))
        self.assertEqual(request("GET", self.urls["orders"], token=login["access_token"]).status, 401)
        self.assert_refused_soon(login["access_token"])

    def test_with_a_wrong_key_an_api_does_not_start_and_says_why(self):
        with self.assertRaisesRegex(RuntimeError, "the issuer does not know this verifier key"):
            self.world.start_api("orders-2", [], environment={"SIGNET_VERIFIER_KEY": "wrong"})
        del self.world.apis["orders-2"]


class CrashTest(RevocationCase):
    def feed(self, position=None):
        query = f"?after={position['seq']}&epoch={position['epoch']}&wait=0" if position else ""
        return claims_of(request("GET", f"{self.world.url}/v1/revocations{query}").body)

    def assert_in_feed(self, token, before):
        place = claims_of(token)["status"]["status_list"]
        batch = self.feed(before)
        self.assertEqual((batch["epoch"], batch["after"]), (before["epoch"], before["seq"]))
        self.assertIn(place["idx"], batch["revoked"][place["uri"].rpartition("/")[2]])

    def kill_and_restart_issuer(self):
        self.assertEqual(self.world.stop_issuer(signal.SIGKILL), -signal.SIGKILL)
        self.world.start_issuer()

    def test_what_was_acknowledged_outlives_a_kill(self):
        for turn in range(3):
            login = self.new_login(f"victim{turn}")
            self.assert_accepted(login["access_token"])
            before = self.feed()
            self.revoke({"session": login["session"]["id"]})
            self.kill_and_restart_issuer()
            self.assert_in_feed(login["access_token"], before)
            self.assert_refused_soon(login["access_token"])
            self.assert_accepted(self.log_in(f"victim{turn}")["access_token"])

    def test_an_api_that_could_not_hear_of_it_hears_of_it_afterwards(self):
        cable = Relay(self.world.port)
        self.addCleanup(cable.cut)
        url = self.world.start_api("orders-2", ["--revocations", f"{cable.url}/v1", "--max-staleness", "30"])
        token = self.new_login("alice")["access_token"]
        self.assertEqual(request("GET", f"{url}/orders", token=token).status, 200)
        before = self.feed()
        cable.cut()
        self.revoke({"session": claims_of(token)["sid"]})
        self.kill_and_restart_issuer()
        self.assertEqual(request("GET", f"{url}/orders", token=token).status, 200)
        cable.mend()
        await_that(lambda: request("GET", f"{url}/orders", token=token).status == 401, "it to hear of it")
        self.assert_in_feed(token, before)

    def test_from_its_copy_an_api_refuses_with_nobody_to_ask(self):
        bad, good = self.new_login("bad"), self.new_login("good")
        self.revoke({"session": bad["session"]["id"]})
        self.assert_refused_soon(bad["access_token"])
        self.world.apis["orders"].stop(signal.SIGKILL)
        self.world.stop_issuer(signal.SIGKILL)
        self.addCleanup(self.world.start_issuer)
        url = self.world.start_api("orders", self.ways["orders"]) + PATHS["orders"]
        self.assertEqual(request("GET", url, token=bad["access_token"]).status, 401)
        self.assertIn("refused: revoked ", self.world.apis["orders"].output())
        self.assertEqual(request("GET", url, token=good["access_token"]).status, 200)

    def test_out_of_touch_for_too_long_it_lets_nobody_in_until_the_issuer_is_back(self):
        url = self.world.start_api("orders-2", ["--max-staleness", "5"]) + PATHS["orders"]
        token = self.new_login("patient")["access_token"]
        self.assertEqual(request("GET", url, token=token).status, 200)
        self.world.stop_issuer()
        await_that(lambda: request("GET", url, token=token).status == 503, "it to be out of touch for too long")
        self.assertIn("refused: stale ", self.world.apis["orders-2"].output())
        self.assertEqual(request("GET", self.urls["orders"], token=token).status, 200)  # it has its ten minutes
        self.world.start_issuer()
        await_that(lambda: request("GET", url, token=token).status == 200, "it to be in touch again")


class SharedSecretTest(RevocationCase):
    """The feed is signed with the secret that the APIs hold."""

    settings = ("--tokens-algorithm", "HS256", *FAST[2:])

    @classmethod
    def setUpClass(cls):
        IssuerCase.setUpClass.__func__(cls)
        way = ["--key", "signet-data/shared-secret.jwk"]
        cls.urls = {name: cls.world.start_api(name, way) + path for name, path in PATHS.items()}

    def test_a_revoked_session_is_refused(self):
        lost, kept = self.new_login("alice"), self.log_in("alice")
        self.assert_accepted(lost["access_token"])
        self.revoke({"session": lost["session"]["id"]})
        self.assert_refused_soon(lost["access_token"])
        self.assert_accepted(kept["access_token"])


class SecretOfOneServiceTest(RevocationCase):
    """The feed, asked for in that service's name, is signed with its secret."""

    @classmethod
    def setUpClass(cls):
        IssuerCase.setUpClass.__func__(cls)
        cls.admin("DELETE", "services/orders")
        made = cls.admin("POST", "services", {"name": "orders", "shared_secret": True}).json()
        (cls.world.folder / "orders.jwk").write_text(made["secret"])
        cls.urls = {"orders": cls.world.start_api("orders", ["--key", "orders.jwk"]) + PATHS["orders"]}

    def test_a_revoked_session_is_refused(self):
        self.new_user("alice", scope="orders:read")
        lost, kept = (self.log_in("alice", audience="orders") for _ in range(2))
        self.assert_accepted(lost["access_token"])
        self.revoke({"session": lost["session"]["id"]})
        self.assert_refused_soon(lost["access_token"])
        self.assert_accepted(kept["access_token"])


if __name__ == "__main__":
    unittest.main()

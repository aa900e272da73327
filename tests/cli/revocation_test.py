#!/usr/bin/python3
"""`signet revoke`, `signet verifiers` and `signet service verifier-key`, against a real issuer; and a verifier that has
nothing of Signet: it follows the feed as docs/revocation-feed.md says, with python3-jwt."""

import contextlib
import json
import os
import pty
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

import jwt

from issuer import PASSWORD, WithIssuer
from program import SIGNET, run


class Follower:
    """A verifier of the service `orders` that follows the feed in a thread, until it is cut off."""

    def __init__(self, issuer, key, instance, staleness=600):
        self.issuer = issuer
        self.headers = {"Authorization": f"Bearer {key}", "Signet-Instance": instance, "User-Agent": "follower/1",
                        "Signet-Max-Staleness": str(staleness)}
        self.keys = {}
        self.revoked = set()
        self.lists = [0, 0]
        self.ended = threading.Event()
        self.apply(self.poll("wait=0"))
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def poll(self, query):
        request = urllib.request.Request(f"{self.issuer}/v1/revocations?{query}", headers=self.headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def fetch_keys(self):
        with urllib.request.urlopen(self.issuer + "/.well-known/jwks.json", timeout=30) as answer:
            self.keys = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(json.load(answer)).keys}

    def apply(self, batch):
        header = jwt.get_unverified_header(batch)
        assert header["typ"] == "revocations+jwt", header
        if header["kid"] not in self.keys:
            self.fetch_keys()
        claims = jwt.decode(batch, self.keys[header["kid"]], algorithms=["RS256"], issuer=self.issuer)
        self.revoked |= {(int(number), idx) for number, all_of in claims["revoked"].items() for idx in all_of}
        self.lists = claims["lists"]
        self.position = f"epoch={claims['epoch']}&after={claims['seq']}"

    def follow(self):
        while not self.ended.is_set():
            self.apply(self.poll(self.position + "&wait=1"))

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.ended.set()
        self.thread.join(30)

    def refuses(self, token):
        where = jwt.decode(token, options={"verify_signature": False})["status"]["status_list"]
        number = int(where["uri"].rsplit("/", 1)[1])
        return number < self.lists[0] or (number, where["idx"]) in self.revoked


def sid(token):
    return jwt.decode(token, options={"verify_signature": False})["sid"]


def everything_on(screen):
    """What was written to a terminal that has been closed: Linux says so with EIO."""
    shown = b""
    with open(screen, "rb", buffering=0) as file, contextlib.suppress(OSError):
        while block := file.read(4096):
            shown += block
    return shown


class WithService(WithIssuer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = {"SIGNET_SERVER": cls.issuer.url}
        login = run("login", "admin", "--audience", "signet", "--no-save", "--password-stdin", env=env,
                    stdin=cls.password)
        admin = env | {"SIGNET_TOKEN": login.line}
        assert run("service", "add", "orders", env=admin).status == 0
        assert run("user", "add", "alice", "--password-stdin", env=admin, stdin=PASSWORD).status == 0
        cls.key = run("service", "verifier-key", "add", "orders", "--json", env=admin).json["verifier_key"]

    def revoke(self, *arguments, status=0, env=None):
        ended = run("revoke", *arguments, env=env or self.as_admin)
        self.assertEqual(ended.status, status, ended)
        return ended


class Followed(WithService):
    """One verifier follows throughout."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.follower = Follower(cls.issuer.url, cls.key, "follower-1").start()
        cls.addClassCleanup(cls.follower.stop)

    def token(self):
        return self.login("alice", "--print").line

    def test_a_session(self):
        first, second = self.token(), self.token()
        ended = self.revoke("session", sid(first), "--wait")
        self.assertRegex(ended.text,
                         rf"^revoked the session {sid(first)}\napplied by 1 of 1 verifier in \d+ ms\n$")
        self.assertEqual((self.follower.refuses(first), self.follower.refuses(second)), (True, False))

    def test_wait_in_front_of_what_to_revoke(self):
        token = self.token()
        self.assertIn("applied by 1 of 1", self.revoke("session", "--wait", sid(token)).text)
        self.assertIn("applied by 1 of 1", self.revoke("user", "--wait", "alice").text)

    def test_a_user_by_name(self):
        self.revoke("user", "alice")  # whatever other tests have left
        tokens = [self.token(), self.token()]
        ended = self.revoke("user", "ALICE", "--wait", "20s")
        self.assertIn("revoked 2 sessions of the user ALICE\n", ended.text)
        self.assertTrue(all(map(self.follower.refuses, tokens)))
        self.assertFalse(self.follower.refuses(self.token()))

    def test_an_account(self):
        account = self.admin("account", "add", "reports", "--json").json
        self.addCleanup(lambda: self.admin("account", "remove", "reports"))
        form = f"grant_type=client_credentials&client_id=reports&client_secret={account['secret']}"
        with urllib.request.urlopen(self.issuer.url + "/v1/token", data=form.encode(), timeout=30) as answer:
            token = json.load(answer)["access_token"]
        self.assertIn("revoked 1 session of the account reports\napplied by 1 of 1",
                      self.revoke("account", "reports", "--wait").text)
        self.assertTrue(self.follower.refuses(token))

    def test_a_signing_key(self):
        listed = self.admin("signing-key", "list", "--json").json["keys"]
        [kid] = [key["kid"] for key in listed if key["state"] == "active"]
        ended = self.revoke("key", kid, "--wait")
        self.assertRegex(ended.text,
                         rf"^dropped the key {kid}\napplied by 1 of 1 verifier in")
        self.assertNotIn(kid, self.follower.keys)

    def test_everyone_with_the_administrator(self):
        token = self.token()
        ended = self.revoke("everyone", "--yes", "--wait", "--json").json
        self.assertEqual((ended["applied"], ended["verifiers"], ended["complete"]), (1, 1, True))
        self.assertGreaterEqual(ended["revoked"], 2)
        self.assertTrue(self.follower.refuses(token))
        self.refused("user", "list", env=self.as_admin)
        verdict = run("verify", "--keys", self.issuer.url + "/.well-known/jwks.json", "--issuer", self.issuer.url,
                      "--audience", "orders", token)  # its list is closed
        self.assertTrue(verdict.line.startswith("error revoked "), verdict)

    def test_everyone_is_asked_about(self):
        for answer, status in ((b"y\n", 1), (b"yes\n", 0)):
            keyboard, terminal = pty.openpty()
            with subprocess.Popen([SIGNET, "revoke", "everyone"], stdin=terminal, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=self.as_admin) as process:
                os.write(keyboard, answer)
                out, err = process.communicate(timeout=60)
            os.close(keyboard)
            os.close(terminal)
            self.assertEqual(process.returncode, status, (out, err))
            self.assertIn(b"Type yes to go on: ", err)
            self.assertEqual(out.startswith(b"revoked all sessions: "), status == 0)

    def test_json(self):
        plain = self.revoke("user", "alice", "--json")
        self.assertEqual((set(plain.json), plain.err), ({"seq", "revoked", "ticket"}, b""))
        waited = self.revoke("user", "alice", "--json", "--wait").json
        self.assertEqual(set(waited), {"seq", "revoked", "applied", "verifiers", "complete", "took_ms",
                                       "listening_since", "waiting_for"})
        self.assertEqual(waited["waiting_for"], [])
        listed = self.admin("verifiers", "--json").json
        self.assertEqual(set(listed), {"seq", "epoch", "listening_since", "verifiers"})
        [one] = listed["verifiers"]
        self.assertEqual(set(one), {"service", "instance", "version", "address", "connected", "applied", "lag",
                                    "max_staleness", "last_contact", "fresh_until"})
        self.assertEqual([one[name] for name in ("service", "instance", "version", "lag", "max_staleness")],
                         ["orders", "follower-1", "follower/1", 0, 600])

    def test_the_table_of_verifiers(self):
        self.revoke("session", sid(self.token()), "--wait")
        head, row = self.admin("verifiers").text.splitlines()
        self.assertEqual(head.split("  ")[0], "SERVICE")
        self.assertRegex(row, r"^orders +follower-1 +follower/1 +\d+ +0 +\d{4}-\d\d-\d\dT[\d:]+Z +127\.0\.0\.1$")

    def test_what_is_not_there(self):
        self.assertIn(b"there is no user nobody", self.refused("revoke", "user", "nobody", env=self.as_admin).err)
        self.assertIn(b"no such account", self.refused("revoke", "account", "nobody", env=self.as_admin).err)
        self.assertIn(b"no such session", self.refused("revoke", "session", "none", env=self.as_admin).err)
        self.assertIn(b"no such signing key", self.refused("revoke", "key", "none", env=self.as_admin).err)
        error = self.refused("revoke", "user", "nobody", "--wait", "--json", env=self.as_admin).json["error"]
        self.assertEqual(error["code"], "not_found")

    def test_who_may_not(self):
        token = self.token()
        nobody = self.env | {"XDG_CONFIG_HOME": self.path("nobody")}
        for command in (("revoke", "user", "alice"), ("revoke", "everyone", "--yes"), ("verifiers",),
                        ("service", "verifier-key", "list", "orders")):
            self.assertIn(b"nobody is logged in", self.refused(*command, env=nobody).err)
            self.assertIn(b"--audience signet", self.refused(*command, "--token", token, env=self.env).err)

    def test_used_wrongly(self):
        for command in ((), ("session",), ("user", "x", "--wait", "soon"), ("user", "x", "--wait", "0"),
                        ("user", "x", "--wait=-1"), ("user", b"\xff"), ("everyone",), ("everyone", "x"),
                        ("user", "x", "--yes")):
            self.misused("revoke", *command, env=self.as_admin)

    def test_ids_that_begin_with_a_dash(self):
        for command in (("signing-key", "drop"), ("revoke", "key"), ("revoke", "session"), ("revoke", "session", "--wait=1s"),
                        ("service", "verifier-key", "remove", "orders")):
            for id in ("-cQA5T", "-hQA5T", "--QA5T", "-_QA5T"):  # -h alone asks for help
                with self.subTest(command=command, id=id):
                    ended = self.misused(*command, id, env=self.as_admin)
                    self.assertIn(f"does not know {id}; a value that begins with - goes behind --".encode(), ended.err)
                    self.assertIn(b"no such", self.refused(*command, "--", id, env=self.as_admin).err)
        self.assertNotIn(b"goes behind", self.misused("signing-key", "drop", "--jsno", env=self.as_admin).err)

    def test_a_verifier_keys_life(self):
        added = self.admin("service", "verifier-key", "add", "orders")
        self.assertRegex(added.text, r"^added [\w-]{22} for orders\nverifier key, shown only now: [\w-]{43}\n$")
        id, key = added.text.split()[1], added.text.split()[-1]
        listed = self.admin("service", "verifier-key", "list", "orders")
        self.assertIn(id, listed.text)
        self.assertNotIn(key, listed.text + self.admin("service", "verifier-key", "list", "orders", "--json").text)
        removed = self.admin("service", "verifier-key", "remove", "orders", id, "--json")
        self.assertEqual(removed.json, {"removed": id})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            Follower(self.issuer.url, key, "late")
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()
        self.assertIn(b"no such verifier key",
                      self.refused("service", "verifier-key", "remove", "orders", id, env=self.as_admin).err)
        for command in ("add", "list"):
            self.assertIn(b"no such service",
                          self.refused("service", "verifier-key", command, "none", env=self.as_admin).err)


class Silent(WithService):
    """First nobody is there to be waited for; then one verifier that asks once, and never again."""

    def test_nobody_and_then_one_that_is_silent(self):
        when = r"\d{4}-\d\d-\d\dT[\d:]+Z"
        ended = self.revoke("user", "alice", "--wait", status=1)
        self.assertEqual(ended.text, "revoked 0 sessions of the user alice\napplied by 0 of 0 verifiers\n")
        self.assertRegex(ended.err.decode(),
                         rf"^signet: no verifier with a key is in touch with the issuer, which has been running since {when}: "
                         rf"nothing shows that this has arrived anywhere; see signet service verifier-key add --help\n$")
        waited = self.revoke("user", "alice", "--wait", "--json", status=1).json
        self.assertEqual((waited["verifiers"], waited["waiting_for"]), (0, []))

        Follower(self.issuer.url, self.key, "cut-off")
        ended = self.revoke("user", "alice", "--wait", "1", status=1)
        self.assertEqual(ended.text, "revoked 0 sessions of the user alice\napplied by 0 of 1 verifier\n")
        self.assertRegex(ended.err.decode(),
                         rf"^signet: orders cut-off at 127\.0\.0\.1 has not applied it: last heard of at {when}; "
                         rf"it could accept what was revoked until {when}\n"
                         rf"signet: the issuer has been running since {when}: ")
        waited = self.revoke("user", "alice", "--wait", "1", "--json", status=1).json
        self.assertEqual((waited["applied"], waited["verifiers"], waited["complete"]), (0, 1, False))
        [silent] = waited["waiting_for"]
        self.assertEqual((silent["service"], silent["instance"]), ("orders", "cut-off"))
        self.assertLess(silent["last_contact"], silent["fresh_until"])
        self.progress_line()

    def progress_line(self):
        screen, terminal = pty.openpty()
        ended = subprocess.run([SIGNET, "revoke", "user", "alice", "--wait", "1"], stdout=subprocess.PIPE,
                               stderr=terminal, env=self.as_admin, timeout=60)
        os.close(terminal)
        shown = everything_on(screen)
        self.assertIn(b"\r\x1b[Kapplied by 0 of 1 verifier; waiting for 1 s more", shown)
        self.assertIn(b"\r\x1b[Ksignet: orders cut-off", shown)  # the line is gone when the answer comes
        self.assertEqual(ended.stdout, b"revoked 0 sessions of the user alice\napplied by 0 of 1 verifier\n")


if __name__ == "__main__":
    unittest.main()

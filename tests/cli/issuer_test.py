#!/usr/bin/python3
"""The commands that talk to an issuer, against a real one."""

import json
import os
import pty
import re
import select
import socket
import stat
import time
import unittest
import urllib.request

from issuer import PASSWORD, WithIssuer, free_port
from program import SIGNET, read, run


class Login(WithIssuer):
    def setUp(self):
        super().setUp()
        self.new_service("orders")
        self.new_user("alice", "--scope", "orders:read")

    def test_prints_the_token_and_keeps_the_session(self):
        token = self.login().line
        verified = run("verify", "--keys", self.issuer.url + "/.well-known/jwks.json", "--issuer", self.issuer.url,
                       "--audience", "orders", token)
        self.assertEqual(verified.status, 0, verified)
        self.assertEqual(json.loads(verified.line[3:])["scope"], "orders:read")
        self.assertEqual(stat.S_IMODE(os.stat(self.session_file).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(self.session_file)).st_mode), 0o700)
        session = json.loads(read(self.session_file))
        self.assertEqual(set(session), {"server", "username", "audience", "access_token", "refresh_token",
                                        "expires_at"})
        self.assertEqual(os.listdir(os.path.dirname(self.session_file)), ["session.json"])

    def verify(self, token, *arguments, keys=None):
        return run("verify", "--keys", keys or self.issuer.url + "/.well-known/jwks.json", "--issuer", self.issuer.url,
                   "--audience", "orders", *arguments, token)

    def test_verify_asks_whether_the_session_was_ended(self):
        ended, other = self.login().line, self.login().line
        sid = run("inspect", ended, "--json").json["payload"]["sid"]
        self.admin("revoke", "session", sid)
        deadline = time.monotonic() + 30  # the issuer makes the list anew once a second
        while (verdict := self.verify(ended)).status == 0:
            self.assertLess(time.monotonic(), deadline)
        self.assertTrue(verdict.line.startswith("error revoked "), verdict)
        self.assertEqual(self.verify(other).status, 0)
        with urllib.request.urlopen(self.issuer.url + "/.well-known/jwks.json", timeout=30) as answer:
            keys = self.file("keys.json", answer.read())
        for more in ({"keys": keys}, {"arguments": ("--at", str(int(time.time())))}):  # then nobody is asked
            self.assertEqual(self.verify(ended, *more.get("arguments", ()), keys=more.get("keys")).status, 0)

    def test_what_keeps_no_session(self):
        for flag in ("--no-save", "--print"):
            self.assertEqual(self.login("alice", flag).line.count("."), 2)
            self.assertFalse(os.path.exists(self.session_file))

    def test_tells_whose_session_it_replaces(self):
        env = self.env | {"SIGNET_PASSWORD": PASSWORD}
        self.login("alice")
        self.login("alice")  # the same again: nothing to tell
        narrower = run("login", "alice", "--audience", "orders", env=env)
        self.assertIn(f"replaces the saved session of alice for all services at {self.issuer.url};",
                      narrower.err.decode())
        self.new_user("bob")
        self.assertIn(b"alice for orders at", run("login", "bob", env=env).err)

    def test_json(self):
        answer = self.login("alice", "--json").json
        self.assertEqual(answer["token_type"], "Bearer")
        self.assertIn("refresh_token", answer)

    def test_home_without_xdg(self):
        env = {"HOME": self.path("home"), "SIGNET_SERVER": self.issuer.url, "SIGNET_PASSWORD": PASSWORD}
        os.mkdir(self.path("home"))
        self.fine("login", "alice", env=env)
        self.assertTrue(os.path.exists(self.path("home/.config/signet/session.json")))

    def test_a_proxy_of_the_environment_sees_nothing_in_the_clear(self):
        with socket.create_server(("127.0.0.1", 0)) as proxy:
            proxy.settimeout(0)
            env = {name: f"http://127.0.0.1:{proxy.getsockname()[1]}" for name in ("http_proxy", "ALL_PROXY", "all_proxy")}
            token = self.login("alice", env=self.env | env | {"SIGNET_PASSWORD": PASSWORD}).line
            verified = run("verify", "--keys", self.issuer.url + "/.well-known/jwks.json", "--issuer", self.issuer.url,
                           "--audience", "orders", token, env=env)
            self.assertEqual(verified.status, 0, verified)
            with self.assertRaises(BlockingIOError):
                proxy.accept()

    def test_warns_before_a_password_goes_over_the_network_in_the_clear(self):
        for host in ("127.example.invalid", "localhost.example.invalid", "example.invalid"):
            ended = run("login", "alice", "--server", f"http://{host}", env=self.env | {"SIGNET_PASSWORD": PASSWORD})
            self.assertIn(b"unencrypted", ended.err, host)

    def test_refused(self):
        for name, password in (("alice", "wrong"), ("nobody", PASSWORD), ("", PASSWORD), ("alice\x1b[31m", PASSWORD)):
            ended = self.refused("login", name, "--password-stdin", env=self.env, stdin=password)
            self.assertEqual(ended.out, b"")
            self.assertNotIn(password.encode(), ended.err)
            self.assertNotIn(b"\x1b", ended.err)
        ended = self.refused("login", "alice", "--audience", "nonsense", "--json",
                             env=self.env | {"SIGNET_PASSWORD": PASSWORD})
        self.assertIn("audience", ended.json["error"]["what"])
        self.assertFalse(os.path.exists(self.session_file))

    def test_used_wrongly(self):
        self.misused("login", "alice", env=self.env)  # neither password nor terminal
        self.misused("login", b"\xff", "--password-stdin", env=self.env, stdin=PASSWORD)
        self.misused("login", "alice", "--password-stdin", env=self.env, stdin=b"\xff")
        self.misused("login", "alice", "--server", "ftp://x", "--password-stdin", env=self.env, stdin=PASSWORD)

    def test_nobody_there(self):
        ended = self.refused("login", "alice", "--server", f"http://127.0.0.1:{free_port()}", "--password-stdin",
                             env=self.env, stdin=PASSWORD)
        self.assertIn(b"signet serve", ended.err)

    def test_logout_ends_it_here_and_there(self):
        self.login()
        refresh_token = json.loads(read(self.session_file))["refresh_token"]
        self.assertEqual(self.fine("logout", env=self.env).out, b"")
        self.assertFalse(os.path.exists(self.session_file))
        self.file("config/signet/session.json", json.dumps(
            {"server": self.issuer.url, "access_token": "x", "refresh_token": refresh_token, "expires_at": 0}))
        self.assertIn(b"log in again", self.refused("user", "list", env=self.env).err)
        self.refused("logout", env={**self.env, "XDG_CONFIG_HOME": self.path("other")})

    def test_asks_at_the_terminal_without_echo(self):
        child, terminal = pty.fork()
        if child == 0:
            os.execve(SIGNET, [SIGNET, "login", "alice"], self.env | {"PATH": "/usr/bin"})
        shown = self.until(terminal, b"Password: ")
        os.write(terminal, "wrong\x15".encode() + PASSWORD.encode() + "ü\x7f".encode() + b"\r")
        shown += self.until(terminal, None)
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0, shown)
        self.assertNotIn(b"correct", shown)
        self.assertIn(b"logged in as alice", shown)
        self.assertNotIn(b"eyJ", shown)  # a token has no business on a screen, unless asked for

    def test_giving_up_at_the_terminal(self):
        for key in (b"\x03", b"\x04"):
            child, terminal = pty.fork()
            if child == 0:
                os.execve(SIGNET, [SIGNET, "login", "alice"], self.env | {"PATH": "/usr/bin"})
            self.until(terminal, b"Password: ")
            os.write(terminal, key)
            shown = self.until(terminal, None)
            os.close(terminal)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 1, shown)

    def until(self, terminal, mark):
        """What is shown until `mark`, or until the program ends."""
        shown, deadline = b"", time.monotonic() + 30
        while mark is None or mark not in shown:
            self.assertTrue(select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0], shown)
            try:
                block = os.read(terminal, 4096)
            except OSError:  # how Linux ends a terminal that nobody holds any more
                return shown
            shown += block
        return shown


class Administration(WithIssuer):
    def test_a_users_life(self):
        added = self.admin("user", "add", "carol", "--scope", "a b", "--role", "clerk", "--role", "x", "--claims",
                           '{"plan":{"name":"gold"}}').text
        password = re.fullmatch(r"added carol\npassword, shown only now: (\S+)\n", added)[1]
        env = {**self.env, "SIGNET_PASSWORD": password}
        shown = self.admin("user", "show", "carol", "--json").json
        self.assertEqual([shown[name] for name in ("username", "scope", "roles", "services", "claims", "disabled")],
                         ["carol", "a b", ["clerk", "x"], "*", {"plan": {"name": "gold"}}, False])
        self.assertIn("carol", self.admin("user", "list").text)
        self.admin("user", "change", "carol", "--scope", "", "--no-roles", "--claims", "-", stdin='{"n":1}')
        shown = self.admin("user", "show", "carol", "--json").json
        self.assertEqual((shown["scope"], shown["roles"], shown["claims"]), ("", [], {"n": 1}))
        self.new_service("carols")
        self.admin("user", "change", "carol", "--service", "carols")
        self.fine("login", "carol", env=env)
        self.admin("user", "disable", "carol")
        self.refused("login", "carol", env=env)
        self.admin("user", "enable", "carol")
        self.admin("user", "password", "carol", "--password-stdin", stdin=PASSWORD)
        self.refused("login", "carol", env=env)
        self.fine("login", "carol", env={**env, "SIGNET_PASSWORD": PASSWORD})
        generated = self.admin("user", "password", "carol", "--generate", "--json").json["password"]
        self.fine("login", "carol", env={**env, "SIGNET_PASSWORD": generated})
        self.assertEqual(self.admin("user", "change", "carol", "--all-services", "--json").json["services"], "*")
        self.assertEqual(self.admin("user", "remove", "carol").line, "removed carol")
        self.assertIn(b"no user", self.refused("user", "show", "carol", env=self.as_admin).err)

    def test_the_verbs_for_users_are_those_for_accounts(self):
        self.assertIn("client secret, shown only now: ", self.admin("account", "add", "robot").text)
        self.assertEqual(self.admin("account", "disable", "robot").line, "disabled robot")
        self.assertIn("disabled", self.admin("account", "list").text)
        self.assertEqual(self.admin("account", "enable", "robot").line, "enabled robot")
        self.assertEqual(self.admin("account", "change", "robot", "--scope", "x").line, "changed robot")
        self.assertEqual(self.admin("account", "remove", "robot").line, "removed robot")
        for command in ("show", "disable", "enable", "remove"):
            self.assertIn(b"no such account", self.refused("account", command, "robot", env=self.as_admin).err)

    def test_names_are_told_as_the_issuer_spells_them(self):
        self.assertTrue(self.admin("user", "add", "Bob").text.startswith("added bob\n"))
        self.assertEqual(self.admin("user", "change", "BOB", "--scope", "x").line, "changed bob")
        password = self.admin("user", "password", "boB", "--generate").text
        self.assertRegex(password, r"^changed the password of bob\npassword, shown only now: \w{5}(-\w{5}){3}\n$")
        self.assertEqual(self.admin("user", "remove", "BoB", "--json").json, {"removed": "bob"})

    def test_users_over_several_pages(self):
        names = [f"page{number:03}" for number in range(120)]
        for name in names:
            self.new_user(name)
        listed = [user["username"] for user in self.admin("user", "list", "--json").json["users"]]
        self.assertEqual([name for name in listed if name.startswith("page")], names)

    def test_a_services_life(self):
        self.admin("service", "add", "stock", "--description", "What is left", "--access-lifetime", "5m", "--claims",
                   '{"tier":1}')
        shown = self.admin("service", "show", "stock", "--json").json
        self.assertEqual([shown[name] for name in ("name", "description", "access_seconds", "claims", "shared_secret")],
                         ["stock", "What is left", 300, {"tier": 1}, False])
        self.admin("service", "change", "stock", "--access-lifetime", "1h", "--description", "")
        shown = self.admin("service", "show", "stock", "--json").json
        self.assertEqual((shown["access_seconds"], shown["description"]), (3600, ""))
        self.assertIn("stock", self.admin("service", "list").text)
        self.assertIn("stock", [one["name"] for one in self.admin("service", "list", "--json").json["services"]])
        self.admin("service", "remove", "stock")
        self.assertIn(b"no such service", self.refused("service", "show", "stock", env=self.as_admin).err)

    def test_a_shared_secret_goes_to_its_file_and_nowhere_else(self):
        out = self.path("secret.jwk")
        ended = run("service", "add", "vault", "--shared-secret", "--out", out, "--json", env=self.as_admin)
        self.addCleanup(lambda: self.admin("service", "remove", "vault"))
        self.assertEqual(ended.status, 0, ended)
        secret = json.loads(read(out))
        self.assertEqual(stat.S_IMODE(os.stat(out).st_mode), 0o600)
        self.assertEqual(secret["kty"], "oct")
        self.assertNotIn(secret["k"].encode(), ended.out + ended.err)
        self.new_user("dave")
        token = self.login("dave", "--audience", "vault").line
        verified = run("verify", "--keys", out, "--issuer", self.issuer.url, "--audience", "vault", token)
        self.assertEqual(verified.status, 0, verified)

    def test_a_shared_secret_that_cannot_be_written_is_not_lost(self):
        out = self.file("taken", "precious")
        ended = self.refused("service", "add", "vault2", "--shared-secret", "--out", out, env=self.as_admin)
        self.addCleanup(lambda: self.admin("service", "remove", "vault2"))
        self.assertIn(b'"kty":"oct"', ended.out)
        self.assertEqual(read(out), b"precious")

    def test_refused(self):
        self.new_user("eve")
        self.new_service("plain")
        token = self.login("eve").line
        for arguments in (("user", "list"), ("user", "add", "x"), ("service", "list"), ("service", "add", "x")):
            for bad in (token, "garbage"):
                ended = self.refused(*arguments, "--token", bad, env=self.env)
                self.assertIn(b"signet login --audience signet", ended.err)
            nobody = self.env | {"XDG_CONFIG_HOME": self.path("nobody")}
            self.assertIn(b"nobody is logged in", self.refused(*arguments, env=nobody).err)
        self.refused("user", "add", "eve", env=self.as_admin)
        self.refused("user", "remove", "admin", env=self.as_admin)
        self.refused("service", "add", "signet", env=self.as_admin)
        self.refused("service", "show", "../users", env=self.as_admin)
        self.refused("user", "show", "a&b=c", env=self.as_admin)

    def test_used_wrongly(self):
        for arguments in (("user", "change", "admin"), ("service", "change", "x"), ("user", "add", b"\xff"),
                          ("user", "add", "x", "--claims", "[]"), ("service", "add", "x", "--access-lifetime", "soon"),
                          ("service", "add", "x", "--access-lifetime", "-1m"), ("service", "add", "x", "--out", "y"),
                          ("user", "password", "admin"), ("user", "change", "x", "--role", "a", "--no-roles")):
            self.misused(*arguments, env=self.as_admin)

    def test_the_saved_session_is_refreshed_and_saved_again(self):
        self.fine("login", "admin", "--audience", "signet", "--password-stdin", env=self.env, stdin=self.password)
        saved = json.loads(read(self.session_file))
        self.fine("user", "list", env=self.env)
        self.assertEqual(json.loads(read(self.session_file)), saved)
        self.file("config/signet/session.json", json.dumps(saved | {"expires_at": int(time.time()) - 1}))
        self.fine("user", "list", env=self.env)
        renewed = json.loads(read(self.session_file))
        self.assertNotEqual(renewed["refresh_token"], saved["refresh_token"])
        self.assertEqual((renewed["username"], renewed["audience"]), ("admin", "signet"))
        self.assertGreater(renewed["expires_at"], time.time())

    def test_a_saved_session_goes_to_its_own_server_only(self):
        self.fine("login", "admin", "--audience", "signet", "--password-stdin", env=self.env, stdin=self.password)
        ended = self.refused("user", "list", "--server", "http://127.0.0.1:1", env=self.env)
        self.assertIn(b"belongs to", ended.err)
        self.fine("user", "list", "--server", self.issuer.url + "/", env=self.env)

    def test_a_damaged_session_file(self):
        os.makedirs(self.path("config/signet"))
        self.file("config/signet/session.json", "{")
        self.assertIn(b"log in again", self.misused("user", "list", env=self.env).err)


if __name__ == "__main__":
    unittest.main()

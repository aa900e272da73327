#!/usr/bin/python3
"""The commands that talk to an issuer, against a real one; and against one that misbehaves."""

import contextlib
import http.server
import json
import os
import pty
import re
import select
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from program import SIGNET, CliTest, read, run

PASSWORD = "correct horse battery staple"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_serves(url):
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(url + "/healthz", timeout=30):
            return
        assert time.monotonic() < deadline, url
        time.sleep(0.02)


class Served:
    """`signet serve` as a process."""

    def __init__(self, data, *arguments, env=None):
        self.url = f"http://127.0.0.1:{free_port()}"
        listen = self.url.removeprefix("http://")
        self.process = subprocess.Popen(
            [SIGNET, "serve", "--json", "--data", data, "--server-listen", listen, "--passwords-memory-kib", "1024",
             *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"]} | (env or {}))
        self.hello = json.loads(self.process.stdout.readline())
        wait_until_it_serves(self.url)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.process.stdout.close()
        return status


class WithIssuer(CliTest):
    """One issuer for all the tests of a class; a home folder for each test."""

    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        data = stack.enter_context(tempfile.TemporaryDirectory())
        cls.issuer = Served(os.path.join(data, "data"))
        stack.callback(cls.issuer.stop)
        cls.password = cls.issuer.hello["admin"]["password"]

    def setUp(self):
        super().setUp()
        self.env = {"XDG_CONFIG_HOME": self.path("config"), "SIGNET_SERVER": self.issuer.url}
        self.session_file = self.path("config/signet/session.json")
        self.as_admin = self.env | {"SIGNET_TOKEN": self.admin_token()}

    def admin_token(self):
        return self.fine("login", "admin", "--audience", "signet", "--no-save", "--password-stdin",
                         env=self.env, stdin=self.password + "\n").line

    def admin(self, *arguments, **more):
        return self.fine(*arguments, env=self.as_admin, **more)

    def new_service(self, name):
        self.admin("service", "add", name)
        self.addCleanup(lambda: self.admin("service", "remove", name))

    def new_user(self, name, *arguments):
        self.admin("user", "add", name, "--password-stdin", *arguments, stdin=PASSWORD)
        self.addCleanup(lambda: run("user", "remove", name, env=self.as_admin))

    def login(self, name="alice", *arguments, env=None, **more):
        return self.fine("login", name, *arguments, env=env or self.env | {"SIGNET_PASSWORD": PASSWORD}, **more)


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


class Misbehaving(CliTest):
    """A server that answers what it likes."""

    def answer(self, status, body, content_type="application/json"):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever).start()
        return {"SIGNET_SERVER": f"http://127.0.0.1:{server.server_port}", "XDG_CONFIG_HOME": self.path("config"),
                "SIGNET_PASSWORD": "x"}

    def test_answers_that_no_issuer_gives(self):
        for status, body in ((200, b""), (200, b"<html>"), (200, b"{}"), (200, b"[]"), (200, b'{"access_token":1}'),
                             (404, b""), (500, b"{"), (302, b""), (200, b"[" * 100000)):
            with self.subTest(body[:20]):
                ended = self.refused("login", "alice", env=self.answer(status, body))
                self.assertEqual(ended.out, b"")
                self.assertFalse(os.path.exists(self.path("config")))

    def test_escape_sequences_in_a_refusal(self):
        problem = json.dumps({"detail": "\x1b]0;owned\x07\u202e", "field": "\x9b31m"}).encode()
        ended = self.refused("login", "alice", env=self.answer(400, problem))
        self.assertTrue(all(0x20 <= byte < 0x7F or byte == 10 for byte in ended.err), ended)

    def test_lists_that_never_end(self):
        env = self.answer(200, b'{"users":[],"next":"again"}') | {"SIGNET_TOKEN": "x"}
        self.assertIn(b"twice", self.refused("user", "list", env=env).err)

    def test_escape_sequences_in_a_list(self):
        user = json.dumps({"users": [{"username": "\x1b[31m\nx", "roles": ["\x9b"]}], "next": None}).encode()
        shown = self.fine("user", "list", env=self.answer(200, user) | {"SIGNET_TOKEN": "x"}).out
        self.assertTrue(all(0x20 <= byte < 0x7F or byte == 10 for byte in shown), shown)
        self.assertEqual(shown.count(b"\n"), 2)

    def test_a_revocation_of_which_no_more_is_heard(self):
        env = self.answer(200, b'{"seq":1,"revoked":0,"ticket":"x"}') | {"SIGNET_TOKEN": "x"}
        ended = self.refused("revoke", "session", "x", "--wait", env=env)
        self.assertEqual(ended.out, b"revoked the session x\n")
        self.assertIn(b"does not say who has applied it", ended.err)

    def test_escape_sequences_in_a_verifiers_name(self):
        silent = {"service": "\x1b]0;owned\x07", "instance": "\u202e", "last_contact": 7}
        answer = json.dumps({"seq": 1, "revoked": 0, "ticket": "x", "complete": False, "applied": "\x9b", "verifiers": 1,
                             "waiting_for": [silent] * 50, "verifier_keys": []}).encode()
        env = self.answer(200, answer) | {"SIGNET_TOKEN": "x"}
        ended = self.refused("revoke", "session", "x", "--wait", "1", env=env)
        self.assertTrue(all(0x20 <= byte < 0x7F or byte == 10 for byte in ended.out + ended.err), ended)
        self.assertEqual(ended.err.count(b"has not applied it"), 20)


class Serve(CliTest):
    def test_first_start_and_reset(self):
        data = self.path("data")
        first = Served(data)
        self.assertEqual(set(first.hello), {"issuer", "url", "admin"})
        env = {"SIGNET_SERVER": first.url, "XDG_CONFIG_HOME": self.path("config")}
        login = ("login", "admin", "--audience", "signet", "--no-save", "--password-stdin")
        self.fine(*login, env=env, stdin=first.hello["admin"]["password"])
        self.refused("admin", "reset", "--data", data)  # it is running
        self.assertEqual(first.stop(), 0)
        reset = self.fine("admin", "reset", "--data", data, "--json").json
        self.assertEqual(reset["username"], "admin")
        second = Served(data)
        self.addCleanup(second.stop)
        self.assertEqual(set(second.hello), {"issuer", "url"})
        env["SIGNET_SERVER"] = second.url
        self.refused(*login, env=env, stdin=first.hello["admin"]["password"])
        self.fine(*login, env=env, stdin=reset["password"])

    def test_a_restored_backup_ends_all_sessions_unless_told_otherwise(self):
        data = self.path("data")
        password = None
        for arguments, ended in (([], True), (["--keep-sessions"], False)):
            issuer = Served(data)
            password = password or issuer.hello["admin"]["password"]
            env = {"SIGNET_SERVER": issuer.url, "XDG_CONFIG_HOME": self.path(f"config-{ended}")}
            self.fine("login", "admin", "--audience", "signet", "--password-stdin", env=env, stdin=password)
            saved = json.loads(read(self.path(f"config-{ended}/signet/session.json")))
            self.refused("admin", "restored", "--data", data)  # it is running
            self.assertEqual(issuer.stop(), 0)
            told = self.fine("admin", "restored", "--data", data, "--json", *arguments).json
            self.assertEqual(told["sessions_kept"], not ended)
            issuer = Served(data)
            body = json.dumps({"refresh_token": saved["refresh_token"]}).encode()
            request = urllib.request.Request(issuer.url + "/v1/refresh", body, {"Content-Type": "application/json"})
            status = 200
            try:
                urllib.request.urlopen(request, timeout=30).close()
            except urllib.error.HTTPError as error:
                status = error.code
                error.close()
            self.assertEqual(status, 401 if ended else 200)
            self.assertEqual(issuer.stop(), 0)

    def test_the_words_for_people(self):
        port = free_port()
        with subprocess.Popen([SIGNET, "serve", "--data", self.path("data"), "--server-listen", f"127.0.0.1:{port}"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            shown = b""
            while b"signet admin reset" not in shown:
                line = process.stdout.readline()
                self.assertTrue(line, shown)
                shown += line
            wait_until_it_serves(f"http://127.0.0.1:{port}")
            process.terminate()
        text = shown.decode()
        self.assertEqual(process.returncode, 0)
        self.assertIn(f"http://127.0.0.1:{port}", text)
        self.assertEqual(re.findall(r"^    (signet [a-z]+ [a-z]+)", text, re.M),
                         ["signet login admin", "signet service add", "signet user add"])

    def test_settings_from_everywhere(self):
        config = self.file("signet.toml", '[server]\nissuer = "https://file.example"\n')
        served = Served(self.path("data"), "--config", config)
        self.assertEqual(served.hello["issuer"], "https://file.example")
        served.stop()
        served = Served(self.path("data"), "--config", config, env={"SIGNET_SERVER_ISSUER": "https://env.example"})
        self.assertEqual(served.hello["issuer"], "https://env.example")
        served.stop()
        served = Served(self.path("data"), "--config", config, "--server-issuer", "https://flag.example",
                        env={"SIGNET_SERVER_ISSUER": "https://env.example"})
        self.assertEqual(served.hello["issuer"], "https://flag.example")
        served.stop()

    def test_used_wrongly(self):
        for arguments in (("--server-listen", "x"), ("--config", "/nonexistent"), ("--tokens-algorithm", "none"),
                          ("--config", self.file("bad.toml", "[server]\nlisten_on = 1\n"))):
            ended = self.misused("serve", "--data", self.path("data"), *arguments)
            self.assertEqual(ended.out, b"")
            self.assertFalse(os.path.exists(self.path("data")))
        self.assertIn(b"did you mean --server-listen", self.misused("serve", "--server-lisen", "x").err)

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            ended = run("serve", "--data", self.path("data"), "--server-listen",
                        f"127.0.0.1:{taken.getsockname()[1]}")
        self.assertEqual((ended.status, ended.out), (1, b""))
        self.assertIn(b"\nsignet: Cannot listen", ended.err)  # after lines of the log


if __name__ == "__main__":
    unittest.main()

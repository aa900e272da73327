#!/usr/bin/python3
"""An issuer that misbehaves; and `signet serve` itself: its start, its end, its settings."""

import http.server
import json
import os
import re
import socket
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from issuer import Served, free_port, wait_until_it_serves
from program import SIGNET, CliTest, read, run


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

#!/usr/bin/python3
"""inspect; and what is the same for all commands: help, streams, exit status."""

import json
import os
import pty
import subprocess
import time
import unittest

from program import SIGNET, CliTest, b64, read


class Inspect(CliTest):
    def make(self, header, payload):
        return f"{b64(header)}.{b64(payload)}.{b64(b'x' * 64)}"

    def test_says_twice_that_nothing_was_verified(self):
        lines = self.fine("inspect", self.make(b'{"alg":"none"}', b"{}")).text.strip().splitlines()
        self.assertTrue(lines[0].startswith("NOT VERIFIED"))
        self.assertTrue(lines[-1].startswith("NOT VERIFIED"))

    def test_times_in_words_and_absolute(self):
        now = int(time.time())
        payload = json.dumps({"exp": 1000000000, "iat": now - 7250, "nbf": now + 90000}).encode()
        shown = self.fine("inspect", stdin=self.make(b"{}", payload) + "\n").text
        self.assertIn("2001-09-09 01:46:40 UTC, expired", shown)
        self.assertIn("2 hours ago", shown)
        self.assertIn("in 1 day", shown)
        for odd in (b'{"exp":1e300}', b'{"exp":-9223372036854775808}', b'{"exp":9223372036854775807}', b'{"exp":"x"}'):
            self.fine("inspect", self.make(b"{}", odd))

    def test_hostile_text_is_escaped(self):
        for name, text in (("raw", "\x9b31m\x7f\u202e\u200b\u2066\U000e0041"), ("escape", "\x1b[2J\x07\r")):
            for payload in (json.dumps({text: text}), json.dumps({text: text}, ensure_ascii=False)):
                for form in ([], ["--json"]):
                    with self.subTest(name, form=form):
                        shown = self.fine("inspect", *form, self.make(b'{"kid":"\\u001b[31m"}', payload.encode())).text
                        for c in shown:
                            self.assertTrue(c == "\n" or (c.isprintable() or c == " "), (ascii(shown), c))
        for junk in (b"\x1b]0;owned\x07", b"\xff\xfe\x9b", b'{"a":1,"a":"\x1b"}'):
            shown = self.fine("inspect", self.make(junk, junk)).out
            self.assertFalse(set(shown) & (set(range(0x80, 0x100)) | set(range(0x20)) - {10} | {0x7F}), shown)

    def test_json(self):
        shown = self.fine("inspect", "--json", self.make(b'{"alg":"ES256"}', b"not json")).json
        self.assertEqual(shown, {"verified": False, "header": {"alg": "ES256"}, "payload_base64url": b64(b"not json"),
                                 "signature_bytes": 64})

    def test_not_a_token(self):
        for junk in ("", "x", "a.b.c.d", "\x1b[31m", "!.!.!"):
            ended = self.refused("inspect", junk)
            self.assertEqual(ended.out, b"")
        self.assertIn(b"there is no token", self.refused("inspect", "").err)

    def on_terminal(self, env):
        """What it writes to a terminal."""
        ours, theirs = pty.openpty()
        token = self.make(b'{"alg":"ES256"}', b'{"exp":1}')
        subprocess.run([SIGNET, "inspect", token], stdout=theirs, env=env, check=True, timeout=60)
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # how Linux ends a terminal that nobody holds any more
            pass
        os.close(ours)
        return shown

    def test_colours_on_a_terminal_only(self):
        self.assertIn(b"\x1b[", self.on_terminal({"TERM": "xterm"}))
        self.assertNotIn(b"\x1b[", self.on_terminal({"TERM": "xterm", "NO_COLOR": "1"}))
        self.assertNotIn(b"\x1b[", self.on_terminal({"TERM": "dumb"}))


class Program(CliTest):
    COMMANDS = (
        "", "key", "key generate", "key public", "key thumbprint", "jws", "jws sign", "jws verify", "sign", "verify",
        "inspect", "login", "logout", "user", "user add", "user list", "user show", "user change", "user disable",
        "user enable", "user password", "user remove", "service", "service add", "service list", "service show",
        "service change", "service remove", "account", "account add", "account list", "account show", "account change",
        "account disable", "account enable", "account secret", "account remove", "serve", "admin", "admin reset", "version",
    )

    def test_help_everywhere(self):
        for command in self.COMMANDS:
            with self.subTest(command):
                shown = self.fine(*command.split(), "--help").text
                self.assertIn("Usage: signet", shown)
                self.assertIn("--json", shown)
                if command not in ("", "key", "jws", "user", "service", "account", "admin"):
                    self.assertIn("Example:\n  ", shown)

    def test_version(self):
        shown = self.fine("version").line
        self.assertRegex(shown, r"^signet \d+\.\d+\.\d+$")
        self.assertEqual(self.fine("--version").line, shown)
        self.assertEqual(self.fine("version", "--json").json["version"], shown.split()[1])

    def test_used_wrongly(self):
        for words in ((), ("nonsense",), ("key",), ("key", "nonsense"), ("key", "generate"), ("sign", "--nonsense"),
                      ("inspect", "a", "b"), ("verify", "--at", "x"), (b"\xff\x1b[31m",), ("--config", "x"),
                      ("jws", "verify", "--key")):
            with self.subTest(words):
                ended = self.misused(*words)
                self.assertEqual(ended.out, b"")
                self.assertIn(b"--help", ended.err)
                self.assertNotIn(b"\x1b", ended.err)

    def test_errors_in_json_too(self):
        for words in (("nonsense", "--json"), ("key", "--json"), ("key", "public", "--in", "/nonexistent", "--json")):
            ended = self.misused(*words)
            self.assertEqual(set(ended.json["error"]), {"code", "what"})

    def test_input_is_bounded(self):
        key = self.new_key()
        self.assertIn(b"16 MiB", self.misused("jws", "sign", "--key", key, stdin=bytes(17 << 20)).err)
        self.assertIn(b"16 MiB", self.misused("jws", "verify", "--key", key, "--batch", stdin=b"x" * (17 << 20)).err)
        self.assertIn(b"16 MiB", self.misused("jws", "verify", "--key", "-", "x", stdin=bytes(17 << 20)).err)

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "wb") as full:
            ended = subprocess.run([SIGNET, "version"], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(b"No space left", ended.stderr)

    def test_a_reader_that_leaves(self):
        key = self.new_key()
        with subprocess.Popen([SIGNET, "jws", "verify", "--key", key, "--batch"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            try:
                process.stdin.write(b"x\n" * 100000)
                process.stdin.close()
            except BrokenPipeError:
                pass
            self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(process.returncode, 1)

    def test_closed_standard_streams(self):
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            ended = subprocess.run(["/bin/sh", "-c", f'"$0" inspect {closed}', SIGNET], capture_output=True, timeout=60,
                                   stdin=subprocess.DEVNULL)
            self.assertIn(ended.returncode, (1, 2), closed)

    def test_a_closed_stream_does_not_lend_its_number_to_a_file(self):
        subprocess.run(["/bin/sh", "-c", '"$0" key generate --alg ES256 --out "$1" --json >&- 2>&-', SIGNET,
                        self.path("k")], check=True, timeout=60)
        self.assertEqual(json.loads(read(self.path("k")))["alg"], "ES256")


if __name__ == "__main__":
    unittest.main()

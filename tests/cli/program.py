"""The program under test, as a shell sees it: what it printed, where, and how it ended."""

import base64
import dataclasses
import json
import os
import subprocess
import tempfile
import unittest

SIGNET = os.environ["SIGNET_BIN"]

ALGORITHMS = (
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "ES256K", "Ed25519",
)


@dataclasses.dataclass
class Ended:
    out: bytes
    err: bytes
    status: int

    @property
    def text(self):
        return self.out.decode()

    @property
    def line(self):
        """Standard output when it is one line."""
        assert self.out.endswith(b"\n") and self.out.count(b"\n") == 1, self
        return self.text[:-1]

    @property
    def json(self):
        return json.loads(self.out)


def run(*arguments, stdin=b"", env=None, **more):
    """Runs `signet` with nothing of this environment but the path; the home folder is one that does not exist."""
    clean = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            clean[name] = os.environ[name]
    stdin = stdin.encode() if isinstance(stdin, str) else stdin
    ended = subprocess.run([SIGNET, *arguments], input=stdin, env=clean | (env or {}), capture_output=True,
                           timeout=120, **more)
    return Ended(ended.stdout, ended.stderr, ended.returncode)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(path):
    with open(path, "rb") as file:
        return file.read()


class CliTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, content):
        with open(self.path(name), "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
        return self.path(name)

    def new_key(self, algorithm="ES256", name="key.jwk"):
        return self.file(name, self.fine("key", "generate", "--alg", algorithm).out)

    def fine(self, *arguments, **more):
        """Runs it, and it must end well, without a word on standard error."""
        ended = run(*arguments, **more)
        self.assertEqual((ended.status, ended.err), (0, b""), ended)
        return ended

    def refused(self, *arguments, **more):
        return self.ends(1, *arguments, **more)

    def misused(self, *arguments, **more):
        return self.ends(2, *arguments, **more)

    def ends(self, status, *arguments, **more):
        """Runs it, and it must end with this status and an explanation of one line, or several, of `signet: `."""
        ended = run(*arguments, **more)
        self.assertEqual(ended.status, status, ended)
        self.assertTrue(ended.err.startswith(b"signet: ") and ended.err.endswith(b"\n"), ended)
        return ended

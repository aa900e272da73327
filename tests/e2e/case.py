"""What the end-to-end tests share: an issuer of their own, and how an answer must look."""

import json
import os
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples"))
from world import World, await_that, clean_environment, free_port, request  # noqa: E402,F401

BIN = pathlib.Path(os.environ["SIGNET_BIN"]).resolve()
QUICK = ("--passwords-memory-kib", "8", "--passwords-passes", "1")  # weak hashes
FAST = ("--tokens-algorithm", "ES256", *QUICK)                      # and a key that is made at once
PASSWORD = "correct horse battery staple"
INTERNALS = re.compile(r"sqlite|soci|select |insert |update |exception|std::|terminate|\.cc\b|/tmp/|0x[0-9a-f]{6}"
                       r"|argon", re.IGNORECASE)


class Case(unittest.TestCase):
    """Ends whatever a test has started, and wants it to have ended well."""

    maxDiff = None

    @classmethod
    def new_folder(cls):
        folder = tempfile.TemporaryDirectory(prefix="signet-e2e-")
        cls.addClassCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    @classmethod
    def new_world(cls, settings=FAST, environment=(), **more):
        world = World(BIN, cls.new_folder(), settings=settings, environment=environment, **more)
        cls.addClassCleanup(cls.end, world)
        return world

    @classmethod
    def end(cls, world):
        for log, status in world.stop().items():
            assert status == 0, f"{log} ended with {status}:\n{(world.folder / log).read_text()[-4000:]}"

    def assert_problem(self, answer, status, field=None, detail=None):
        """Problem details (RFC 9457): for people, naming the member at fault, and nothing from inside of us."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json", answer)
        problem = answer.json()
        self.assertEqual(problem["status"], status, answer)
        self.assertTrue(problem["title"], answer)
        self.assertEqual(problem.get("field"), field, answer)
        self.assertNotRegex(answer.body, INTERNALS)
        if detail:
            self.assertIn(detail, problem["detail"], answer)
        if status == 401:
            self.assertTrue(answer.headers["WWW-Authenticate"].startswith("Bearer"), answer)


class IssuerCase(Case):
    """Tests that share one issuer with the services orders, inventory and billing."""

    settings = FAST

    @classmethod
    def setUpClass(cls):
        cls.world = cls.new_world(cls.settings)
        cls.world.start_issuer()
        cls.admin_token = cls.world.login("admin", cls.world.admin_password, audience="signet").json()["access_token"]
        for name in ("orders", "inventory", "billing"):
            cls.admin("POST", "services", {"name": name})

    @classmethod
    def admin(cls, method, path, body=None):
        return request(method, f"{cls.world.url}/v1/admin/{path}", body, cls.admin_token)

    def new_user(self, name, **more):
        answer = self.admin("POST", "users", {"username": name, "password": PASSWORD, **more})
        self.assertEqual(answer.status, 201, answer)
        return answer.json()["id"]

    def post(self, path, body, **more):
        return request("POST", f"{self.world.url}/v1/{path}", body, **more)

    def log_in(self, name, **more):
        answer = self.world.login(name, PASSWORD, **more)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def refresh(self, token):
        return self.post("refresh", {"refresh_token": token})

    def refreshed(self, token):
        """The next refresh token; this one must be good."""
        answer = self.refresh(token)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()["refresh_token"]

    def snapshot(self):
        """All users and services, as an administrator sees them."""
        return json.dumps([self.admin("GET", "users?limit=500").json(), self.admin("GET", "services").json()])

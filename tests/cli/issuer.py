"""An issuer as a process, for the scripts that talk to one."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

from program import SIGNET, CliTest, run

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

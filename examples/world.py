"""Real processes for the demo and the end-to-end tests: an issuer, APIs, and plain HTTP requests to them."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.parse


def free_port(preferred=0):
    """The preferred port of 127.0.0.1 if nobody has it, or else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            with socket.socket() as client:
                if port and client.connect_ex(("127.0.0.1", port)) == 0:
                    continue
            return probe.getsockname()[1]
    raise OSError("no free port")


def await_that(condition, what, seconds=20):
    """Returns the condition's value as soon as it is true; raises when it does not become so."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.01)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


def request(method, url, body=None, token=None, headers=()):
    """One HTTP request, on a connection of its own. A dict is sent as JSON, text as it is."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    fields = dict(headers)
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        fields.setdefault("Content-Type", "application/json")
    if token is not None:
        fields["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, fields)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())
    finally:
        connection.close()


class Process:
    """A program of ours with its log in a file."""

    def __init__(self, arguments, log, environment=None):
        self.log = pathlib.Path(log)
        self.arguments = [str(a) for a in arguments]
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(self.arguments, stdout=out, stderr=subprocess.STDOUT,
                                            stdin=subprocess.DEVNULL, env=environment)

    def output(self):
        return self.log.read_text(errors="replace")

    def is_running(self):
        return self.process.poll() is None

    def await_port(self, port):
        def answers():
            if not self.is_running():
                raise RuntimeError(f"{self.arguments[0]} ended with {self.process.returncode}:\n{self.output()}")
            with socket.socket() as client:
                return client.connect_ex(("127.0.0.1", port)) == 0
        await_that(answers, f"{self.arguments[0]} to listen on port {port}")

    def stop(self, with_signal=signal.SIGTERM):
        if self.is_running():
            self.process.send_signal(with_signal)
        return self.process.wait(timeout=30)


class World:
    """One issuer with its data folder, and the APIs that trust it."""

    def __init__(self, binaries, folder, port=0, settings=()):
        self.binaries, self.folder = pathlib.Path(binaries), pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port(port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = self.folder / "signet-data"
        self.settings = list(settings)
        self.issuer = None
        self.apis = {}
        self.admin_password = None

    def environment(self):
        return {**os.environ, "XDG_CONFIG_HOME": str(self.folder / "config"), "SIGNET_SERVER": self.url}

    def serve_command(self):
        return [self.binaries / "signet", "serve", "--data", self.data, "--server-listen", f"127.0.0.1:{self.port}",
                *self.settings]

    def start_issuer(self):
        self.issuer = Process(self.serve_command(), self.folder / "issuer.log", self.environment())
        self.issuer.await_port(self.port)
        if self.admin_password is None:
            found = await_that(lambda: re.search(r"password:?\s+(\S{12,})", self.issuer.output()), "the admin's password")
            self.admin_password = found.group(1)

    def stop_issuer(self, with_signal=signal.SIGTERM):
        return self.issuer.stop(with_signal)

    def start_api(self, name, arguments=(), port=0):
        """Starts orders, inventory or billing, anew if it was running; returns its URL."""
        if name in self.apis:
            port = self.apis[name][1]
            self.apis[name][0].stop()
        port = port if name in self.apis else free_port(port)
        process = Process([self.binaries / name, "--port", port, "--issuer", self.url, *arguments],
                          self.folder / f"{name}.log")
        self.apis[name] = (process, port)
        process.await_port(port)
        return f"http://127.0.0.1:{port}"

    def signet(self, *arguments, stdin="", check=True):
        """Runs the command line as the administrator would; returns what it printed."""
        done = subprocess.run([self.binaries / "signet", *map(str, arguments)], input=stdin, capture_output=True,
                              text=True, env=self.environment(), timeout=60)
        if check and done.returncode != 0:
            raise RuntimeError(f"signet {' '.join(map(str, arguments))}: {done.stderr or done.stdout}")
        return done.stdout

    def login(self, username, password, **more):
        return request("POST", f"{self.url}/v1/login", {"username": username, "password": password, **more})

    def stop(self):
        for process, _ in self.apis.values():
            process.stop()
        if self.issuer:
            self.issuer.stop()

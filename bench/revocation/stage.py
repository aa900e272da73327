"""What the revocation benchmark's parts share: the issuer with its people, the programs that talk to it, and figures."""

import base64
import contextlib
import http.client
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples"))

from world import Process, World, await_that, free_port, request, undisturbed  # noqa: E402

PASSWORD = "correct horse battery staple"


def raise_open_files(wanted):
    """For us and for all that we start: one socket for each verifier, at both ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return
    with contextlib.suppress(ValueError, OSError):  # past the hard limit only root may go
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(wanted, hard)))
        return
    sys.exit(f"{wanted} open files are needed, and the limit is {hard}: ulimit -Hn")


def percentile(figures, percent):
    """The smallest figure that `percent` of them are not above."""
    return sorted(figures)[max(math.ceil(percent / 100 * len(figures)), 1) - 1]


def summary(figures):
    """Milliseconds; nothing of none."""
    if not figures:
        return None
    return {"n": len(figures), **{name: round(percentile(figures, p), 2) for name, p in (("p50", 50), ("p99", 99), ("max", 100))}}


def place_of(token):
    """A token's list and index, as LIST:IDX."""
    part = token.split(".")[1]
    place = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["status"]["status_list"]
    return f"{place['uri'].rsplit('/', 1)[1]}:{place['idx']}"


def memory_of(pid):
    """Resident bytes."""
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def processor_time(pid):
    """Seconds, of all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def disk_wait(folder):
    """How long the disk takes for 4 KiB, in milliseconds: what no commit can be faster than."""
    waits = []
    with open(folder / "disk", "wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4096))
            began = time.monotonic()
            os.fdatasync(file.fileno())
            waits.append((time.monotonic() - began) * 1e3)
    return summary(waits)


class Client:
    """Requests on one kept connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.connect()

    def ask(self, method, path, body=None, token=None):
        fields = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            fields["Authorization"] = f"Bearer {token}"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, fields)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def expect(self, status, *asked, **more):
        got, body = self.ask(*asked, **more)
        if got != status:
            raise RuntimeError(f"{asked[:2]} was answered {got}: {body.decode()[:300]}")
        return json.loads(body) if body.startswith(b"{") else body.decode()

    def close(self):
        self.connection.close()


class Stage:
    """A fresh issuer with an administrator, a service, and alice who may use it."""

    def __init__(self, programs, folder):
        self.programs, self.folder = programs.resolve(), folder
        self.world = World(programs, folder)
        self.processes = []
        self.world.start_issuer()
        self.log_in_administrator()
        self.admin("POST", "services", {"name": "orders"})
        self.admin("POST", "users", {"username": "alice", "password": PASSWORD, "scope": "orders:read", "services": ["orders"]})
        self.verifier_key = self.admin("POST", "services/orders/verifier-keys")["verifier_key"]
        self.jwks = folder / "jwks.json"
        self.jwks.write_text(request("GET", f"{self.world.url}/.well-known/jwks.json").body)

    @property
    def issuer(self):
        return self.world.issuer.process.pid

    def log_in_administrator(self):
        answer = self.world.login("admin", self.world.admin_password, audience="signet")
        self.admin_token = answer.json()["access_token"]

    def admin(self, method, path, body=None):
        answer = request(method, f"{self.world.url}/v1/admin/{path}", body, self.admin_token)
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path} was answered {answer}")
        return answer.json()

    def client(self):
        return Client(self.world.port)

    def log_in(self, client):
        return client.expect(200, "POST", "/v1/login", {"username": "alice", "password": PASSWORD})

    def start_guard(self, number):
        """The example API, which holds a real guard; returns where it listens."""
        port = free_port()
        arguments = [self.programs / "orders", "--port", port, "--issuer", self.world.url]
        with undisturbed():
            process = Process(arguments, self.folder, f"guard-{number}.log", self.world.environment)
        self.processes.append(process)
        process.await_output("listens on")
        return port

    def start_verifiers(self, count, wait):
        verifiers = Verifiers([self.programs / "revocation_verifiers", self.world.port, self.world.url, self.jwks, count, wait,
                               self.verifier_key])
        self.processes.append(verifiers)
        verifiers.await_ready()
        return verifiers

    def stop(self):
        for process in self.processes:
            process.stop()
        self.world.stop()


class Verifiers:
    """The program of that name, and what it has told."""

    def __init__(self, arguments):
        with undisturbed():
            self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                            start_new_session=True)
        self.changed = threading.Condition()
        self.ready = False
        self.revoked = set()  # LIST:IDX
        self.stands = []      # (seq, nanoseconds): from then on, all stood there or further
        self.report = None
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            kind, *rest = line.split()
            with self.changed:
                if kind == "ready":
                    self.ready = True
                elif kind == "batch":
                    self.revoked.update(rest[2:])
                elif kind == "all":
                    self.stands.append((int(rest[0]), int(rest[1])))
                elif kind.startswith("{"):
                    self.report = json.loads(line)
                self.changed.notify_all()

    def await_that(self, condition, what, seconds=120):
        with self.changed:
            done = self.changed.wait_for(lambda: condition() or not self.reader.is_alive(), seconds)
        if not done or not condition():
            raise RuntimeError(f"waited in vain for {what} of {self.process.args[4]} verifiers")

    def await_ready(self):
        self.await_that(lambda: self.ready, "the first poll")

    def await_all(self, seq):
        """When the last one had received everything up to seq, in nanoseconds."""
        self.await_that(lambda: self.stands and self.stands[-1][0] >= seq, f"number {seq}")
        return next(at for stood, at in self.stands if stood >= seq)

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.reader.join(timeout=10)
        return self.report


class Background(threading.Thread):
    """Makes a request again and again, so many a second, and notes how long each took."""

    def __init__(self, name, rate, ask):
        super().__init__(daemon=True)
        self.kind, self.pause, self.ask = name, 1 / rate, ask
        self.took, self.failed, self.ended = [], 0, threading.Event()

    def run(self):
        while not self.ended.wait(self.pause):
            began = time.monotonic()
            try:
                self.ask()
                self.took.append((time.monotonic() - began) * 1e3)
            except (RuntimeError, OSError, http.client.HTTPException) as problem:
                self.failed += 1
                print(f"{self.kind}: {problem}", file=sys.stderr)

    def end(self):
        self.ended.set()
        self.join(timeout=60)

"""Real processes for the demo and the end-to-end tests: an issuer, APIs, and plain HTTP requests to them."""

import contextlib
import ctypes
import http.client
import json
import os
import pathlib
import random
import re
import shlex
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


_given = set()


def free_port(preferred=0):
    """The preferred port of 127.0.0.1 if nobody has it, or else a free one that no client's connection will take; never one
    that was given out before."""
    candidates = [preferred] if preferred else []
    candidates += random.SystemRandom().sample(range(20000, 32000), 50)  # below those that the kernel gives to clients
    for port in candidates:
        if port in _given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                _given.add(port)
                return port
            except OSError:
                continue
    raise OSError("no free port")


def await_that(condition, what, seconds=30):
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

    def __repr__(self):
        return f"{self.status} {self.body}"


def request(method, url, body=None, token=None, headers=()):
    """One HTTP request, on a connection of its own. A dict or a list is sent as JSON, text as it is."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    fields = dict(headers)
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        fields.setdefault("Content-Type", "application/json")
    if isinstance(body, str):
        body = body.encode()
    if token is not None:
        fields["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, fields)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())
    finally:
        connection.close()


class Watch(threading.Thread):
    """Asks an API with a token, again and again until it is refused; keeps that answer, and its moment."""

    def __init__(self, url, token):
        super().__init__(daemon=True)
        self.url, self.token = url, token
        self.answer, self.at = None, None
        self.given_up = False
        self.start()
        await_that(lambda: self.answer or not self.is_alive(), f"an answer of {url}")

    def run(self):
        while not self.given_up:
            answer = request("GET", self.url, token=self.token)
            self.answer, self.at = answer, time.monotonic()
            if answer.status != 200:
                return

    def end(self, seconds=10):
        """The answer: the last one, when none was another than 200 for so long."""
        self.join(seconds)
        self.given_up = True
        return self.answer


class Relay:
    """A cable to a port of 127.0.0.1: passes on what comes, both ways, until it is cut."""

    def __init__(self, target):
        self.target, self.port = target, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mutex = threading.Lock()
        self.listener, self.ends = None, set()
        self.mend()

    def mend(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=[self.listener], daemon=True).start()

    def cut(self):
        """Nobody gets through any more, nor does what was under way."""
        with self.mutex:
            listener, self.listener = self.listener, None
            ends, self.ends = self.ends, set()
        for end in [listener, *ends]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        listener.close()

    def accept(self, listener):
        with contextlib.suppress(OSError):  # cut
            while True:
                near, _ = listener.accept()
                threading.Thread(target=self.serve, args=[listener, near], daemon=True).start()

    def serve(self, listener, near):
        with contextlib.suppress(OSError), near, socket.create_connection(("127.0.0.1", self.target)) as far:
            with self.mutex:
                if self.listener is not listener:
                    return
                self.ends |= {near, far}
            back = threading.Thread(target=self.pump, args=[far, near], daemon=True)
            back.start()
            self.pump(near, far)
            back.join()
            with self.mutex:
                self.ends -= {near, far}

    @staticmethod
    def pump(source, sink):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def undisturbed():
    """Lets no signal come between a process's start and our knowing of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def prepare_child(parent):
    """In the new process, before it becomes the program: it shall end when its parent does."""
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


class Process:
    """A program of ours with its log in a file. It gets no signals from the terminal, and ends when we do."""

    def __init__(self, arguments, folder, log, environment=None):
        self.arguments = [str(a) for a in arguments]
        self.log = pathlib.Path(folder) / log
        self.asked_to_stop = False
        with open(self.log, "ab") as out:
            self.began_at = out.tell()
            parent = os.getpid()
            self.process = subprocess.Popen(self.arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
                                            preexec_fn=lambda: prepare_child(parent))

    def output(self):
        """What it has said since it was started."""
        return self.log.read_bytes()[self.began_at:].decode(errors="replace")

    def is_running(self):
        return self.process.poll() is None

    def await_output(self, pattern):
        """The match of `pattern` in what it says."""
        def said():
            running = self.is_running()  # asked first, so that its last words are not missed
            found = re.search(pattern, self.output())
            if not found and not running:
                name = pathlib.Path(self.arguments[0]).name
                raise RuntimeError(f"{name} ended with {self.process.returncode}:\n{self.output()}")
            return found
        return await_that(said, f"{self.arguments[0]} to say {pattern!r}")

    def ask_to_stop(self, with_signal=signal.SIGTERM):
        """Once: a second signal would not wait for requests under way."""
        if self.is_running() and not self.asked_to_stop:
            self.process.send_signal(with_signal)
        self.asked_to_stop = True

    def stop(self, with_signal=signal.SIGTERM):
        """Returns how it ended: 0 when it stopped as asked."""
        self.ask_to_stop(with_signal)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def clean_environment():
    """Without the settings of whoever runs this."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SIGNET_")}


class World:
    """One issuer in a folder of its own, and the APIs that trust it."""

    def __init__(self, binaries, folder, port=0, settings=(), environment=()):
        self.binaries, self.folder = pathlib.Path(binaries).resolve(), pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = ([] if self.port == 7700 else ["--server-listen", f"127.0.0.1:{self.port}"]) + list(settings)
        self.environment = {**clean_environment(), "XDG_CONFIG_HOME": str(self.folder / "config"),
                            "SIGNET_SERVER": self.url, **dict(environment)}
        self.data = self.folder / "signet-data"
        self.issuer = None
        self.apis = {}
        self.admin_password = None

    def serve_command(self):
        return ["signet", "serve", *self.settings]

    def start_issuer(self):
        """Returns the first line that it says."""
        program, *arguments = self.serve_command()
        with undisturbed():
            self.issuer = Process([self.binaries / program, *arguments], self.folder, "issuer.log", self.environment)
        first_line = self.issuer.await_output(r"Signet .* serves .*").group()
        if self.admin_password is None:
            self.admin_password = self.issuer.await_output(r"shown only now:\s+(\S+)\s").group(1)
        return first_line

    def stop_issuer(self, with_signal=signal.SIGTERM):
        return self.issuer.stop(with_signal)

    def api_command(self, name, port, arguments=()):
        program = name.partition("-")[0]
        return [program, "--port", str(port), "--issuer", self.url, *map(str, arguments)]

    def start_api(self, name, arguments=(), port=0, environment=()):
        """Starts orders, inventory or billing, anew if it was running; returns its URL. orders-2 is a second orders."""
        if name in self.apis:
            self.apis[name].stop()
            port = port or self.apis[name].port
        port = port or free_port()
        program, *more = self.api_command(name, port, arguments)
        with undisturbed():
            self.apis[name] = Process([self.binaries / program, *more], self.folder, f"{name}.log",
                                      {**self.environment, **dict(environment)})
        self.apis[name].port = port
        self.apis[name].await_output("listens on")
        return f"http://127.0.0.1:{port}"

    def signet(self, *arguments, stdin="", check=True):
        """Runs the command line as the administrator would; returns what it printed."""
        done = subprocess.run([self.binaries / "signet", *map(str, arguments)], input=stdin, capture_output=True,
                              text=True, cwd=self.folder, env=self.environment, timeout=60)
        if check and done.returncode != 0:
            raise RuntimeError(f"signet {shlex.join(map(str, arguments))}: {done.stderr or done.stdout}")
        return done.stdout

    def login(self, username, password, **more):
        return request("POST", f"{self.url}/v1/login", {"username": username, "password": password, **more})

    def stop(self):
        """Stops everything; returns how each ended, by the name of its log."""
        everything = [*self.apis.values(), *([self.issuer] if self.issuer else [])]
        for process in everything:
            process.ask_to_stop()
        return {process.log.name: process.stop() for process in everything}

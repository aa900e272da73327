#!/usr/bin/python3
"""Measures a session lookup for each request, in SQLite, Redis and PostgreSQL, beside local verification of a token.

The servers are this command's own, in a folder that goes with it, on 127.0.0.1 and Unix sockets. The client runs on
one core, the server on the same or on the other one.
"""

import argparse
import contextlib
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import performance  # noqa: E402
import record  # noqa: E402

CLIENT_CORE = 1
FIGURES = ("median", "p99", "client", "server")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def move(process, core):
    """Puts all threads of a process, and what it starts from now on, on one core."""
    for thread in pathlib.Path(f"/proc/{process}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def await_answer(command, what):
    for _ in range(200):
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return
        time.sleep(0.05)
    sys.exit(f"{what} did not start")


@contextlib.contextmanager
def running(command, **how):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def redis(folder):
    port, path = free_port(), folder / "redis.sock"
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--unixsocket", path, "--dir", folder,
               "--save", "", "--appendonly", "no"]
    with running(command) as server:
        await_answer(["redis-cli", "-s", path, "ping"], "Redis")
        yield server.pid, {"unix": path, "tcp": port}


@contextlib.contextmanager
def postgres(folder):
    programs = max(pathlib.Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(path.name)) / "bin"
    data, port = folder / "postgres", free_port()
    data.mkdir()
    how = {}
    if os.getuid() == 0:  # it refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(data, user.pw_uid, user.pw_gid)
        how = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    name = "postgres" if how else pwd.getpwuid(os.getuid()).pw_name
    subprocess.run([programs / "initdb", "-D", data, "-A", "trust", "-U", name, "--no-sync"], check=True, cwd=data,
                   stdout=subprocess.DEVNULL, **how)
    command = [programs / "postgres", "-D", data, "-k", data, "-h", "127.0.0.1", "-p", str(port), "-c", "shared_buffers=512MB",
               "-c", "max_wal_size=4GB", "-c", "fsync=off", "-c", "autovacuum=off"]
    with running(command, cwd=data, **how) as server:
        await_answer([programs / "pg_isready", "-h", data, "-p", str(port)], "PostgreSQL")
        common = f"port={port} dbname=postgres user={name}"
        yield server.pid, {"unix": f"host={data} {common}", "tcp": f"host=127.0.0.1 sslmode=disable {common}"}


class Way:
    """One way to know who is asking: a driver, where it looks, and where the other side runs."""

    def __init__(self, name, driver, address, *mode, server=None, core=None):
        self.name, self.driver, self.address, self.mode = name, driver, address, mode
        self.server, self.core = server, core

    def measure(self, seconds):
        if self.server:
            move(self.server, self.core)
        return record.pinned(CLIENT_CORE, self.driver, "measure", self.address, seconds, *self.mode)


def server_ways(name, driver, server, addresses):
    """Over both kinds of sockets, on both cores. It is filled here."""
    subprocess.run([driver, "fill", str(addresses["unix"])], check=True)
    return [Way(f"{name}-{socket_kind}-{where}", driver, address, server=server, core=core)
            for socket_kind, address in addresses.items()
            for where, core in (("same", CLIENT_CORE), ("other", 1 - CLIENT_CORE))]


def local_ways(programs, folder):
    ways = []
    for algorithm in ("HS256", "RS256", "Ed25519"):
        subprocess.run([programs / "session_local", "fill", folder / algorithm], check=True)
        ways += [Way(f"local-{algorithm}-{mode}", programs / "session_local", folder / algorithm, mode)
                 for mode in ("uncached", "cached")]
    return ways


def measure(ways, options):
    figures = {way.name: {figure: [] for figure in FIGURES} for way in ways}
    shuffle = random.Random(1).shuffle
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds} ...", file=sys.stderr)
        shuffle(ways)
        for way in ways:
            report = way.measure(options.seconds)
            for figure in FIGURES:
                figures[way.name][figure].append(report[figure])
    return {name: {figure: record.summary(rounds) for figure, rounds in row.items()} for name, row in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="for one way in one round, twice")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("two cores are needed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that the servers end too

    machine = record.describe_machine()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="signet-sessions-"))
        stack.callback(shutil.rmtree, folder)
        folder.chmod(0o711)  # the other user that PostgreSQL runs as must get through
        print("filling the stores with a million sessions each ...", file=sys.stderr)
        subprocess.run([options.bin / "session_sqlite", "fill", folder / "sessions.db"], check=True)
        ways = local_ways(options.bin, folder) + [Way("sqlite", options.bin / "session_sqlite", folder / "sessions.db")]
        for name, start in (("redis", redis), ("postgres", postgres)):
            server, addresses = stack.enter_context(start(folder))
            ways += server_ways(name, options.bin / f"session_{name}", server, addresses)
        results = measure(ways, options)
    versions = {"sqlite": record.version_of("libsqlite3-0"), "redis": record.version_of("redis-server"),
                "postgres": record.text_of("psql", "--version").split()[2], "hiredis": record.version_of("libhiredis-dev")}
    figures = {"measured": record.today(), "rounds": options.rounds, "seconds": options.seconds, "machine": machine,
               "versions": versions, "ns": results}
    record.keep("sessions", figures, options.json)
    performance.write()
    print(performance.sessions_table(figures))
    print("written: docs/performance.md, its charts and docs/performance.json")


if __name__ == "__main__":
    main()

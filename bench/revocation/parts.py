"""The three measurements of the revocation benchmark. Each returns its figures, and fails when something was not as it must be."""

import json
import random
import sqlite3
import subprocess
import sys
import time

from stage import Background, Client, Stage, await_that, disk_wait, memory_of, place_of, processor_time, summary

GUARDS = 8
LONG_POLLS = 10_000


def tell(text):
    print(text, file=sys.stderr, flush=True)


def milliseconds(nanoseconds):
    return nanoseconds / 1e6


def await_refusals(guards, token, expected, seconds=60):
    """Asks every guard until it refuses; returns when the last one did."""
    waiting, deadline = list(guards), time.monotonic() + seconds
    while waiting and time.monotonic() < deadline:
        waiting = [guard for guard in waiting if guard.ask("GET", "/orders", token=token)[0] != expected]
    if waiting:
        raise RuntimeError(f"{len(waiting)} guards still let a revoked session in")
    return time.monotonic_ns()


class Propagation:
    """From the administrator's request to everybody's knowledge."""

    def __init__(self, programs, folder, verifiers, revocations):
        self.stage = Stage(programs, folder)
        self.verifiers, self.revocations = verifiers, revocations
        self.figures = {"answered": [], "verifiers": [], "guards": [], "acknowledged": []}

    def revoke_one(self, followers, guards, client):
        login = self.stage.log_in(client)
        token = login["access_token"]
        for guard in guards:
            guard.expect(200, "GET", "/orders", token=token)
        time.sleep(random.uniform(0.02, 0.08))  # at no fixed distance from anything
        began = time.monotonic_ns()
        answer = client.expect(200, "POST", "/v1/admin/revocations", {"session": login["session"]["id"]}, self.stage.admin_token)
        answered = time.monotonic_ns()
        refused = await_refusals(guards, token, 401)
        received = followers.await_all(answer["seq"])
        if place_of(token) not in followers.revoked:
            raise RuntimeError("a batch came without the session's index")
        times = {"answered": answered, "verifiers": received, "guards": refused}
        for name, at in times.items():
            self.figures[name].append(milliseconds(at - began))
        self.figures["acknowledged"].append(self.acknowledged(client, answer))

    def acknowledged(self, client, answer):
        """What the issuer itself tells the administrator, once all have said that the revocation is in force."""
        def complete():
            progress = client.expect(200, "GET", f"/v1/admin/revocations/{answer['seq']}", token=answer["ticket"])
            return progress["complete"] and progress["verifiers"] >= self.verifiers and progress
        return await_that(complete, "all acknowledgements")["took_ms"]

    def measure(self):
        try:
            tell(f"1. {self.verifiers} verifiers and {GUARDS} guards connect ...")
            guards = [Client(self.stage.start_guard(number)) for number in range(GUARDS)]
            followers = self.stage.start_verifiers(self.verifiers, 30)
            client = self.stage.client()
            tell(f"   {self.revocations} revocations ...")
            for _ in range(self.revocations):
                self.revoke_one(followers, guards, client)
            report = followers.stop()
            if report["gaps"]:
                raise RuntimeError(f"verifiers lost touch: {report}")
        finally:
            self.stage.stop()
        return {"verifiers": self.verifiers, "guards": GUARDS,
                "ms": {name: summary(times) for name, times in self.figures.items()}}


def long_polls(programs, folder, wait, seconds):
    """Ten thousand verifiers wait on one issuer."""
    tell(f"2. {LONG_POLLS} verifiers connect ...")
    stage = Stage(programs, folder)
    try:
        client = stage.client()
        for _ in range(20):
            stage.log_in(client)  # what it takes once is not counted
        before = memory_of(stage.issuer)
        followers = stage.start_verifiers(LONG_POLLS, wait)
        connected = memory_of(stage.issuer)
        tell(f"   heartbeats every {wait} s, for {seconds} s ...")
        used, began = processor_time(stage.issuer), time.monotonic()
        most, healthy = connected, []
        while time.monotonic() < began + seconds:
            asked = time.monotonic()
            client.expect(200, "GET", "/healthz")
            healthy.append((time.monotonic() - asked) * 1e3)
            most = max(most, memory_of(stage.issuer))
            time.sleep(0.2)
        busy = (processor_time(stage.issuer) - used) / (time.monotonic() - began)
        login = stage.log_in(client)
        began = time.monotonic_ns()
        seq = client.expect(200, "POST", "/v1/admin/revocations", {"session": login["session"]["id"]}, stage.admin_token)["seq"]
        to_all = milliseconds(followers.await_all(seq) - began)
        most = max(most, memory_of(stage.issuer))
        report = followers.stop()
    finally:
        stage.stop()
    if report["gaps"] or report["heartbeats"] < LONG_POLLS:
        raise RuntimeError(f"verifiers lost touch: {report}")
    return {"verifiers": LONG_POLLS, "wait_seconds": wait, "bytes_before": before, "bytes_connected": connected, "bytes_most": most,
            "bytes_per_verifier": round((most - before) / LONG_POLLS), "heartbeats": report["heartbeats"], "late_ms": report["late_ms"],
            "cores_busy": round(busy, 3), "healthz_ms": summary(healthy), "one_revocation_to_all_ms": round(to_all, 1)}


class Load:
    """Many revocations a second, while everybody else goes on."""

    def __init__(self, programs, folder, options):
        self.options, self.folder, self.programs = options, folder, programs
        self.stage = Stage(programs, folder)
        self.sessions = folder / "sessions"

    def prepare(self):
        """Sessions enough, opened through the Store while the issuer is down."""
        count = int((self.options.rate or 5000) * self.options.seconds)
        tell(f"3. {count} sessions are opened ...")
        self.stage.world.stop_issuer()
        with open(self.sessions, "w", encoding="ascii") as out:
            subprocess.run([self.programs / "revocation_sessions", self.stage.world.data / "signet.db", "alice", str(count)], stdout=out,
                           check=True)
        self.stage.world.start_issuer()
        self.stage.log_in_administrator()
        (self.folder / "token").write_text(self.stage.admin_token)
        return count

    def others(self):
        """Who also wants something, meanwhile."""
        clients = [self.stage.client() for _ in range(4)]
        held = {"refresh_token": self.stage.log_in(clients[1])["refresh_token"]}

        def refresh():
            held["refresh_token"] = clients[1].expect(200, "POST", "/v1/refresh", held)["refresh_token"]
        return [Background("login", 2, lambda: self.stage.log_in(clients[0])), Background("refresh", 10, refresh),
                Background("healthz", 20, lambda: clients[2].expect(200, "GET", "/healthz")),
                Background("jwks", 5, lambda: clients[3].expect(200, "GET", "/.well-known/jwks.json"))]

    def revoke(self):
        others = self.others()
        for other in others:
            other.start()
        used = processor_time(self.stage.issuer)
        done = subprocess.run([self.programs / "revocation_administrators", str(self.stage.world.port), self.folder / "token",
                               self.sessions, str(self.options.connections), str(self.options.rate), str(self.options.seconds)],
                              stdout=subprocess.PIPE, check=True, text=True)
        report = json.loads(done.stdout)
        report["issuer_cpu_ms_each"] = round((processor_time(self.stage.issuer) - used) * 1e3 / max(report["revoked"], 1), 3)
        report["issuer_cores"] = round((processor_time(self.stage.issuer) - used) / report["seconds"], 2)
        for other in others:
            other.end()
        report["others_ms"] = {other.kind: {**(summary(other.took) or {}), "failed": other.failed} for other in others}
        return report

    def stored(self):
        """What the disk holds of it after the issuer was killed."""
        self.stage.world.issuer.process.kill()
        self.stage.world.issuer.process.wait()
        with sqlite3.connect(self.stage.world.data / "signet.db") as database:
            return database.execute("select count(*) from revocations").fetchone()[0]

    def measure(self):
        try:
            self.prepare()
            followers = self.stage.start_verifiers(self.options.followers, 30)
            tell(f"   they are revoked, {self.options.rate or 'as many as it takes'} a second, for {self.options.seconds} s ...")
            report = self.revoke()
            ended = time.monotonic_ns()
            followers.await_that(lambda: len(followers.revoked) >= report["revoked"], "all that was revoked")
            report["followers_behind_ms"] = round(milliseconds(time.monotonic_ns() - ended), 1)
            gaps = followers.stop()["gaps"]
            report["stored"] = self.stored()
        finally:
            self.stage.stop()
        if gaps or report["stored"] < report["revoked"] or report["failed"]:
            raise RuntimeError(f"not all was as it must be: {gaps} gaps, {report}")
        return {"rate": self.options.rate, "connections": self.options.connections, "followers": self.options.followers,
                "disk_wait_ms": disk_wait(self.folder), **report}

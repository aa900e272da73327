#!/usr/bin/env python3
"""One login opens three APIs: the whole story, with real processes, requests and answers.

Each step says what is to be seen, does it, and compares. Ends with 0 only if every step came out as told. On a terminal
everything then stays up, to be tried by hand; with --once, or without a terminal, it ends.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sys
import tempfile
import time

from encore import stay_up
from story import Story
from world import Relay, Watch, World, await_that, free_port, request

PATHS = {"orders": "/orders", "inventory": "/stock", "billing": "/invoices"}
PORTS = {"issuer": 7700, "orders": 8001, "inventory": 8002, "billing": 8003, "orders-2": 8004}  # where free
PASSWORD = "correct horse battery staple"


def answers(url):
    try:
        return bool(request("GET", url))
    except OSError:
        return False


def flip(token, part):
    """The token with one character of a part changed: a middle one, all of whose bits count."""
    parts = token.split(".")
    middle = len(parts[part]) // 2
    other = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + other + parts[part][middle + 1:]
    return ".".join(parts)


class Path:
    """The same way through, whatever the issuer signs with."""

    title, folder, algorithm, settings = "", "", "", ()
    has_cable = False  # that is shown once, since it takes its time

    def __init__(self, story, binaries, folder, ports):
        self.story, self.ports = story, ports
        self.world = World(binaries, folder, ports["issuer"], self.settings)
        self.urls = {}
        self.ways = {}  # how each API gets its key
        self.admin_token = None

    def at(self, api):
        return self.urls[api] + PATHS[api.partition("-")[0]]

    def signet(self, *words, stdin=""):
        self.story.command(["signet", *words])
        return self.world.signet(*words, stdin=stdin)

    def inspect(self, token):
        return json.loads(self.world.signet("inspect", "--json", token))

    def log_in(self, **more):
        return self.story.ask_issuer(f"{self.world.url}/v1/login", {"username": "alice", "password": PASSWORD, **more})

    def at_all_three(self, token, name="$TOKEN", status=200):
        for api in PATHS:
            self.story.ask("GET", self.at(api), status, token, name)

    def reason(self, api, *reasons):
        """What will tell why the API has refused: its log does, its answer does not."""
        process = self.world.apis[api]
        before = len(process.output())

        def tell():
            found = re.search(r"refused: (\S+)", process.output()[before:])
            logged = found.group(1) if found else "nothing"
            return f"  log: {self.story.judge(logged in reasons, logged, ' or '.join(reasons))}"
        return tell

    def refused(self, api, token, name, *reasons, status=401):
        """Refused, for one of these reasons."""
        self.story.ask("GET", self.at(api), status, token, name, log=self.reason(api, *reasons))

    def start_issuer(self):
        self.story.step("An issuer starts in an empty folder. It makes its keys, its database and an administrator.")
        self.story.command(self.world.serve_command())
        self.story.say(self.world.start_issuer())

    def administer(self):
        self.story.step("The administrator adds three services and a user.")
        self.signet("login", "admin", "--audience", "signet", "--password-stdin", stdin=self.world.admin_password)
        for api in PATHS:
            self.signet("service", "add", api)
        claims = '{"warehouses":["berlin"],"approval_limit":500}'
        self.signet("user", "add", "alice", "--scope", "orders:read orders:write", "--role", "accountant",
                    "--claims", claims, "--password-stdin", stdin=PASSWORD)
        login = self.world.login("admin", self.world.admin_password, audience="signet")
        self.admin_token = login.json()["access_token"]

    def start_api(self, api, *more):
        arguments = [*self.ways[api], *more]
        self.story.command(self.world.api_command(api, self.ports[api], arguments))
        self.urls[api] = self.world.start_api(api, arguments, self.ports[api])

    def begin_session(self):
        self.story.step("Alice logs in, once. Her access token is good for ten minutes; this is what it says:")
        login = self.log_in()
        claims = self.inspect(login["access_token"])["payload"]
        for name in ("aud", "scope", "roles", "warehouses", "approval_limit"):
            self.story.say(f"  {name:14} {json.dumps(claims[name])}")
        return login

    def use(self, token):
        self.story.step("The same token at all three: each API checks it by itself, without asking the issuer.")
        self.at_all_three(token)

        self.story.step("What she may do is in the token: her orders, her warehouse, her limit of 500.")
        orders, stock, invoices = (self.urls[api] + PATHS[api] for api in PATHS)
        self.story.ask("POST", orders, 201, token, "", "ten boxes of paper")
        self.story.ask("POST", f"{stock}/berlin", 201, token, "", "5")
        self.story.ask("POST", f"{stock}/lisbon", 403, token, "", "5")
        self.story.ask("POST", f"{invoices}/i-2/approval", 201, token, "")
        self.story.ask("POST", f"{invoices}/i-3/approval", 403, token, "")

    def refuse(self, token):
        self.story.step("No token: refused.")
        self.at_all_three(None, "no token", 401)

        self.story.step("A token for billing alone: good there, refused at the others. All that a client hears is that "
                        "its token is not valid; why, the API's log tells.")
        narrow = self.log_in(audience="billing")["access_token"]
        self.story.ask("GET", self.urls["billing"] + PATHS["billing"], 200, narrow, "$BILLING")
        for api in ("orders", "inventory"):
            self.refused(api, narrow, "$BILLING", "wrong_audience")

        self.story.step("One character changed, in the header, then in the payload, then in the signature: refused.")
        self.refused("orders", flip(token, 0), "$HEADER", "malformed", "unknown_key", "unsupported")
        self.refused("orders", flip(token, 1), "$PAYLOAD", "bad_signature")
        self.refused("orders", flip(token, 2), "$SIGNATURE", "bad_signature")
        self.refuse_forged(token)
        self.refuse_expired()

    def refuse_forged(self, token):
        self.story.step("The same claims signed with another key: refused, also when it bears the true key's name.")
        true = self.inspect(token)
        claims = json.dumps(true["payload"])
        self.signet("key", "generate", "--alg", self.algorithm, "--out", "another.jwk")
        self.story.command(["signet", "sign", "--key", "another.jwk", "--claims", "..."])
        another = self.world.folder / "another.jwk"
        self.refused("inventory", self.world.signet("sign", "--key", another, "--claims", claims).strip(), "$FORGED",
                     "unknown_key")
        key = json.loads(another.read_text())
        key["kid"] = true["header"]["kid"]
        another.write_text(json.dumps(key))
        self.refused("inventory", self.world.signet("sign", "--key", another, "--claims", claims).strip(), "$FORGED",
                     "bad_signature")

    def refuse_expired(self):
        self.story.step("A token that has expired: refused. For this, tokens for orders get a life of three seconds.")
        self.signet("service", "change", "orders", "--access-lifetime", "3s")
        token = self.log_in(audience="orders")["access_token"]
        orders = self.urls["orders"] + PATHS["orders"]
        self.story.ask("GET", orders, 200, token, "$SHORT")
        self.story.say("(three seconds later)")
        await_that(lambda: request("GET", orders, token=token).status == 401, "the token to expire")
        self.refused("orders", token, "$SHORT", "expired")
        self.signet("service", "change", "orders", "--access-lifetime", "10m")

    def refresh(self, login):
        self.story.step("The refresh token brings a new access token, and its own successor.")
        fresh = self.story.ask_issuer(f"{self.world.url}/v1/refresh", {"refresh_token": login["refresh_token"]})
        self.at_all_three(fresh["access_token"], "$NEW")
        self.story.expect(fresh["access_token"] != login["access_token"], "it is another token than before")
        self.story.expect(fresh["session"]["id"] == login["session"]["id"], "it belongs to the same session")
        return fresh["access_token"]

    def revoke(self, login, name, apis):
        """Revokes a session, while its token is shown to these APIs again and again: how soon does each refuse it?"""
        token = login["access_token"]
        watches = {api: Watch(self.at(api), token) for api in apis}
        reasons = {api: self.reason(api, "revoked") for api in apis}
        called = time.monotonic()
        self.story.ask_issuer(f"{self.world.url}/v1/admin/revocations", {"session": login["session"]["id"]},
                              self.admin_token)
        for api, watch in watches.items():
            answer = watch.end()
            self.story.line("GET", watch.url, name)
            self.story.answer(answer, 401, f"{(watch.at - called) * 1000:4.0f} ms{reasons[api]()}")

    def lose_laptop(self, token):
        self.story.step("Alice logs in on a laptop too, and it is stolen. The administrator revokes that one session: "
                        "all three refuse its token, in milliseconds from that call to the first refusal.")
        laptop = self.log_in()
        self.at_all_three(laptop["access_token"], "$LAPTOP")
        self.revoke(laptop, "$LAPTOP", PATHS)

        self.story.step("Her other session goes on.")
        self.at_all_three(token, "$NEW")
        return laptop["access_token"]

    def pull_cable(self, token):
        self.story.step("Billing is started anew: it hears of revocations through a cable that can be pulled, and what "
                        "it knows of them may be five seconds old.")
        cable = Relay(self.world.port)
        self.start_api("billing", "--revocations", f"{cable.url}/v1", "--max-staleness", "5")
        phone = self.log_in()
        self.story.ask("GET", self.at("billing"), 200, phone["access_token"], "$PHONE")

        self.story.step("The cable is pulled, and another session revoked. Billing cannot know: it goes on for those "
                        "five seconds. Then it lets nobody in, rather than guess: 503.")
        cable.cut()
        self.revoke(phone, "$PHONE", ("orders", "inventory"))
        self.story.ask("GET", self.at("billing"), 200, phone["access_token"], "$PHONE")
        await_that(lambda: request("GET", self.at("billing"), token=token).status != 200, "billing to grow careful")
        self.story.say("(five seconds after it last heard of the issuer)")
        self.refused("billing", phone["access_token"], "$PHONE", "stale", status=503)
        self.refused("billing", token, "$NEW", "stale", status=503)

        self.story.step("The cable is mended. Billing catches up with what it has missed, and goes on.")
        cable.mend()
        await_that(lambda: request("GET", self.at("billing"), token=token).status == 200, "billing to catch up")
        self.refused("billing", phone["access_token"], "$PHONE", "revoked")
        self.story.ask("GET", self.at("billing"), 200, token, "$NEW")
        self.start_api("billing")
        cable.cut()

    def add_fourth(self, token, revoked):
        self.story.step("A fourth API starts, a second one of orders. It learns of what was revoked before its time. "
                        "Then it is killed.")
        self.start_api("orders-2")
        self.refused("orders-2", revoked, "$LAPTOP", "revoked")
        self.story.ask("GET", self.at("orders-2"), 200, token, "$NEW")
        self.kill("orders-2", signal.SIGKILL)

    def kill(self, api, with_signal):
        process = self.world.apis[api]
        self.story.command(["kill", f"-{with_signal.value}", process.process.pid])
        process.stop(with_signal)

    def go_on_alone(self, token, revoked):
        self.story.step("The issuer stops. The APIs go on, and have forgotten nothing.")
        self.story.command(["kill", self.world.issuer.process.pid])
        self.story.expect(self.world.stop_issuer() == 0 and not answers(self.world.url),
                          f"nobody answers at {self.world.url} any more")
        self.at_all_three(token, "$NEW")
        self.at_all_three(revoked, "$LAPTOP", 401)

        self.story.step("Meanwhile the fourth starts again, from cold and with nobody to ask: it has its copies on "
                        "disk. The stolen session stays out, the other is let in.")
        self.start_api("orders-2")
        self.refused("orders-2", revoked, "$LAPTOP", "revoked")
        self.story.ask("GET", self.at("orders-2"), 200, token, "$NEW")

    def tell(self):
        self.story.chapter(self.title)
        self.start_issuer()
        self.administer()
        self.start_apis()
        login = self.begin_session()
        self.use(login["access_token"])
        self.refuse(login["access_token"])
        token = self.refresh(login)
        if self.story.failures:
            return  # what follows waits for APIs that do as they should
        revoked = self.lose_laptop(token)
        if self.has_cable:
            self.pull_cable(token)
        self.add_fourth(token, revoked)
        self.go_on_alone(token, revoked)
        self.world.stop()


class PublicKeyPath(Path):
    title = "One login, three APIs: signed with a private key, checked with the public one (RS256)"
    folder, algorithm, has_cable = "public-key", "RS256", True

    def start_apis(self):
        self.story.step("Three APIs start, one process each, as on three hosts. Two fetch the issuer's public key; "
                        "inventory is handed it as a PEM file.")
        jwks = f"{self.world.url}/.well-known/jwks.json"
        self.story.say(f"$ curl -s {jwks} |")
        self.story.say("    signet key public --in - --format pem > issuer.pem")
        pem = self.world.signet("key", "public", "--in", "-", "--format", "pem", stdin=request("GET", jwks).body)
        (self.world.folder / "issuer.pem").write_text(pem)
        self.ways = {"orders": ["--cache", "cache-of-orders"],
                     "inventory": ["--key", "issuer.pem", "--algorithm", "RS256"],
                     "billing": ["--cache", "cache-of-billing"],
                     "orders-2": ["--cache", "cache-of-orders-2"]}
        for api in PATHS:
            self.start_api(api)


class SharedSecretPath(Path):
    title = "The same path with a pre-shared secret (HS256)"
    folder, algorithm, settings = "shared-secret", "HS256", ("--tokens-algorithm", "HS256")

    def start_apis(self):
        self.story.step("Three APIs start. Each was handed the secret ahead, as a file: they fetch no keys, ever. They "
                        "hear of revocations, signed with that secret.")
        self.ways = {api: ["--key", "signet-data/shared-secret.jwk"] for api in PATHS}
        self.ways["orders-2"] = [*self.ways["orders"], "--cache", "cache-of-orders-2"]
        for api in PATHS:
            self.start_api(api)


def take_the_stage():
    """Something true for one demo at a time on this machine; others leave the usual ports to it."""
    stage = socket.socket(socket.AF_UNIX)
    try:
        stage.bind("\0signet-demo")
        return stage
    except OSError:
        return None


def end(number, _):
    raise SystemExit(128 + number)


def tell_all(story, paths, stays):
    for path in paths:
        path.tell()
        if story.failures:
            print(f"\n{story.failures} of the answers were not as told.")
            return 1
    story.told = True
    print(f"\nAll {story.steps} steps came out as told.", flush=True)
    if stays:
        stay_up(story, paths[0], PATHS, PASSWORD)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of the programs")
    parser.add_argument("--once", action="store_true", help="end after the last step")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)

    folder = pathlib.Path(tempfile.mkdtemp(prefix="signet-demo-"))
    story = Story(sys.stdout.isatty())
    paths = []
    try:
        print(f"Real programs from {options.bin}, at work in {folder}.\nWhatever you see was answered just now.")
        only_demo = take_the_stage()
        ports = {name: free_port(preferred if only_demo else 0) for name, preferred in PORTS.items()}
        paths = [kind(story, options.bin, folder / kind.folder, ports) for kind in (PublicKeyPath, SharedSecretPath)]
        return tell_all(story, paths, stays=sys.stdout.isatty() and not options.once)
    except KeyboardInterrupt:
        print("\n  Stopped.")
        return 0 if story.told else 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever was reading has enough
        return 1
    except (RuntimeError, OSError, KeyError, ValueError) as problem:
        print(f"\nThe demo cannot go on: {problem!r}" if isinstance(problem, KeyError)
              else f"\nThe demo cannot go on: {problem}")
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # nothing may keep the processes from being stopped
        for path in paths:
            path.world.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

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
import shlex
import shutil
import signal
import socket
import sys
import tempfile
import textwrap

from world import World, await_that, free_port, request

PATHS = {"orders": "/orders", "inventory": "/stock", "billing": "/invoices"}
PORTS = {"issuer": 7700, "orders": 8001, "inventory": 8002, "billing": 8003}  # where they are free
PASSWORD = "correct horse battery staple"
WIDTH = 100


class Story:
    """Prints what happens, and compares it with what was to happen."""

    def __init__(self, colours):
        self.colours = colours
        self.steps = 0
        self.failures = 0
        self.told = False  # to its end
        self.column = 0    # where an unfinished line stands

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colours else text

    def chapter(self, text):
        print(f"\n{self.paint('1;36', text)}", flush=True)

    def step(self, text):
        self.steps += 1
        first, *rest = textwrap.wrap(text, WIDTH - 4)
        print(f"\n{self.paint('1', f'{self.steps:2}. {first}')}", flush=True)
        for line in rest:
            print(self.paint("1", f"    {line}"), flush=True)

    def say(self, text):
        print(f"    {text}", flush=True)

    def command(self, words):
        """A command line, over several lines where it is long."""
        line = "    $"
        for word in map(shlex.quote, map(str, words)):
            if len(line) + len(word) > WIDTH - 3:
                print(f"{line} \\", flush=True)
                line = "       "
            line += f" {word}"
        print(line, flush=True)

    def judge(self, good, found, told):
        """Counts, and colours what was found; says what was told where that is something else."""
        self.failures += not good
        return self.paint("32", found) if good else self.paint("1;31", f"{found}, NOT {told} AS TOLD:")

    def expect(self, good, told):
        print(f"    {self.judge(good, 'yes:' if good else 'no', 'yes')} {told}", flush=True)

    def answer(self, answer, status, more=""):
        """Ends a line with what came back, as far as there is room."""
        mark = self.judge(answer.status == status, str(answer.status), status)
        room = WIDTH - self.column - 4 - len(more)
        text = shown(answer)
        print(f"{mark} {text if len(text) <= room else text[:room - 3] + '...'}{more}", flush=True)

    def begin(self, text):
        self.column = len(text)
        print(text, end="", flush=True)

    def ask_issuer(self, url, body):
        """A request to the issuer that must bring tokens."""
        sent = {**body, "password": "..."} if "password" in body else body
        self.say(f"POST {url.removeprefix('http://')} {shortened(json.dumps(sent))}")
        answer = request("POST", url, body)
        self.begin("    ")
        self.answer(answer, 200)
        if answer.status != 200:
            raise RuntimeError(f"nothing to go on with: {url} answered {answer}")
        return answer.json()

    def ask(self, method, url, status, token=None, name="no token", body=None, log=None):
        """A request to an API, on one line: with which token, to where, what came back, and what its log tells."""
        target = f"{method:4} {url.removeprefix('http://')}"
        self.begin(f"    {name:10} {target:32} " if name else f"    {target:41} ")
        answer = request(method, url, body, token)
        self.answer(answer, status, log() if log else "")


def shortened(text):
    """Long words, such as tokens, by their beginning."""
    return re.sub(r"([\w.-]{8})[\w.-]{20,}", r"\1...", text)


def shown(answer):
    if answer.headers.get("Content-Type") != "application/problem+json":
        return shortened(answer.body)
    problem = answer.json()
    return "needs " + problem["detail"] if answer.status == 403 else problem["title"]


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


    def __init__(self, story, binaries, folder, ports):
        self.story, self.ports = story, ports
        self.world = World(binaries, folder, ports["issuer"], self.settings)
        self.urls = {}
        self.ways = {}  # how each API gets its key

    def signet(self, *words, stdin=""):
        self.story.command(["signet", *words])
        return self.world.signet(*words, stdin=stdin)

    def inspect(self, token):
        return json.loads(self.world.signet("inspect", "--json", token))

    def log_in(self, **more):
        return self.story.ask_issuer(f"{self.world.url}/v1/login", {"username": "alice", "password": PASSWORD, **more})

    def at_all_three(self, token, name="$TOKEN", status=200):
        for api, url in self.urls.items():
            self.story.ask("GET", url + PATHS[api], status, token, name)

    def refused(self, api, token, name, *reasons):
        """Refused, for one of these reasons, which the API's log tells and its answer does not."""
        process = self.world.apis[api]
        before = len(process.output())

        def reason():
            found = re.search(r"refused: (\S+)", process.output()[before:])
            logged = found.group(1) if found else "nothing"
            return f"  log: {self.story.judge(logged in reasons, logged, ' or '.join(reasons))}"
        self.story.ask("GET", self.urls[api] + PATHS[api], 401, token, name, log=reason)

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

    def start_api(self, api):
        self.story.command(self.world.api_command(api, self.ports[api], self.ways[api]))
        self.urls[api] = self.world.start_api(api, self.ways[api], self.ports[api])

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

    def go_on_alone(self, token):
        self.story.step("The issuer stops. The APIs go on.")
        self.story.command(["kill", self.world.issuer.process.pid])
        self.story.expect(self.world.stop_issuer() == 0 and not answers(self.world.url),
                          f"nobody answers at {self.world.url} any more")
        self.at_all_three(token, "$NEW")

        kept = "its copy of the keys" if "--cache" in self.ways["orders"] else "its key file"
        self.story.step(f"Meanwhile orders is started anew. It takes {kept}, and goes on too.")
        self.story.command(["kill", self.world.apis["orders"].process.pid])
        self.start_api("orders")
        self.story.ask("GET", self.urls["orders"] + PATHS["orders"], 200, token, "$NEW")
        self.story.say("(The order is gone: this example keeps its orders in memory alone.)")

    def tell(self):
        self.story.chapter(self.title)
        self.start_issuer()
        self.administer()
        self.start_apis()
        login = self.begin_session()
        self.use(login["access_token"])
        self.refuse(login["access_token"])
        token = self.refresh(login)
        self.go_on_alone(token)
        self.world.stop()


class PublicKeyPath(Path):
    title = "One login, three APIs: signed with a private key, checked with the public one (RS256)"
    folder, algorithm = "public-key", "RS256"

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
                     "billing": ["--cache", "cache-of-billing"]}
        for api in PATHS:
            self.start_api(api)


class SharedSecretPath(Path):
    title = "The same path with a pre-shared secret (HS256)"
    folder, algorithm, settings = "shared-secret", "HS256", ("--tokens-algorithm", "HS256")

    def start_apis(self):
        self.story.step("Three APIs start. Each was handed the secret ahead, as a file. They fetch nothing, ever.")
        self.ways = {api: ["--key", "signet-data/shared-secret.jwk"] for api in PATHS}
        for api in PATHS:
            self.start_api(api)


def stay_up(story, path):
    world = path.world
    world.start_issuer()
    for api in PATHS:
        world.start_api(api, path.ways[api], path.ports[api])
    body = json.dumps({"username": "alice", "password": PASSWORD}, separators=(",", ":"))
    story.chapter("Everything is up again, with the public key. Try it in another terminal:")
    print(f"\n  The issuer  {world.url}   (administrator: admin, password: {world.admin_password})")
    for api in PATHS:
        print(f"  {api:11} {path.urls[api]}{PATHS[api]}")
    print("\n  TOKEN=$(curl -s -H 'Content-Type: application/json' \\\n"
          f"    -d '{body}' \\\n"
          f"    {world.url}/v1/login | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')")
    for api in PATHS:
        print(f"  curl -H \"Authorization: Bearer $TOKEN\" {path.urls[api]}{PATHS[api]}")
    print("\n  Ctrl-C stops everything.", flush=True)
    while True:
        signal.pause()


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
        stay_up(story, paths[0])
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

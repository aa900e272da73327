#!/usr/bin/env python3
"""One login opens three APIs: the whole story, with real processes, requests and answers.

Each step says what is to be seen, does it, and compares. Ends with 0 only if every step came out as told. On a terminal
everything then stays up, to be tried by hand; with --once, or without a terminal, it ends.
"""

import argparse
import json
import pathlib
import shutil
import signal
import sys
import tempfile

from world import World, await_that, request

APIS = {"orders": (8001, "/orders"), "inventory": (8002, "/stock"), "billing": (8003, "/invoices")}
PASSWORD = "correct horse battery staple"


class Story:
    def __init__(self, colours):
        self.colours = colours
        self.steps = 0
        self.failures = 0

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colours else text

    def chapter(self, text):
        print(f"\n{self.paint('1;36', text)}\n", flush=True)

    def step(self, text):
        self.steps += 1
        print(f"{self.paint('1', f'{self.steps:2}. {text}')}", flush=True)

    def command(self, text):
        print(f"      $ {text}", flush=True)

    def expect(self, good, told):
        self.failures += not good
        mark = self.paint("32", "ok") if good else self.paint("1;31", "NOT AS TOLD")
        print(f"      {mark}: {told}\n" if told else f"      {mark}\n", flush=True)

    def ask(self, method, url, status, token=None, token_name="$TOKEN", body=None):
        """Shows a request as the curl line that would make it, makes it, and compares the answer's status."""
        line = "curl" + (" -X POST" if method == "POST" and body is None else "")
        line += f' -H "Authorization: Bearer {token_name}"' if token is not None else ""
        line += f" -d '{body}'" if isinstance(body, str) else f" --json '{json.dumps(body)}'" if body else ""
        self.command(f"{line} {url}")
        answer = request(method, url, body, token)
        shown = answer.body if len(answer.body) < 160 else answer.body[:157] + "..."
        good = answer.status == status
        self.failures += not good
        mark = self.paint("32", str(answer.status)) if good else self.paint("1;31", f"{answer.status}, not {status}")
        print(f"      {mark} {shown}", flush=True)
        return answer


def flip(token, part):
    """The token with one character of a part changed: a middle one, all of whose bits count."""
    parts = token.split(".")
    middle = len(parts[part]) // 2
    other = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + other + parts[part][middle + 1:]
    return ".".join(parts)


def prepare(world):
    """The administrator's part, once: three services and one user."""
    world.start_issuer()
    world.signet("login", "admin", "--audience", "signet", "--password-stdin", stdin=world.admin_password)
    for name in APIS:
        world.signet("service", "add", name)
    claims = json.dumps({"warehouses": ["berlin"], "approval_limit": 500})
    world.signet("user", "add", "alice", "--scope", "orders:read orders:write", "--role", "accountant",
                 "--claims", claims, "--password-stdin", stdin=PASSWORD)


def log_in(story, world, **more):
    body = {"username": "alice", "password": PASSWORD, **more}
    return story.ask("POST", f"{world.url}/v1/login", 200, body=body).json()


def all_three(story, urls, token, status=200, **more):
    for name, url in urls.items():
        story.ask("GET", url + APIS[name][1], status, token, **more)
    print()


def tell_tampering(story, world, urls, token, key_arguments):
    story.step("One character changed, in the header, in the payload, in the signature: refused.")
    for part, name in enumerate(("header", "payload", "signature")):
        story.ask("GET", urls["orders"] + "/orders", 401, flip(token, part), f"$TOKEN, its {name} changed")
    print()

    story.step("The same claims, signed with another key: refused.")
    other = world.folder / "other.jwk"
    other.unlink(missing_ok=True)
    world.signet("key", "generate", *key_arguments, "--out", other)
    claims = world.signet("inspect", "--json", token)
    forged = world.signet("sign", "--key", other, "--claims", json.dumps(json.loads(claims)["claims"])).strip()
    all_three(story, urls, forged, 401, token_name="$FORGED")


def tell_expiry(story, world, urls):
    story.step("An expired token: refused. (For this, the tokens for orders get a life of one second.)")
    story.command("signet service change orders --access-lifetime 1s")
    world.signet("service", "change", "orders", "--access-lifetime", "1s")
    token = log_in(story, world, audience="orders")["access_token"]
    await_that(lambda: request("GET", urls["orders"] + "/orders", token=token).status == 401, "the token to expire")
    story.ask("GET", urls["orders"] + "/orders", 401, token, "$EXPIRED")
    world.signet("service", "change", "orders", "--access-lifetime", "10m")
    print()


def tell_keys_apart(story, world):
    """The main path: the issuer signs with a private key, the APIs know the public one."""
    story.chapter("One login, three APIs: signed with a private key, checked with the public one (RS256)")
    folder = world.folder

    story.step("An issuer starts from nothing: keys, database and administrator are made on the spot.")
    story.command("signet serve")
    prepare(world)
    story.expect(True, f"it serves {world.url}; now it knows three services and the user alice")

    story.step("Three APIs start. Two fetch the public key from the issuer, inventory was handed a PEM file.")
    jwks = request("GET", f"{world.url}/.well-known/jwks.json").body
    (folder / "issuer.jwks").write_text(jwks)
    pem = folder / "issuer.pem"
    pem.write_text(world.signet("key", "public", "--in", folder / "issuer.jwks", "--format", "pem"))
    ways = {"orders": ["--cache", folder / "cache-orders"], "inventory": ["--key", pem, "--algorithm", "RS256"],
            "billing": ["--cache", folder / "cache-billing"]}
    urls = {name: world.start_api(name, ways[name], port) for name, (port, _) in APIS.items()}
    for name in APIS:
        story.command(" ".join([name, "--port", urls[name].rsplit(":", 1)[1], "--issuer", world.url, *map(str, ways[name])]))
    print()

    story.step("Alice logs in, once.")
    login = log_in(story, world)
    token = login["access_token"]
    print()

    story.step("The same token at all three: each checks it by itself, without asking the issuer.")
    all_three(story, urls, token)

    story.step("What she may do is in the token: her orders, her warehouse, her limit.")
    story.ask("POST", urls["orders"] + "/orders", 201, token, body="ten boxes of paper")
    story.ask("POST", urls["inventory"] + "/stock/berlin", 201, token, body="5")
    story.ask("POST", urls["inventory"] + "/stock/lisbon", 403, token, body="5")
    story.ask("POST", urls["billing"] + "/invoices/i-2/approval", 201, token)
    story.ask("POST", urls["billing"] + "/invoices/i-3/approval", 403, token)
    print()

    story.step("No token: refused.")
    all_three(story, urls, None, 401)

    story.step("A token for billing alone: good there, refused at the others.")
    narrow = log_in(story, world, audience="billing")["access_token"]
    for name, status in (("billing", 200), ("orders", 401), ("inventory", 401)):
        story.ask("GET", urls[name] + APIS[name][1], status, narrow, "$BILLING_TOKEN")
    print()

    tell_tampering(story, world, urls, token, ["--alg", "RS256"])
    tell_expiry(story, world, urls)

    story.step("The refresh token brings a new access token.")
    fresh = story.ask("POST", f"{world.url}/v1/refresh", 200, body={"refresh_token": login["refresh_token"]}).json()
    all_three(story, urls, fresh["access_token"], token_name="$NEW_TOKEN")
    story.expect(fresh["access_token"] != token, "it is another token, of the same session")

    story.step("The issuer stops. The APIs go on.")
    story.command("kill $ISSUER")
    world.stop_issuer()
    all_three(story, urls, fresh["access_token"], token_name="$NEW_TOKEN")

    story.step("An API restarts meanwhile: it starts from its copy of the keys.")
    world.start_api("orders", ways["orders"])
    story.ask("GET", urls["orders"] + "/orders", 200, fresh["access_token"], "$NEW_TOKEN")
    print()
    return urls


def tell_shared_secret(story, world):
    """The simplest set-up: one secret, shared ahead."""
    story.chapter("The same path with a pre-shared secret (HS256)")
    story.step("An issuer with one secret, which every API is handed ahead. They fetch nothing, ever.")
    story.command("signet serve --tokens-algorithm HS256")
    prepare(world)
    secret = world.data / "shared-secret.jwk"
    urls = {name: world.start_api(name, ["--key", secret]) for name in APIS}
    for name in APIS:
        story.command(f"{name} --port {urls[name].rsplit(':', 1)[1]} --issuer {world.url} --key {secret}")
    print()

    story.step("Alice logs in, and the same token opens all three.")
    token = log_in(story, world)["access_token"]
    all_three(story, urls, token)
    tell_tampering(story, world, urls, token, ["--alg", "HS256"])

    story.step("The issuer stops. The APIs go on.")
    world.stop_issuer()
    all_three(story, urls, token)


def stay_up(story, world, urls):
    world.start_issuer()
    story.chapter("Everything is up. Try it:")
    body = json.dumps({"username": "alice", "password": PASSWORD})
    print(f"  TOKEN=$(curl -s --json '{body}' {world.url}/v1/login |\n"
          "          sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')")
    for name, url in urls.items():
        print(f"  curl -H \"Authorization: Bearer $TOKEN\" {url}{APIS[name][1]}")
    print(f"\n  The issuer is {world.url}, its administrator is admin with the password {world.admin_password}")
    print("  Ctrl-C stops everything.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print("\n  Stopped.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--once", action="store_true", help="end after the last step")
    options = parser.parse_args()

    binaries = options.bin.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="signet-demo-"))
    story = Story(sys.stdout.isatty())
    worlds = [World(binaries, folder / "public-key", port=7700),
              World(binaries, folder / "shared-secret", settings=["--tokens-algorithm", "HS256"])]
    try:
        urls = tell_keys_apart(story, worlds[0])
        tell_shared_secret(story, worlds[1])
        worlds[1].stop()
        if story.failures:
            print(f"\n{story.failures} of the answers were not as told.")
        else:
            print(f"\nAll {story.steps} steps came out as told.")
        if not options.once and sys.stdout.isatty() and not story.failures:
            stay_up(story, worlds[0], urls)
    finally:
        for world in worlds:
            world.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if story.failures else 0


if __name__ == "__main__":
    sys.exit(main())

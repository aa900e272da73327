#!/usr/bin/python3
"""Measures other JWT libraries beside Signet: the same tokens, the same core, in turn, several rounds of all of them.

Every driver first proves that it accepts the good token and refuses six bad ones, then measures. See drive.h.
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

import make_tokens  # noqa: E402
import performance  # noqa: E402
import record  # noqa: E402

WORK = record.ROOT / "build/peers"
ALL = ("HS256", "RS256", "ES256", "EdDSA")
NO_EDDSA = ("HS256", "RS256", "ES256")
DEBIAN = {  # driver: (the package, what it knows)
    "libjwt": ("libjwt-dev", NO_EDDSA), "cpp_jwt": ("libcpp-jwt-dev", NO_EDDSA), "cjose": ("libcjose-dev", NO_EDDSA),
    "rhonabwy": ("librhonabwy-dev", ALL), "poco": ("libpoco-dev", NO_EDDSA),
}
NPM = {  # mode of node.mjs: (the package, what it knows)
    "jsonwebtoken": ("jsonwebtoken", NO_EDDSA), "jose": ("jose", ALL), "fast-jwt": ("fast-jwt", ALL),
    "fast-jwt-cache": ("fast-jwt", ALL), "fast-jwt-cache-by-token": ("fast-jwt", ALL),
}


class Peer:
    def __init__(self, name, version, algorithms, command, *mode):
        self.name, self.version, self.algorithms = name, version, algorithms
        self.command, self.mode = command, mode

    def measure(self, core, algorithm, seconds):
        report = record.pinned(core, *self.command, WORK / "tokens" / algorithm, seconds, *self.mode,
                               PEER_MODULES=str(WORK / "npm"))
        return statistics.median(report["ns"])


def build_go():
    """With Debian's compiler and Debian's copy of the library: no network."""
    program = WORK / "golang_jwt"
    environment = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(WORK / "go"), "GOFLAGS": "",
                   "PATH": "/usr/bin:/bin", "HOME": str(WORK)}
    subprocess.run(["go", "build", "-o", program, HERE / "golang_jwt.go"], check=True, env=environment)
    return program


def install_npm():
    """What package-lock.json pins, by hash, below build/."""
    place = WORK / "npm"
    place.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text()
    installed = place / "installed"
    if not installed.exists() or installed.read_text() != lock:
        for name in ("package.json", "package-lock.json"):
            (place / name).write_text((HERE / name).read_text())
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], check=True, cwd=place)
        installed.write_text(lock)


def find_peers(programs):
    def npm_version(package):
        return json.loads((WORK / "npm/node_modules" / package / "package.json").read_text())["version"]

    signet = re.search(r"project\(signet VERSION (\S+)", (record.ROOT / "CMakeLists.txt").read_text()).group(1)
    peers = [Peer("bare", "", ALL, [programs / "peer_bare"]),
             Peer("signet", signet, ALL, [programs / "peer_signet"], "uncached"),
             Peer("signet-cache", signet, ALL, [programs / "peer_signet"], "cached")]
    peers += [Peer(name, record.version_of(package), algorithms, [programs / f"peer_{name}"])
              for name, (package, algorithms) in DEBIAN.items()]
    peers += [Peer("golang-jwt", record.version_of("golang-github-golang-jwt-jwt-dev"), ALL, [WORK / "golang_jwt"]),
              Peer("pyjwt", record.version_of("python3-jwt"), ALL, ["/usr/bin/python3", "-B", HERE / "pyjwt.py"])]
    peers += [Peer(mode, npm_version(package), algorithms, ["node", "--no-warnings", HERE / "node.mjs"], mode)
              for mode, (package, algorithms) in NPM.items()]
    return peers


def measure(peers, options):
    cells = [(peer, algorithm) for peer in peers for algorithm in peer.algorithms]
    figures = {peer.name: {algorithm: [] for algorithm in peer.algorithms} for peer in peers}
    shuffle = random.Random(1).shuffle
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds} ...", file=sys.stderr)
        shuffle(cells)
        for peer, algorithm in cells:
            figures[peer.name][algorithm].append(peer.measure(options.core, algorithm, options.seconds))
    return {name: {algorithm: record.summary(rounds) for algorithm, rounds in row.items()} for name, row in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.25, help="for one library and algorithm in one round")
    parser.add_argument("--core", type=int, default=os.cpu_count() - 1, help="the core that everything runs on")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()

    machine = record.describe_machine()
    build_go()
    install_npm()
    machine |= {"go": record.text_of("go", "version").split()[2].removeprefix("go"),
                "node": record.text_of("node", "--version").removeprefix("v"),
                "python": record.text_of("/usr/bin/python3", "--version").split()[1]}
    sizes = make_tokens.make_all(WORK / "tokens")
    peers = find_peers(options.bin)
    figures = {"measured": record.today(), "rounds": options.rounds, "seconds": options.seconds, "machine": machine,
               "token_bytes": sizes, "versions": {peer.name: peer.version for peer in peers}, "ns": measure(peers, options)}
    record.keep("peers", figures, options.json)
    performance.write()
    print(performance.peers_table(figures))
    print("written: docs/performance.md, its charts and docs/performance.json")


if __name__ == "__main__":
    main()

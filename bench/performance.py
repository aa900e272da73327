#!/usr/bin/python3
"""Writes docs/performance.md and its charts from docs/performance.json, which `./run bench peers` and `./run bench
sessions` make. Nothing in these files is written by hand. --check: says whether they are what would be written."""

import json
import pathlib
import statistics
import sys
import textwrap
from xml.etree import ElementTree

import charts
from charts import microseconds

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
ALGORITHMS = {"HS256": "HS256", "RS256": "RS256", "ES256": "ES256", "EdDSA": "Ed25519"}
OURS = ("signet", "signet-cache")
CACHES = ("fast-jwt-cache", "fast-jwt-cache-by-token")
PEERS = {  # name: (label, language)
    "bare": ("bare signature", "C"), "signet": ("Signet", "C++"), "signet-cache": ("Signet, cached", "C++"),
    "cjose": ("cjose", "C"), "libjwt": ("libjwt", "C"), "rhonabwy": ("rhonabwy", "C"),
    "cpp_jwt": ("libcpp-jwt", "C++"), "poco": ("POCO JWT", "C++"), "golang-jwt": ("golang-jwt", "Go"),
    "pyjwt": ("python3-jwt", "Python"), "jsonwebtoken": ("jsonwebtoken", "JavaScript"), "jose": ("jose", "JavaScript"),
    "fast-jwt": ("fast-jwt", "JavaScript"), "fast-jwt-cache": ("fast-jwt, cached", "JavaScript"),
    "fast-jwt-cache-by-token": ("fast-jwt, cached by token", "JavaScript"),
}
WAYS = {f"local-{algorithm}-{mode}": f"Signet, {algorithm}, {mode}"
        for mode in ("cached", "uncached") for algorithm in ("HS256", "RS256", "Ed25519")}
WAYS["sqlite"] = "SQLite, in process"
WAYS |= {f"{store}-{kind}-{core}": f"{label}, {socket}, {core} core"
         for store, label in (("redis", "Redis"), ("postgres", "PostgreSQL"))
         for kind, socket in (("unix", "Unix socket"), ("tcp", "TCP")) for core in ("same", "other")}


def wrap(paragraph):
    return textwrap.fill(paragraph, 120, break_long_words=False, break_on_hyphens=False)


def bullet(paragraph):
    return textwrap.fill(paragraph, 120, initial_indent="- ", subsequent_indent="  ", break_long_words=False,
                         break_on_hyphens=False)


def cost(figures, name, algorithm):
    """ns, or None where the library does not know the algorithm."""
    cell = figures["ns"][name].get(algorithm)
    return cell and cell["median"]


def peers_table(figures):
    lines = ["| us per verification | | version | " + " | ".join(ALGORITHMS.values()) + " |", "|---|---|---|" + "--:|" * 4]
    for name, (label, language) in PEERS.items():
        cells = [cost(figures, name, algorithm) for algorithm in ALGORITHMS]
        shown = ["no" if ns is None else microseconds(ns) for ns in cells]
        if name in OURS:
            label, shown = f"**{label}**", [f"**{cell}**" for cell in shown]
        lines.append(f"| {label} | {language} | {figures['versions'][name]} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def fastest(figures, names, algorithm):
    known = [name for name in names if cost(figures, name, algorithm) is not None]
    return min(known, key=lambda name: cost(figures, name, algorithm))


def comparison_table(figures):
    """Signet beside the yardstick and beside whichever other library is fastest."""
    others = [name for name in PEERS if name not in (*OURS, *CACHES, "bare")]
    lines = ["| | Signet / bare signature | fastest other | other / Signet | fastest other cache | other / Signet, cached |",
             "|---|--:|---|--:|---|--:|"]
    for algorithm, label in ALGORITHMS.items():
        ours, cached = (cost(figures, name, algorithm) for name in OURS)
        best, cache = fastest(figures, others, algorithm), fastest(figures, CACHES, algorithm)
        lines.append(f"| {label} | {ours / cost(figures, 'bare', algorithm):.2f} "
                     f"| {PEERS[best][0]} | {cost(figures, best, algorithm) / ours:.2f} "
                     f"| {PEERS[cache][0]} | {cost(figures, cache, algorithm) / cached:.2f} |")
    return "\n".join(lines)


def faster_ones(figures):
    """Says who beats Signet at what; computed, so that nobody can be left out."""
    found = []
    for algorithm, label in ALGORITHMS.items():
        for name, (peer, _) in PEERS.items():
            ours = cost(figures, "signet-cache" if name in CACHES else "signet", algorithm)
            ns = cost(figures, name, algorithm)
            if name not in (*OURS, "bare") and ns is not None and ns < ours:
                found.append(f"{peer} at {label} ({microseconds(ns)} to {microseconds(ours)} us)")
    return wrap("Faster than Signet in this run, caches beside its cache: " + (", ".join(found) or "none of them") + ".")


def spread(figures):
    """How far the rounds of one cell lay apart, for the cell in the middle and the worst; but p99 is noise by nature."""
    cells = [cell for row in figures["ns"].values() for figure, cell in row.items() if cell["median"] > 0 and figure != "p99"]
    widths = sorted((cell["high"] - cell["low"]) / cell["median"] for cell in cells)
    return (f"between the rounds, half of the figures moved by less than {statistics.median(widths):.0%}, the worst by "
            f"{widths[-1]:.0%}")


def machine_lines(figures, names):
    machine = figures["machine"]
    lines = [wrap(f"Measured on {figures['measured']}, at commit {machine['commit'] or 'unknown'}: {machine['cores']} cores of a "
                  f"virtual {machine['cpu']}, {machine['system']}, kernel {machine['kernel']}; {machine['compiler']}, "
                  + ", ".join(f"{label} {machine[key]}" for key, label in names.items())
                  + f". Medians of {figures['rounds']} rounds, each of which ran everything once in a new order; "
                  + spread(figures) + ".")]
    if machine["load"] > 0.5:
        lines += ["", wrap("**Other work was running on the machine** (load average "
                           f"{machine['load']} when this began): take the ratios rather than the figures, and nothing from a p99.")]
    return lines


def labelled_peers(figures):
    def kind(name):
        return "our-dot" if name in OURS else "bare-dot" if name == "bare" else "dot"

    labels = [(label, kind(name)) for name, (label, _) in PEERS.items()]
    columns = {label: [cost(figures, name, algorithm) for name in PEERS] for algorithm, label in ALGORITHMS.items()}
    return charts.peers(labels, columns)


def peers_section(figures):
    sizes = figures["token_bytes"]
    names = {"openssl": "OpenSSL", "libsodium": "libsodium", "go": "Go", "node": "Node.js", "python": "Python"}
    return "\n".join([
        PEERS_INTRODUCTION, "", "![CPU time of one verification](images/performance-peers.svg)", "",
        peers_table(figures), "", comparison_table(figures), "", faster_ones(figures), "",
        *machine_lines(figures, names), "",
        wrap(f"The token has nine claims: {sizes['HS256']} bytes with HS256, {sizes['RS256']} with RS256, {sizes['ES256']} "
             "with ES256 and Ed25519."), "", PEERS_NOTES])


def sessions_table(figures):
    lines = ["| us per request | latency, median | latency, p99 | CPU, client | CPU, server | CPU, both |", "|---|" + "--:|" * 5]
    for name, label in WAYS.items():
        way = {figure: cell["median"] for figure, cell in figures["ns"][name].items()}
        served = microseconds(way["server"]) if way["server"] else ""
        cells = [microseconds(way["median"]), microseconds(way["p99"]), microseconds(way["client"]), served,
                 microseconds(way["client"] + way["server"])]
        if name.startswith("local"):
            label, cells = f"**{label}**", [cell and f"**{cell}**" for cell in cells]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def labelled_sessions(figures):
    def of(name, figure):
        return figures["ns"][name][figure]["median"]

    return charts.sessions([(label, name.startswith("local"), of(name, "client"), of(name, "server"), of(name, "median"))
                            for name, label in WAYS.items()])


def findings(figures):
    def cpu(name):
        return figures["ns"][name]["client"]["median"] + figures["ns"][name]["server"]["median"]

    def latency(name):
        return figures["ns"][name]["median"]["median"]

    def each(of, names):
        return ", ".join(f"{label} {microseconds(of(name))} us" for name, label in names.items())

    stores = {"sqlite": "an SQLite lookup", "redis-unix-same": "a Redis GET", "postgres-unix-same": "a PostgreSQL lookup"}
    far = {f"{store}-{kind}-other": f"{label} over {socket}" for store, label in (("redis", "Redis"), ("postgres", "PostgreSQL"))
           for kind, socket in (("unix", "a Unix socket"), ("tcp", "TCP"))}
    plain, cached = "local-RS256-uncached", "local-RS256-cached"
    cheaper = [label for name, label in stores.items() if cpu(name) < cpu(plain)]
    sooner = [label for name, label in far.items() if latency(name) < latency(plain)]
    return "\n".join(map(bullet, [
        f"**CPU, without the cache.** An RS256 verification costs {microseconds(cpu(plain))} us; {each(cpu, stores)}, both "
        f"sides counted, on one core. Less than the verification: {', '.join(cheaper) or 'none of them'}."
        + (" Whoever has everything on one machine and wants to save CPU gains nothing over these by a public-key signature "
           "alone." if cheaper else ""),
        f"**CPU, with the cache**, which is the default. An RS256 token seen before costs {microseconds(cpu(cached))} us: "
        + ", ".join(f"{label} {cpu(name) / cpu(cached):.1f} times as much" for name, label in stores.items()) + ".",
        f"**Latency**, with the store on another core, where the client waits to be woken: {each(latency, far)}; an RS256 "
        f"verification {microseconds(latency(plain))} us, and {microseconds(latency(cached))} us from the cache. Sooner than the "
        f"uncached verification: {', '.join(sooner) or 'none of them'}. Between hosts the network comes on top, which these "
        "figures do not have in them; a verification has no such part.",
        "**What no figure shows.** A lookup needs the store to be up and within reach of every API; a verification does not. A "
        "lookup sees an ended session at once; a verification sees it when the token expires, or, with a revocation feed, when "
        "the API next hears from the issuer."]))


def sessions_section(figures):
    versions = figures["versions"]
    return "\n".join([
        SESSIONS_INTRODUCTION, "", "![A session looked up, or a token verified](images/performance-sessions.svg)", "",
        sessions_table(figures), "", findings(figures), "",
        *machine_lines(figures, {"openssl": "OpenSSL", "libsodium": "libsodium"}), "",
        wrap(f"SQLite {versions['sqlite']}, Redis {versions['redis']} with hiredis {versions['hiredis']}, PostgreSQL "
             f"{versions['postgres']}. " + SESSIONS_NOTES.replace("\n", " "))])


def documents(record):
    """{path below docs/: what it must hold}"""
    parts, files = [INTRODUCTION], {}
    if "peers" in record:
        parts.append(peers_section(record["peers"]))
        files["images/performance-peers.svg"] = labelled_peers(record["peers"])
    if "sessions" in record:
        parts.append(sessions_section(record["sessions"]))
        files["images/performance-sessions.svg"] = labelled_sessions(record["sessions"])
    files["performance.md"] = "\n\n".join([*parts, REPEAT]) + "\n"
    return files


def read_documents():
    return documents(json.loads((DOCS / "performance.json").read_text()))


def write():
    for name, text in read_documents().items():
        (DOCS / name).write_text(text)


def check():
    wanted = read_documents()
    for name, text in wanted.items():
        if name.endswith(".svg"):
            ElementTree.fromstring(text)
    stale = [name for name, text in wanted.items() if not (DOCS / name).exists() or (DOCS / name).read_text() != text]
    if stale:
        sys.exit(f"not what bench/performance.py makes of docs/performance.json: {', '.join(stale)}")


INTRODUCTION = """\
# Performance

<!-- Written by bench/performance.py from docs/performance.json: change these, not this. -->

Two questions, measured: what a verification costs beside other libraries, and what it costs beside looking a session
up. `./run bench` has a third, how close Signet is to the bare primitive, in finer detail."""

PEERS_INTRODUCTION = """\
## Beside other libraries

One verification: parse the token, check its signature, `iss`, `aud` and `exp`, then read two claims. All libraries
get the same tokens and the same keys, on the same core, in turn; the figure is CPU time of the whole process, garbage
collection and all threads included. Before it is measured, each must accept the good token, and refuse one with a
changed claim, one of another key, an expired one, one for another audience and one from another issuer."""

PEERS_NOTES = """\
Each library is used the way that its documentation shows, with its keys loaded once wherever that can be:

- **bare signature** is OpenSSL, for Ed25519 libsodium, on bytes that lie ready: no parsing, no claims.
  (`bench/bare.h`)
- **Signet** is a `Guard`. Its cache of verified tokens is on unless it is turned off; the row without it is what a
  token costs at its first sight. All cached figures here are of one hot token; the table further down has 10,000 in
  turn.
- **libjwt** (1.10) and **libcpp-jwt** take the key as PEM in each call, and know no other way: most of what RS256 and
  ES256 cost there is the reading of the key.
- **cjose** knows signatures, not claims: these are read with jansson, on which it is built. With it, **libjwt**,
  **POCO JWT** and **golang-jwt**, the caller compares claims, as the documentation says.
- **rhonabwy** computes with GnuTLS, **golang-jwt** with Go's own library, **python3-jwt** with OpenSSL through
  python3-cryptography.
- **jose** is asynchronous, through WebCrypto and its threads: the CPU time here is more than its latency.
- **fast-jwt, cached** takes the SHA-256 of the token as the key of its cache, which is its default. *Cached by token*
  gives it the identity function instead, which its documentation offers to those not concerned about leaks from
  memory, and about which it prints a warning. That figure flatters it: JavaScript remembers the hash of a string, and
  here it is the same string each time; a server gets a new one with each request.
- Libraries in other languages bring other things along, and whoever writes in these would not choose one in C++. They
  are here to show the field, not a race.

*no*: the library does not know the algorithm. `aud` is one string and `typ` is `JWT`, since some of the libraries accept nothing else. What is slow in a library may
be faster in a newer version than Debian's. The drivers are in `bench/peers/`, each about 40 lines; corrections are
welcome."""

SESSIONS_INTRODUCTION = """\
## Beside a session lookup

The old way: the client sends a session id, and the API asks a store who that is, for every request. Each store holds
a million sessions and is asked for one at random: SQLite in the API's own process, with all of it in memory; Redis
and PostgreSQL over a socket of this machine, one connection, the statement prepared. The new way: a token, verified
by a guard; 10,000 different ones in turn. The client runs on one core, the store's process on the same core or on the
other one."""

SESSIONS_NOTES = """\
CPU is `CLOCK_PROCESS_CPUTIME_ID` of both processes (for PostgreSQL, of the one that serves the connection), over all
lookups together; latency is taken one by one, less what the clock itself takes. What a store answers is not parsed,
in its favour; what a token says is. The local rows include waiting for memory: 10,000 tokens, and their copies in the
guard, do not fit the nearest caches of the processor. The drivers are in `bench/sessions/`."""

REPEAT = """\
## Repeat it

On Debian 12, on a machine with two cores and nothing else to do:

```sh
./run bench peers                   # about four minutes; installs the libraries, writes this file and the charts
./run bench peers --json FILE       # also writes the figures there
./run bench sessions                # about four minutes; starts Redis and PostgreSQL for itself and ends them
```

`--rounds N` and `--seconds S` make either longer. Debian starts the Redis and PostgreSQL that it installs as
services; they are not the ones that are measured, and can be switched off. The figures above are in
`docs/performance.json`, each with the lowest and the highest of its rounds."""

if __name__ == "__main__":
    check() if sys.argv[1:] == ["--check"] else write()

#!/usr/bin/python3
"""Measures revocation with real processes on 127.0.0.1: how fast it reaches everybody, what waiting costs, how many a second.

Everything runs on this one machine, the clients as well as the issuer, in a folder that goes with it.
"""

import argparse
import json
import pathlib
import shutil
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import record  # noqa: E402
from parts import LONG_POLLS, Load, Propagation, long_polls  # noqa: E402
from stage import raise_open_files  # noqa: E402

OTHER_FILES = 2500


def milliseconds(figures, *names):
    return " / ".join(f"{figures[name]:.1f}" for name in names)


def propagation_rows(figures):
    times = figures["ms"]
    name = f"{times['verifiers']['n']} revocations, from the administrator's request, p50 / p99 ms"
    who = {"answered": "to its answer", "verifiers": f"to the last of {figures['verifiers']} verifiers",
           "guards": f"to the refusal of the last of {figures['guards']} guards",
           "acknowledged": "to the last acknowledgement, by the issuer's count"}
    goals = {"verifiers": ("p99 < 100", times["verifiers"]["p99"] < 100), "guards": ("p99 < 100", times["guards"]["p99"] < 100)}
    yield name, "", "", None
    for key, text in who.items():
        goal, met = goals.get(key, ("", None))
        yield f"  {text}", goal, milliseconds(times[key], "p50", "p99"), met


def long_poll_rows(figures):
    each = figures["bytes_per_verifier"]
    yield f"{figures['verifiers']} long polls: the issuer's memory for each, bytes", "< 16,384", f"{each:,}", each < 16 * 1024
    late = figures["late_ms"]
    yield (f"  {figures['heartbeats']} heartbeats late by, p50 / p99 / max ms", "max < 1000", milliseconds(late, "p50", "p99", "max"),
           late["max"] < 1000)
    yield "  the issuer's processor, cores", "", f"{figures['cores_busy']:.2f}", None
    yield "  /healthz meanwhile, p50 / p99 ms", "", milliseconds(figures["healthz_ms"], "p50", "p99"), None
    yield "  one revocation to all of them, ms", "", f"{figures['one_revocation_to_all_ms']:.0f}", None


def load_rows(figures):
    rate = figures["per_second"]
    met = rate >= figures["rate"] * 0.99 if figures["rate"] else None
    yield (f"revocations a second, for {figures['seconds']:.0f} s, each durable", f">= {figures['rate']}" if figures["rate"] else "",
           f"{rate:,.0f}", met)
    yield f"  each, over {figures['connections']} connections, p50 / p99 ms", "", milliseconds(figures["ms"], "p50", "p99"), None
    yield "  the issuer's processor for each, ms", "", f"{figures['issuer_cpu_ms_each']:.2f}", None
    yield "  the disk's own wait for 4 KiB, p50 / p99 ms", "", milliseconds(figures["disk_wait_ms"], "p50", "p99"), None
    for kind, took in figures["others_ms"].items():
        yield (f"  meanwhile {took.get('n', 0)} x {kind}, p50 / p99 ms", "0 failed", milliseconds(took, "p50", "p99") if took.get("n") else "-",
               took["failed"] == 0 and took.get("n", 0) > 0)


def print_table(results):
    rows = [row for part, write in (("propagation", propagation_rows), ("long_polls", long_poll_rows), ("load", load_rows))
            if part in results for row in write(results[part])]
    width = max(len(row[0]) for row in rows)
    print(f"{'':{width}}  {'goal':>10}  measured")
    for name, goal, figure, met in rows:
        print(f"{name:{width}}  {goal:>10}  {figure}{'' if met is None else '  met' if met else '  MISSED'}")
    return all(row[3] is not False for row in rows)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--part", type=int, action="append", choices=(1, 2, 3), help="only this one; may be repeated")
    parser.add_argument("--verifiers", type=int, default=1000, help="part 1: so many that follow the feed")
    parser.add_argument("--revocations", type=int, default=100, help="part 1: how many are timed, 50 at least")
    parser.add_argument("--wait", type=int, default=20, help="part 2: seconds between heartbeats")
    parser.add_argument("--seconds", type=int, default=60, help="part 3: for how long; part 2 takes as long, for two heartbeats at least")
    parser.add_argument("--rate", type=int, default=1000, help="part 3: revocations a second; 0: as many as it takes")
    parser.add_argument("--connections", type=int, default=32, help="part 3: of administrators")
    parser.add_argument("--followers", type=int, default=10, help="part 3: verifiers that follow meanwhile")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the figures there")
    return parser.parse_args()


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that what was started ends too
    raise_open_files(LONG_POLLS + OTHER_FILES)
    parts = {1: ("propagation", lambda f: Propagation(options.bin, f, options.verifiers, max(options.revocations, 50)).measure()),
             2: ("long_polls", lambda f: long_polls(options.bin, f, options.wait, max(options.seconds, 2 * options.wait + 5))),
             3: ("load", lambda f: Load(options.bin, f, options).measure())}
    results = {"measured": record.today(), "machine": record.describe_machine()}
    folder = pathlib.Path(tempfile.mkdtemp(prefix="signet-revocation-"))
    try:
        for number in options.part or parts:
            name, measure = parts[number]
            results[name] = measure(folder / name)
            results["machine"]["load"] = max(results["machine"]["load"], record.load())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    machine = results["machine"]
    print(f"\n{results['measured']}, {machine['cpu']}, {machine['cores']} cores, load up to {machine['load']}, {machine['commit']}")
    sys.exit(0 if print_table(results) else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs the benchmarks of the verifier and prints what they measured beside what is aimed at.

Each program sets things side by side in one run, in many short rounds, and compares medians: machines are shared and noisy.
Times are CPU time of one thread. A goal that is not reached is marked with "<".
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

GOALS = {"HS256": 2.0, "RS256": 1.05, "ES256": 1.02, "Ed25519": 1.02}  # Signet's time / the bare primitive's
TWO_THREADS = 1.95   # what two get done / what one does
GARBAGE = 5000       # ns
CACHED = {"hot": 60, "turn": 100}  # ns
AT_REST = 316        # ns that the bare HMAC took on the machine for which goals in ns were set


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"{program.name} failed")
    return json.loads(done.stdout)


def mark(is_reached):
    return "" if is_reached else " <"


def named(figures):
    return {figure["name"]: figure for figure in figures}


def print_verifications(measured):
    print("One verification: parse, signature, claims, policy; beside the bare primitive\n")
    print(f"{'':9}{'signet':>12}{'bare':>12}{'ratio':>9}{'goal':>7}   from the heap: ours, OpenSSL's own")
    for algorithm, figures in measured.items():
        signet, bare = named(figures)["signet"], named(figures)["bare"]
        print(f"{algorithm:9}{signet['ns']:9.0f} ns{bare['ns']:9.0f} ns{signet['ratio']:9.3f}{GOALS[algorithm]:7.2f}"
              f"{signet['allocations']:18.0f}{signet['openssl']:15.0f}{mark(signet['ratio'] <= GOALS[algorithm])}")
    bare = named(measured["HS256"])["bare"]["ns"]
    print(f"\nGoals in ns are those of a machine whose bare HMAC takes {AT_REST} ns; here it took {bare:.0f}, "
          f"{bare / AT_REST:.1f} times that. Load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


def print_threads(measured):
    print(f"\nTwo threads on two cores, times what one gets done (goal {TWO_THREADS}); in brackets, in how many slices of all nobody else"
          " had the core\n")
    print(f"{'':9}{'uncached':>18}{'cached':>18}{'bare':>18}   waits for another thread")
    for algorithm, row in measured.items():
        cells = [f"{figure['ratio']:.2f} ({figure['undisturbed']}/{figure['made']})"
                 for figure in (row["signet"], row["cached"], row["bare"])]
        waits = row["signet"]["waits"] + row["cached"]["waits"]
        reached = min(row["signet"]["ratio"], row["cached"]["ratio"]) >= TWO_THREADS and waits == 0
        print(f"{algorithm:9}" + "".join(f"{cell:>18}" for cell in cells) + f"{waits:8}{mark(reached)}")


def print_refusals(measured):
    print("\nRefused tokens beside the accepted one that has the same kind of header; the dearest (goal: at most 1.00,"
          " give or take noise)\n")
    for algorithm, groups in measured.items():
        for group, header in (("refused", "Signer's own header"), ("refused_by_header", "another header")):
            accepted, *refused = groups[group]
            dearest = max(refused, key=lambda figure: figure["ratio"])
            print(f"{algorithm:9}{header:21}accepted {accepted['ns']:7.0f} ns; of {len(refused)} kinds the dearest:"
                  f" {dearest['ratio']:.3f}, {dearest['name']}{mark(dearest['ratio'] <= 1.02)}")


def print_garbage(measured):
    print(f"\nGarbage of 16 KiB (goal: under {GARBAGE} ns each), the dearest kinds\n")
    for algorithm, groups in measured.items():
        garbage = sorted(groups["garbage"][1:], key=lambda figure: -figure["ns"])
        over = sum(figure["ns"] >= GARBAGE for figure in garbage)
        for figure in garbage[:3]:
            print(f"{algorithm:9}{figure['ns']:9.0f} ns  {figure['name']}{mark(figure['ns'] < GARBAGE)}")
        print(f"{algorithm:9}{over:3} of {len(garbage)} kinds take {GARBAGE} ns or more")
        for figure in groups["forged"][1:]:
            print(f"{algorithm:9}{figure['ns']:9.0f} ns  forged, 16 KiB to be hashed: {figure['name']}")


def measure_guard(program, repetitions):
    """{case: {ns, allocations}}: what an API pays for Guard::check and one claim."""
    runs = run(program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}", "--benchmark_min_time=0.05",
               "--benchmark_enable_random_interleaving=true")["benchmarks"]
    if failed := [f"{one['name']}: {one['error_message']}" for one in runs if one.get("error_occurred")]:
        sys.exit("\n".join(failed))
    return {one["run_name"]: {"ns": one["cpu_time"], "allocations": one["allocations"]} for one in runs if one.get("aggregate_name") == "median"}


def print_guard(guard):
    kinds = ("hot", "hot/revocations", "hot/flood", "turn", "turn/revocations", "uncached", "uncached/flood")
    print(f"\nOne Guard::check and one claim read, in ns (goals: hot {CACHED['hot']}, 10,000 tokens in turn {CACHED['turn']};"
          " a flood of unknown kids changes nothing)\n")
    print(f"{'':9}" + "".join(f"{kind:>18}" for kind in kinds))
    for algorithm in GOALS:
        print(f"{algorithm:9}" + "".join(f"{guard[f'{algorithm}/{kind}']['ns']:18.0f}" for kind in kinds))
    print(f"from the heap: {max(figure['allocations'] for figure in guard.values()):.0f}, in each of {len(guard)} cases")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--repetitions", type=int, default=9, help="of the guard's benchmarks (%(default)s)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()

    verifications = run(options.bin / "verify_bench")
    print_verifications(verifications)
    guard = measure_guard(options.bin / "guard_bench", options.repetitions)
    print_guard(guard)
    threads = run(options.bin / "threads_bench")
    print_threads(threads)
    refusals = run(options.bin / "refusal_bench")
    print_refusals(refusals)
    print_garbage(refusals)
    if options.json:
        options.json.write_text(json.dumps({"load": os.getloadavg()[0], "verifications": verifications, "guard": guard,
                                            "threads": threads, "refusals": refusals}, indent=1) + "\n")


if __name__ == "__main__":
    main()

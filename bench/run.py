#!/usr/bin/env python3
"""Runs the verification benchmark and prints ns per verification beside the bare primitive, as a ratio.

The two are interleaved in one run and repeated, and medians are compared, since machines are shared and noisy.
"""

import argparse
import json
import pathlib
import subprocess
import sys


def measure(program, repetitions):
    out = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}", "--benchmark_min_time=0.05",
         "--benchmark_enable_random_interleaving=true"], check=True, stdout=subprocess.PIPE).stdout
    report = json.loads(out)
    failed = [run["name"] for run in report["benchmarks"] if run.get("error_occurred")]
    if failed:
        sys.exit(f"these benchmarks failed: {', '.join(failed)}")
    medians = {run["run_name"]: run["cpu_time"] for run in report["benchmarks"] if run.get("aggregate_name") == "median"}
    rows = {}
    for name, nanoseconds in medians.items():
        algorithm, who = name.split("/")[:2]
        rows.setdefault(algorithm, {})[who] = nanoseconds
    return report["context"], rows


def measure_guard(program, repetitions):
    """{case: {ns, allocations}}: what an API pays for Guard::check and one claim, on one thread and on two."""
    out = subprocess.run([program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
                          "--benchmark_min_time=0.1"], check=True, stdout=subprocess.PIPE).stdout
    runs = json.loads(out)["benchmarks"]
    if failed := [run["name"] for run in runs if run.get("error_occurred")]:
        sys.exit(f"these benchmarks failed: {', '.join(failed)}")
    return {run["run_name"].replace("/real_time", ""): {"ns": run["cpu_time"], "allocations": run["allocations"]}
            for run in runs if run.get("aggregate_name") == "median"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()

    context, rows = measure(options.bin / "verify_bench", options.repetitions)
    print("One verification: parse, signature, claims, policy (CPU time, one core, medians)\n")
    print(f"{'':9}{'signet':>12}{'bare':>12}{'ratio':>9}")
    for algorithm, row in rows.items():
        print(f"{algorithm:9}{row['signet']:9.0f} ns{row['bare']:9.0f} ns{row['signet'] / row['bare']:9.3f}")
    guard = measure_guard(options.bin / "guard_bench", max(3, options.repetitions // 5))
    print("\nOne Guard::check and one claim read (CPU time per thread, medians)\n")
    for case, figures in guard.items():
        print(f"{case:28}{figures['ns']:9.0f} ns{figures['allocations']:6.0f} allocations")
    if options.json:
        options.json.write_text(json.dumps({"machine": context, "ns": rows, "guard": guard}, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""What the benchmarks that end up in docs/performance.md share: the machine, versions, pinned processes, the record."""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORD = ROOT / "docs/performance.json"


def text_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def version_of(package):
    """The version of an installed Debian package, without Debian's own part."""
    version = text_of("dpkg-query", "-W", "-f", "${Version}", package)
    return version.split(":")[-1].rsplit("-", 1)[0].split("+")[0]


def commit():
    """Which one this checkout is at; empty where there is no git."""
    run = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True, check=False)
    return run.stdout.strip()


def load():
    """Processes that ran or wanted to, on average over the last minute."""
    return round(os.getloadavg()[0], 1)


def describe_machine():
    cpu = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    debian = pathlib.Path("/etc/debian_version")
    return {
        "cpu": cpu, "cores": os.cpu_count(), "kernel": platform.release(),
        "system": f"Debian {debian.read_text().strip()}" if debian.exists() else platform.system(),
        "compiler": "g++ " + text_of("g++", "-dumpfullversion"),
        "openssl": version_of("libssl-dev"), "libsodium": version_of("libsodium-dev"),
        "commit": commit(), "load": load(),
    }


def pinned(core, *command, **environment):
    """Runs a command on one core and returns the JSON object that it prints."""
    run = subprocess.run(["taskset", "-c", str(core), *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, check=False, env=os.environ | environment)
    if run.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {run.stderr.strip() or run.returncode}")
    return json.loads(run.stdout)


def summary(figures):
    """Of one figure in each round: the median, and how far the rounds lay apart."""
    return {"median": round(statistics.median(figures), 1), "low": round(min(figures), 1), "high": round(max(figures), 1)}


def today():
    return time.strftime("%Y-%m-%d", time.gmtime())


def keep(section, figures, also=None):
    """Writes one command's section of docs/performance.json, and to the file `also`; the other section stays."""
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    record[section] = figures
    RECORD.write_text(json.dumps(dict(sorted(record.items())), indent=1) + "\n")
    if also:
        also.write_text(json.dumps(figures, indent=1) + "\n")

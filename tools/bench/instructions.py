"""Counts the instructions tlsscope needs for three small captures, by stage, and compares with instructions.tsv: see README.md."""

import argparse
import csv
import os
import re
import subprocess
import sys

from meter import Bench

BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.tsv")
CAPTURES = {"handshakes": 1000, "bulk": 20_000_000, "mixed": 10_000_000}
MOST_GROWTH = 0.05  # of the whole
PACKAGES = ["libc6", "libstdc++6", "libssl3", "libtcmalloc-minimal4", "g++-12", "valgrind"]

# What runs on the caller's account within these functions, their callees included.
FUNCTIONS = {"analyze": "tlsscope::pipeline::analyze(", "segments": "tlsscope::flow::FlowTable::segments(",
             "finish_all": "tlsscope::flow::FlowTable::finish_all(", "data": "tlsscope::pipeline::Worker::data(",
             "finished": "tlsscope::pipeline::Worker::finished(", "outputs": "tlsscope::app::Outputs::connection("}
# Stages: one function less those it calls that belong to another stage. They add up to the whole.
STAGES = {"start-up": lambda c: c["whole"] - c["analyze"],
          "reading": lambda c: c["analyze"] - c["segments"] - c["finish_all"],
          "tcp": lambda c: c["segments"] + c["finish_all"] - c["data"] - c["finished"],
          "tls": lambda c: c["data"],
          "record": lambda c: c["finished"] - c["outputs"],
          "output": lambda c: c["outputs"],
          "whole": lambda c: c["whole"]}
# Every machine takes the same paths through libc and OpenSSL, whatever its processor can do; nothing else of the environment is seen.
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-BMI2,-ERMS,-FSRM",
               "OPENSSL_ia32cap": "~0x1000000000000000:~0x20"}


def arguments():
    parser = argparse.ArgumentParser(prog="tools/dev instructions", description=__doc__)
    parser.add_argument("--update", action="store_true", help="make what is counted now the baseline")
    parser.add_argument("--build", default="build/release", help="where tlsscope and bench_generate are: a Release build")
    parser.add_argument("--folder", default="build/instructions", help="for what is thrown away")
    return parser.parse_args()


def counted(bench, kind, amount):
    """Stage -> instructions."""
    profile, out = bench.path(f"{kind}.callgrind"), bench.path("out.csv")
    capture = bench.capture(kind, amount)
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", bench.binary("tlsscope"), capture, "-q", "--threads", "1", "--csv", out]
    done = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    listing = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", profile], check=True, stdout=subprocess.PIPE,
                             text=True).stdout
    costs = inclusive_costs(listing)
    return {stage: of(costs) for stage, of in STAGES.items()}


def inclusive_costs(listing):
    """Lines are `12,345 (67.8%)  file:function(arguments) [object]`."""
    costs = {}
    for line in listing.splitlines():
        found = re.match(r"\s*([\d,]+)(?: \([^)]*\))?\s+(.*)", line)
        if not found:
            continue
        number, name = int(found.group(1).replace(",", "")), found.group(2)
        if name == "PROGRAM TOTALS":
            costs["whole"] = number
        for key, function in FUNCTIONS.items():
            if re.match(r"[^:]*:" + re.escape(function), name):
                costs[key] = max(number, costs.get(key, 0))
    if missing := [FUNCTIONS.get(key, key) for key in ("whole", *FUNCTIONS) if key not in costs]:
        sys.exit(f"not in the profile: {', '.join(missing)}: renamed or inlined? FUNCTIONS in tools/bench/instructions.py must follow")
    return costs


def versions():
    """Counts depend on these; they stand in the baseline so that a change can be explained."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}, ", *PACKAGES], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=False)
    return done.stdout.strip().rstrip(",")


def baseline():
    """(capture, stage) -> instructions; and the versions they were counted with."""
    with open(BASELINE, encoding="utf-8") as file:
        made_with = file.readline().lstrip("# ").strip()
        rows = csv.DictReader(file, delimiter="\t")
        return {(row["capture"], row["stage"]): int(row["instructions"]) for row in rows}, made_with


def write_baseline(now):
    with open(BASELINE, "w", encoding="utf-8") as file:
        file.write(f"# {versions()}\ncapture\tstage\tinstructions\n")
        file.writelines(f"{capture}\t{stage}\t{count}\n" for (capture, stage), count in now.items())
    print(f"written: {os.path.relpath(BASELINE)}")


def compare(now):
    before, made_with = baseline()
    grown = []
    print(f"{'capture':<12}{'stage':<10}{'instructions':>15}{'baseline':>15}{'change':>9}{'of the whole':>14}")
    for (capture, stage), count in now.items():
        then = before.get((capture, stage))
        if then is None:
            sys.exit(f"no baseline for {capture}, {stage}: tools/dev instructions --update")
        share = (count - then) / before[capture, "whole"]
        print(f"{capture:<12}{stage:<10}{count:>15,}{then:>15,}{(count - then) / max(1, then):>+9.1%}{share:>+14.1%}")
        if stage == "whole" and share > MOST_GROWTH:
            grown.append(f"{capture} takes {share:.1%} more instructions")
    if versions() != made_with:
        print(f"the baseline was counted with {made_with}\n                          now: {versions()}")
    if grown:
        print(f"{'; '.join(grown)}: at most {MOST_GROWTH:.0%} is allowed. When it is worth it: tools/dev instructions --update, and say why in the commit")
    return 1 if grown else 0


def main():
    options = arguments()
    bench = Bench(options.build, options.folder)
    now = {}
    for kind, amount in CAPTURES.items():
        now.update({(kind, stage): count for stage, count in counted(bench, kind, amount).items()})
    if options.update:
        write_baseline(now)
        return 0
    return compare(now)


if __name__ == "__main__":
    sys.exit(main())

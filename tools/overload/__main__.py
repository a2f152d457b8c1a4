"""Runs tlsscope on floods, bombs and endless streams, and prints what they cost: see README.md."""

import argparse
import os
import statistics
import sys

from measure import Outcome, Programs
from scenarios import SCENARIOS

MOST_RATIO = 12        # for ten times the input
ATTEMPTS = 3           # a neighbour that takes the caches does so in one of them; what grows faster does so in all
ENOUGH = 0.3           # seconds of CPU that are measured well enough by one run
SMALL_MEMORY = 64      # MiB: so that small inputs meet the limits


def arguments():
    parser = argparse.ArgumentParser(prog="tools/dev overload", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(s.name for s in SCENARIOS)} (default: all)")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--small", action="store_true", help="one short run of each with --memory 64: what is reported and the memory, not the time")
    size.add_argument("--full", action="store_true", help="the figures of the torture list (default)")
    parser.add_argument("--build", default="build/release", help="where tlsscope and overload_generate are")
    parser.add_argument("--folder", default="build/overload", help="for what is thrown away")
    parser.add_argument("--allowance", type=float, default=1, help="times the memory limit, for a build with sanitizers")
    options = parser.parse_args()
    if unknown := set(options.names) - {s.name for s in SCENARIOS}:
        parser.error(f"no scenario {', '.join(sorted(unknown))}")
    return options


def faults(scenario, cost, outcome, allowance):
    """Every promise that was broken; of the memory if there is an allowance."""
    truth = outcome.truth
    broken = []
    if cost.code != scenario.exit_code:
        broken.append(f"exit status {cost.code}, not {scenario.exit_code}")
    if "internal error" in outcome.messages or "ERROR:" in outcome.messages:
        broken.append(outcome.messages.strip()[:300])
    if allowance is not None and cost.peak > outcome.limits.bytes * allowance:
        broken.append(f"{mib(cost.peak)} MiB at the peak, --show-limits allows {mib(outcome.limits.bytes * allowance)}")
    broken += account_faults(outcome, truth) + needle_faults(outcome, truth)
    for check in scenario.checks:
        broken += check(outcome)
    return broken


def account_faults(outcome, truth):
    accounts = outcome.accounts
    names = ("packets", "connections", "payload_bytes_client", "payload_bytes_server")
    if set(accounts) != set(names):
        return [f"accounts {sorted(accounts)}"]
    broken = [f"the account of {name} does not add up" for name in names if not accounts[name].balanced]
    # Whose SYN was given up in a flood and only counted, comes a second time, with what followed the SYN.
    again = sum(1 for row in outcome.rows if not row["history"].startswith("S")) - truth.headless
    expected = {"packets": truth.frames, "connections": truth.connections + again}
    broken += [f"{accounts[name].total} {name}, not {count}" for name, count in expected.items() if accounts[name].total != count]
    payload = accounts["payload_bytes_client"].total + accounts["payload_bytes_server"].total
    if payload != truth.payload:
        broken.append(f"{payload} payload bytes, not {truth.payload}")
    if accounts["connections"].parts.get("reported") != len(outcome.rows):
        broken.append(f"{len(outcome.rows)} rows, but {accounts['connections'].parts.get('reported')} are said to be reported")
    return broken


def needle_faults(outcome, truth):
    found = {}
    for row in outcome.rows:
        if row["sni"].startswith("needle-"):
            found.setdefault(row["sni"], []).append(row)
    broken = []
    for sni, *facts in truth.needles:
        rows = found.pop(sni, [])
        if len(rows) != 1:
            broken.append(f"{sni} has {len(rows)} rows")
        elif [rows[0][c] for c in ("version", "cipher", "alpn", "client_random")] != facts or rows[0]["outcome"] != "complete":
            broken.append(f"{sni}: {rows[0]}")
    broken += [f"{sni} was never sent" for sni in found]
    return broken if len(broken) < 4 else [f"{len(broken)} of {len(truth.needles)} needles: {broken[0]}", *broken[1:3]]


def mib(size):
    return round(size / 2**20)


class Runs:
    """Of one scenario."""

    def __init__(self, programs, scenario, allowance):
        self.programs, self.scenario, self.allowance = programs, scenario, allowance
        self.broken = []

    def run(self, amount, memory=None, judged=True):
        """One run; what it broke is kept."""
        cost, truth = self.programs.run(self.scenario, amount, memory)
        if judged:
            outcome = Outcome(self.programs, amount, truth, self.programs.limits(memory))
            # Where only time is measured, the rows that wait may take more than so little memory: see README.md.
            for_time = memory is not None and memory == self.scenario.memory
            self.broken += faults(self.scenario, cost, outcome, None if for_time else self.allowance)
        return cost, truth

    def verdict(self):
        return "BROKEN" if self.broken else "ok"

    def small(self):
        amount = self.scenario.small
        cost, _ = self.run(amount, SMALL_MEMORY)
        print(f"{self.scenario.name:20} {amount:10,} {self.scenario.unit:36} {cost.cpu:6.2f} s {mib(cost.peak):6} MiB  {self.verdict()}", flush=True)

    def full(self, start_up):
        """One row of the table."""
        figure, memory = self.scenario.figure, self.scenario.memory
        for attempt in range(ATTEMPTS):
            tenth, tenth_peak = self.tenth(start_up)
            cost, truth = self.run(figure, memory, judged=attempt == 0)
            time = cost.cpu - start_up
            ratio = time / tenth
            if ratio <= MOST_RATIO:
                break
        else:
            self.broken.append(f"ten times the input takes {ratio:.1f} times the time, measured {ATTEMPTS} times")
        if memory is not None:
            cost, truth = self.run(figure)
        print(f"| {self.scenario.name} | {figure:,} {self.scenario.unit} | {truth.frames:,} | {truth.bytes / 1e6:,.0f} MB | {tenth:.2f} s | {time:.2f} s | {ratio:.1f} | "
              f"{mib(tenth_peak)} MiB | {mib(cost.peak)} MiB | {self.verdict()} |", flush=True)

    def tenth(self, start_up):
        """Median CPU time and peak; the first run is judged."""
        times, peaks = [], []
        while len(times) < 3 or (sum(times) < ENOUGH and len(times) < 7):
            cost, _ = self.run(self.scenario.figure // 10, self.scenario.memory, judged=not times)
            times.append(max(cost.cpu - start_up, 0.001))
            peaks.append(cost.peak)
        return statistics.median(times), max(peaks)


def main():
    options = arguments()
    programs = Programs(options.build, os.path.join(options.folder, str(os.getpid())))
    allowed = programs.limits(SMALL_MEMORY if options.small else None).bytes * options.allowance
    print(f"Memory may be {mib(allowed)} MiB" + ("." if options.small else f", time for ten times the input {MOST_RATIO} times as long."), end="\n\n")
    if not options.small:
        print("| overload | amount | frames | bytes | CPU, a tenth | CPU | ratio | peak, a tenth | peak | |")
        print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |", flush=True)
    start_up = 0 if options.small else programs.start_up()
    status = 0
    for scenario in SCENARIOS:
        if options.names and scenario.name not in options.names:
            continue
        runs = Runs(programs, scenario, options.allowance)
        if options.small:
            runs.small()
        else:
            runs.full(start_up)
        for fault in runs.broken:
            print(f"  {scenario.name}: {fault}", file=sys.stderr, flush=True)
            status = 1
    programs.clean_up()
    return status


if __name__ == "__main__":
    sys.exit(main())

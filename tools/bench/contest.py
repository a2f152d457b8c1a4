"""Mode table: all programs in turn on three captures; what it costs, and whether what they say is true."""

import os
import platform
import statistics
import sys

import programs
import truth as facts
from meter import MIB, Run, table, warm
from truth import Found, Truth

FULL = {"bulk": 3 * 10**9, "handshakes": 300_000, "mixed": 2 * 10**9}
COLUMNS = ["program", "time s", "CPU s", "ns/packet", "CPU ns/packet", "GB/s", "peak MiB", "x cat", "x loop", "CPU x loop", "x tlsscope", "CPU x tlsscope",
           "connections", "SNIs", "versions"]


class Entry:
    """What one program cost on one capture: the median of all rounds, scaled to the whole when it had only a part."""

    def __init__(self, program, truth):
        self.program, self.truth = program, truth
        self.runs, self.starts = [], []
        self.factor = 1.0
        self.found = Found()

    def median(self, what):
        typical = statistics.median(getattr(r, what) for r in self.runs)
        if self.factor == 1.0:
            return typical
        start = statistics.median(getattr(r, what) for r in self.starts)
        return start + max(0.0, typical - start) * self.factor

    @property
    def peak(self):
        return max(r.peak for r in self.runs)

    @property
    def label(self):
        return self.program.name + ("" if self.factor == 1.0 else f" (1/{self.factor:.0f}, scaled)")


class Contest:
    """One capture, its parts, and everybody on them."""

    def __init__(self, bench, options, kind):
        self.bench, self.options, self.kind = bench, options, kind
        self.captures, self.truths, self.packets = {}, {}, {}
        self.whole = options.file or self.capture_of(1.0)
        self.packets[1.0] = bench.packets(self.whole)
        self.captures[1.0] = self.whole
        threads = [int(n) for n in options.threads.split(",")]
        takers = programs.floors(bench) + programs.tlsscope(bench, threads)
        self.missing = []
        if not options.without_peers:
            peers, self.missing = programs.peers(options.part)
            for peer in peers:
                peer.part = 1.0 if options.file else peer.part
            takers += peers
        self.entries = [Entry(p, self.truth_of(p.part)) for p in takers]

    def capture_of(self, part):
        """A part is a whole capture, smaller, so that its connections are whole, too."""
        if part not in self.captures:
            self.captures[part] = self.bench.capture(self.kind, int(FULL[self.kind] * self.options.scale * part), self.options.active)
            self.packets[part] = self.bench.packets(self.captures[part])
        return self.captures[part]

    def truth_of(self, part):
        if self.options.file:
            return None
        if part not in self.truths:
            self.truths[part] = Truth(self.capture_of(part))
        return self.truths[part]

    def run(self):
        for capture in self.captures.values():
            warm(capture)
        tiny = None if self.options.file else self.bench.capture("handshakes", 1)
        for turn in range(self.options.rounds):
            for entry in self.entries:
                self.turn(entry, tiny, last=turn + 1 == self.options.rounds)

    def turn(self, entry, tiny, last):
        program, out = entry.program, self.bench.path("out")
        capture = self.captures[program.part]
        entry.factor = self.packets[1.0] / self.packets[program.part]
        if entry.factor != 1.0:
            entry.starts.append(self.once(program, tiny, out))
        entry.runs.append(self.once(program, capture, out))
        if last and program.found and entry.truth:
            entry.found = program.found(out, entry.truth)
        if os.path.exists(out):
            os.remove(out)

    def once(self, program, capture, out):
        return Run(self.bench, program.words(capture, out), os.devnull if program.writes_itself else out)

    def faults(self):
        """tlsscope's whole CSV against the truth."""
        if self.options.file:
            return 0, ""
        out, truth = self.bench.path("check.csv"), self.truths[1.0]
        Run(self.bench, [self.bench.binary("tlsscope"), self.whole, "-q", "--csv", out, "--columns", "stream," + ",".join(facts.COLUMNS.values())])
        rows = facts.tlsscope_csv(out)
        wrong = facts.wrong_values(truth, rows)
        count = sum(wrong.values()) + abs(len(rows) - truth.connections)
        words = f"wrong values: {wrong}" if wrong else "every value right: " + ", ".join(facts.COLUMNS.values())
        return count, f"tlsscope against the truth: {len(rows)} connections reported, {truth.connections} in the capture; {words}.\n"

    def rows(self):
        """The figures of each program, in the order of COLUMNS."""
        by_name = {e.program.name: e for e in self.entries}
        cat, loop = by_name["cat"].median("wall"), by_name["empty libpcap loop"]
        ours = next(e for e in self.entries if e.program.name.startswith("tlsscope CSV"))
        size, packets = os.path.getsize(self.whole), self.packets[1.0]
        for e in self.entries:
            wall, cpu = e.median("wall"), e.median("cpu")
            yield [e.label, f"{wall:.3f}", f"{cpu:.3f}", f"{wall * 1e9 / packets:.0f}", f"{cpu * 1e9 / packets:.0f}", f"{size / wall / 1e9:.3g}",
                   f"{e.peak / MIB:.0f}", f"{wall / cat:.2f}", f"{wall / loop.median('wall'):.2f}", f"{cpu / loop.median('cpu'):.2f}",
                   f"{wall / ours.median('wall'):.2f}", f"{cpu / ours.median('cpu'):.2f}", *self.correctness(e)]

    def correctness(self, entry):
        truth, found = entry.truth, entry.found
        wanted = (truth.connections, truth.having("sni"), truth.having("version")) if truth else (0, 0, 0)
        return ["" if got is None else f"{got}/{want}" for got, want in zip((found.connections, found.names, found.versions), wanted)]

    def title(self):
        name = os.path.basename(self.whole) if self.options.file else self.kind
        connections = f", {self.truths[1.0].connections:,} connections" if not self.options.file else ""
        size, packets = os.path.getsize(self.whole), self.packets[1.0]
        return f"{name}: {size / 1e6:,.0f} MB, {packets:,} packets of {size / packets - 16:.0f} bytes on average{connections}"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} CPUs, Linux {platform.release().split('-')[0]}"


def main(bench, options):
    kinds = [None] if options.file else [k for k in FULL if not options.only or k in options.only]
    if not kinds:
        sys.exit(f"--only takes {', '.join(FULL)}")
    text = [f"{machine()}; scale {options.scale:g}; median of {options.rounds} rounds, all programs in turn, warm page cache\n"]
    if os.getloadavg()[0] > 0.5 * os.cpu_count():
        text[0] += f"\n**Others use this machine (load {os.getloadavg()[0]:.1f}): only the CPU columns say something.**\n"
    lines = ["\t".join(["capture", *COLUMNS])]
    faults, missing = 0, []
    print(text[0])
    for kind in kinds:
        contest = Contest(bench, options, kind)
        contest.run()
        rows = list(contest.rows())
        wrong, words = contest.faults()
        faults, missing = faults + wrong, contest.missing
        text.append(f"## {contest.title()}\n\n{table(COLUMNS, rows)}\n{words}")
        print(text[-1], flush=True)
        lines += ["\t".join([kind or options.file, *row]) for row in rows]
    if missing:
        text.append(f"Not installed, so not measured: {', '.join(missing)}.\n")
        print(text[-1])
    for name, content in (("results.md", text), ("results.tsv", lines)):
        with open(bench.path(name), "w", encoding="utf-8") as file:
            file.write("\n".join(content) + ("\n" if name.endswith("tsv") else ""))
    print(f"written: {bench.path('results.md')}, {bench.path('results.tsv')}", file=sys.stderr)
    return 1 if faults else 0

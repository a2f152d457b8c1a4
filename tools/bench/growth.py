"""Mode growth: what a larger capture, more connections and connections that stay open cost."""

import os
import statistics
import sys

import truth as facts
from meter import MIB, Run, available_memory, brief, table, warm

SIZES = [10**9, 2 * 10**9, 4 * 10**9, 8 * 10**9]
CONNECTIONS = [10_000, 100_000, 1_000_000, 5_000_000]
OPEN = [100_000, 1_000_000]
BYTES_PER_OPEN = 8192  # more than any flow takes: what must be free beforehand


class Step:
    """One amount, measured: medians of wall and CPU, the highest peak."""

    def __init__(self, bench, options, kind, amount, extra=(), active=None):
        self.amount = amount
        path = bench.capture(kind, amount, active)
        self.packets, self.bytes = bench.packets(path), os.path.getsize(path)
        warm(path)
        out = bench.path("out.csv")
        command = [bench.binary("tlsscope"), path, "-q", "--threads", "1", "--csv", out, "--columns", "stream,end", *extra]
        runs = [Run(bench, command) for _ in range(options.rounds)]
        self.wall, self.cpu = (statistics.median(getattr(r, what) for r in runs) for what in ("wall", "cpu"))
        self.peak = max(r.peak for r in runs)
        rows = facts.tlsscope_csv(out)
        self.rows, self.evicted = len(rows), sum(1 for row in rows.values() if row["end"] == "evicted")
        os.remove(out)
        bench.forget(path)


def steps(bench, options, kind, amounts, extra=(), active=None):
    """Every step there is room for; the capture of each is removed before the next is made."""
    for full in amounts:
        amount = max(100, int(full * options.scale))
        if missing := bench.room_for(kind, amount):
            print(f"{kind} {brief(amount)} left out: {missing}\n")
            continue
        yield Step(bench, options, kind, amount, extra, active)


def growth_table(title, found):
    """Beside each figure how many times that of the step before it is."""
    rows, before = [], None
    for s in found:
        ratios = ["", "", ""] if before is None else [f"{now / then:.2f}" for now, then in
                                                      ((s.amount, before.amount), (s.cpu, before.cpu), (s.peak, before.peak))]
        rows.append([brief(s.amount), f"{s.packets:,}", f"{s.rows:,}", f"{s.wall:.3f}", f"{s.cpu:.3f}", f"{s.cpu * 1e9 / s.packets:.0f}",
                     f"{s.peak / MIB:.0f}", *ratios])
        before = s
    columns = [title, "packets", "connections", "time s", "CPU s", "CPU ns/packet", "peak MiB", "x amount", "x CPU", "x peak"]
    return table(columns, rows)


def sizes(bench, options):
    return growth_table("bytes (bulk)", steps(bench, options, "bulk", SIZES, active=options.active))


def connections(bench, options):
    return growth_table("connections (handshakes)", steps(bench, options, "handshakes", CONNECTIONS, active=options.active))


def open_connections(bench, options):
    """Handshake done, then silent and open to the end: the slope between two amounts is what one costs."""
    wanted = [n for n in OPEN if n * options.scale * BYTES_PER_OPEN < available_memory()]
    if len(wanted) < len(OPEN):
        print(f"open {brief(OPEN[-1] * options.scale)} left out: not enough memory is free\n")
    found = list(steps(bench, options, "open", wanted, ["--memory", str(options.memory)], options.active))
    text = growth_table("open at once", found)
    for s in found:
        if s.evicted:
            text += f"\n{brief(s.amount)}: {s.evicted:,} connections evicted; a larger --memory keeps them.\n"
    if len(found) > 1:
        small, large = found[0], found[-1]
        text += f"\nMemory of one open connection: {(large.peak - small.peak) / (large.amount - small.amount):,.0f} bytes.\n"
    return text


PARTS = {"size": sizes, "connections": connections, "open": open_connections}


def main(bench, options):
    chosen = {name: part for name, part in PARTS.items() if not options.only or name in options.only}
    if not chosen:
        sys.exit(f"--only takes {', '.join(PARTS)}")
    text = [f"tlsscope CSV, 1 thread; scale {options.scale:g}; median of {options.rounds} rounds, warm page cache\n"]
    print(text[0])
    for part in chosen.values():
        text.append(part(bench, options))
        print(text[-1], flush=True)
    with open(bench.path("growth.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(text))
    return 0

"""Mode startup: 1,000 small captures, where starting costs more than reading."""

import itertools
import os
import shutil
import statistics

from meter import MIB, Run, table

CAPTURES = 1000
FEW = 20  # for tshark, which needs half a second for each
SMALL = 65536


def samples(bench):
    """Small samples that are read without a complaint, again and again up to the number."""
    folder = "samples"
    names = sorted(n for n in os.listdir(folder) if n.endswith((".pcap", ".pcapng")))
    paths = [os.path.join(folder, n) for n in names if os.path.getsize(os.path.join(folder, n)) < SMALL]
    good = [p for p in paths if Run(bench, [bench.binary("tlsscope"), p, "-q"], accept=range(256)).code == 0]
    return list(itertools.islice(itertools.cycle(good), CAPTURES))


def each(words, files):
    """A shell that runs the command once per file; its time counts that of all."""
    return ["/bin/sh", "-c", f'for file do {" ".join(words)} "$file" || exit 1; done', "sh", *files]


def contestants(bench, files):
    """Name, command, captures it got."""
    ours = bench.binary("tlsscope")
    yield "tlsscope CSV, one call", [ours, *files, "-q", "--csv", "/dev/null"], len(files)
    yield "tlsscope CSV, one by one", each([ours, "-q", "--csv", "/dev/null"], files), len(files)
    yield "/bin/true, one by one", each(["/bin/true"], files), len(files)
    yield "empty libpcap loop, one by one", each([bench.binary("bench_pcap_loop")], files), len(files)
    if shutil.which("tshark"):
        step = max(1, len(set(files)) // FEW)
        yield "tshark fields, one by one", each(["tshark", "-n", "-T", "fields", "-e", "tls.handshake.extensions_server_name", "-r"],
                                                sorted(set(files))[::step][:FEW]), FEW


def main(bench, options):
    files = samples(bench)
    takers = list(contestants(bench, files))
    runs = {name: [] for name, _, _ in takers}
    for _ in range(options.rounds):
        for name, command, _ in takers:
            runs[name].append(Run(bench, command, accept=(0, 1, 2)))
    rows, ours = [], statistics.median(r.wall for r in runs["tlsscope CSV, one by one"])
    for name, _, got in takers:
        wall, cpu = (statistics.median(getattr(r, what) for r in runs[name]) * len(files) / got for what in ("wall", "cpu"))
        label = name if got == len(files) else f"{name} ({got} of them, scaled)"
        rows.append([label, f"{wall:.3f}", f"{cpu:.3f}", f"{wall * 1e3 / len(files):.2f}", f"{max(r.peak for r in runs[name]) / MIB:.0f}",
                     f"{wall / ours:.2f}"])
    text = f"{len(files):,} captures ({len(set(files))} samples below {SMALL // 1024} KiB, again and again); median of {options.rounds} rounds\n\n" + table(
        ["program", "time s", "CPU s", "ms per capture", "peak MiB", "x tlsscope one by one"], rows)
    print(text)
    with open(bench.path("startup.md"), "w", encoding="utf-8") as file:
        file.write(text)
    return 0

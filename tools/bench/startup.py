"""Mode startup: 1,000 small captures, where starting costs more than reading."""

import os
import shutil
import statistics
import struct

from meter import MIB, Run, table

CAPTURES = 1000
FEW = 20  # for tshark, which needs half a second for each
SMALL = 65536


def small_captures(bench):
    """Samples that everybody reads without a complaint, again and again, each round of them a day later: no connection is there twice."""
    names = [os.path.join("samples", n) for n in sorted(os.listdir("samples")) if n.endswith(".pcap")]
    readers = ([bench.binary("tlsscope"), "-q", "--csv", "/dev/null"], [bench.binary("bench_pcap_loop")])
    good = [n for n in names if os.path.getsize(n) < SMALL and all(Run(bench, [*r, n], accept=range(256)).code == 0 for r in readers)]
    os.makedirs(bench.path("small"), exist_ok=True)
    files = []
    for i in range(CAPTURES):
        with open(good[i % len(good)], "rb") as file:
            moved = days_later(file.read(), i // len(good))
        files.append(bench.path(f"small/{i:04}.pcap"))
        with open(files[-1], "wb") as file:
            file.write(moved)
    return files, len(good)


def days_later(capture, days):
    """A classic pcap file, of either byte order, with all its time stamps moved."""
    order = "<" if capture[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    out, at = bytearray(capture), 24
    while at + 16 <= len(out):
        seconds, _, length = struct.unpack_from(order + "III", out, at)
        struct.pack_into(order + "I", out, at, seconds + days * 86400)
        at += 16 + length
    return out


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
        fields = ["tshark", "-n", "-T", "fields", "-e", "tls.handshake.extensions_server_name", "-r"]
        yield "tshark fields, one by one", each(fields, files[::len(files) // FEW]), FEW


def main(bench, options):
    files, different = small_captures(bench)
    takers = list(contestants(bench, files))
    runs = {name: [] for name, _, _ in takers}
    for _ in range(options.rounds):
        for name, command, _ in takers:
            runs[name].append(Run(bench, command))
    rows, ours = [], statistics.median(r.wall for r in runs["tlsscope CSV, one by one"])
    for name, _, got in takers:
        wall, cpu = (statistics.median(getattr(r, what) for r in runs[name]) * len(files) / got for what in ("wall", "cpu"))
        label = name if got == len(files) else f"{name} ({got} of them, scaled)"
        rows.append([label, f"{wall:.3f}", f"{cpu:.3f}", f"{wall * 1e3 / len(files):.2f}", f"{max(r.peak for r in runs[name]) / MIB:.0f}",
                     f"{wall / ours:.2f}"])
    text = f"{len(files):,} captures ({different} samples below {SMALL // 1024} KiB, again and again); median of {options.rounds} rounds\n\n" + table(
        ["program", "time s", "CPU s", "ms per capture", "peak MiB", "x tlsscope one by one"], rows)
    print(text)
    with open(bench.path("startup.md"), "w", encoding="utf-8") as file:
        file.write(text)
    return 0

"""Measures tlsscope on generated captures against cat, an empty libpcap loop and tshark: see README.md.

All programs take turns in each round, on a file in the page cache; the medians are printed as a Markdown table."""

import argparse
import csv
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys

SIZES = {"k": 10**3, "m": 10**6, "g": 10**9}
TRUTH = {"client_ip": "client_ip", "client_port": "client_port", "server_ip": "server_ip", "server_port": "server_port", "sni": "sni",
         "version": "version", "cipher": "cipher", "alpn": "alpn", "resumed": "resumption_kind", "outcome": "outcome",
         "client_random": "client_random"}


def size(text):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]?)i?b?", text.lower())
    if not found:
        raise argparse.ArgumentTypeError(f"not a size: {text}")
    return int(float(found.group(1)) * SIZES.get(found.group(2), 1))


def arguments():
    parser = argparse.ArgumentParser(prog="tools/dev bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where tlsscope, bench_generate and bench_pcap_loop are")
    parser.add_argument("--size", type=size, default=10**9, help="bytes of the bulk capture (default 1G)")
    parser.add_argument("--connections", type=int, default=100_000, help="connections of the handshake capture")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", default="1,2", help="thread counts to measure tlsscope with")
    parser.add_argument("--with-tshark", action="store_true", help="also tshark extracting SNI, once, on a tenth of the file")
    parser.add_argument("--only", choices=["bulk", "handshakes"])
    parser.add_argument("--file", help="measure this capture instead; no truth is checked")
    parser.add_argument("--folder", default="build/bench")
    return parser.parse_args()


class Run:
    """One execution: wall time, CPU time, peak memory."""

    def __init__(self, meter, command, out):
        inside, outside = os.pipe()
        process = subprocess.Popen(["/bin/sh", "-c", 'exec "$@" 3>&"$FD"', "sh", meter, *command], stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.PIPE, pass_fds=[outside], env={**os.environ, "FD": str(outside)})
        os.close(outside)
        with os.fdopen(inside) as pipe:
            messages = process.stderr.read().decode(errors="replace").strip()
            process.wait()
            numbers = [int(n) for n in pipe.read().split()] or [0, 0, 0, 127]
        self.wall, self.cpu, self.rss_mib = numbers[0] / 1e9, numbers[1] / 1e9, numbers[2] / 1024
        if numbers[3]:
            sys.exit(f"{' '.join(command)}: exit {numbers[3]}: {messages[-1000:]}")


def binary(options, name):
    for folder in ("", "tools/bench"):
        path = os.path.join(options.build, folder, name)
        if os.access(path, os.X_OK):
            return path
    sys.exit(f"no {name} in {options.build}")


def generate(options, kind, amount):
    """The capture, made once per size and generator."""
    os.makedirs(options.folder, exist_ok=True)
    generator = binary(options, "bench_generate")
    path = os.path.join(options.folder, f"{kind}-{amount}.pcap")
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(generator):
        needed = amount if kind == "bulk" else amount * 4100
        if shutil.disk_usage(options.folder).free < needed * 1.1:
            sys.exit(f"not enough room in {options.folder} for {needed} bytes")
        subprocess.run([generator, kind, path + ".new", str(amount)], check=True)
        os.replace(path + ".new.truth.tsv", path + ".truth.tsv")
        os.replace(path + ".new", path)
    return path


def contestants(options, path):
    """name -> command. `{out}` is a file that is thrown away."""
    ours = binary(options, "tlsscope")
    table = {"cat": ["cat", path], "empty libpcap loop": [binary(options, "bench_pcap_loop"), path]}
    for threads in options.threads.split(","):
        table[f"tlsscope --csv, {threads} thread(s)"] = [ours, path, "-q", "--csv", os.path.join(options.folder, "out.csv"), "--threads", threads]
    table["tlsscope --summary, 1 thread"] = [ours, path, "--summary", "--threads", "1"]
    return table


def warm(path):
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 22):
            pass


def measure(options, path):
    table = contestants(options, path)
    runs = {name: [] for name in table}
    meter = binary(options, "bench_measure")
    warm(path)
    with open(os.devnull, "wb") as out:
        for _ in range(options.rounds):
            for name, command in table.items():
                runs[name].append(Run(meter, command, out))
    return {name: (statistics.median(r.wall for r in list_), statistics.median(r.cpu for r in list_), max(r.rss_mib for r in list_))
            for name, list_ in runs.items()}


def tshark_sni(options, kind, amount):
    """tshark once, on a tenth: it takes minutes on the whole file, and its time grows at least in proportion."""
    part = generate(options, kind, amount // 10)
    warm(part)
    with open(os.devnull, "wb") as out:
        run = Run(binary(options, "bench_measure"), ["tshark", "-n", "-r", part, "-Y", "tls.handshake.type == 1", "-T", "fields", "-e", "tcp.stream", "-e",
                   "tls.handshake.extensions_server_name"], out)
    return run.wall * 10, run.cpu * 10, run.rss_mib


def packets_of(options, path):
    done = subprocess.run([binary(options, "bench_pcap_loop"), path], stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout.split()[0])


def print_results(title, path, packets, results):
    total = os.path.getsize(path)
    cat, (loop, loop_cpu, _) = results["cat"][0], results["empty libpcap loop"]
    print(f"\n## {title}: {total / 1e6:.0f} MB, {packets} packets\n")
    print("| program | time | CPU | ns/packet | CPU ns/packet | GB/s | peak memory | x cat | x empty loop | CPU x empty loop |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, (wall, cpu, rss) in results.items():
        print(f"| {name} | {wall:.3f} s | {cpu:.3f} s | {wall * 1e9 / packets:.0f} | {cpu * 1e9 / packets:.0f} | {total / wall / 1e9:.2f} | {rss:.0f} MiB | "
              f"{wall / cat:.2f} | {wall / loop:.2f} | {cpu / loop_cpu:.2f} |")


def expected_value(column, truth):
    """The generator's word in the words of the report."""
    if column == "resumption_kind":
        return "" if truth == "no" else truth
    return truth


def check(options, path):
    """Every connection against the truth file; returns the number of wrong values."""
    out = os.path.join(options.folder, "check.csv")
    subprocess.run([binary(options, "tlsscope"), path, "-q", "--csv", out, "--columns", ",".join(["stream", *TRUTH.values()])], check=True)
    with open(path + ".truth.tsv", encoding="utf-8", newline="") as file:
        truth = {row["stream"]: row for row in csv.DictReader(file, delimiter="\t")}
    with open(out, encoding="utf-8", newline="") as file:
        seen = {row["stream"]: row for row in csv.DictReader(file)}
    wrong = dict.fromkeys(TRUTH.values(), 0)
    for stream, row in truth.items():
        mine = seen.get(stream, {})
        for theirs, column in TRUTH.items():
            if mine.get(column) != expected_value(column, row[theirs]):
                if not wrong[column]:
                    print(f"stream {stream} {column}: {mine.get(column)!r}, truth {row[theirs]!r}", file=sys.stderr)
                wrong[column] += 1
    bad = {column: n for column, n in wrong.items() if n}
    print(f"\nTruth: {len(truth)} connections, {len(seen)} reported; " +
          ("all endpoints, SNIs, versions, ciphers, ALPN, resumptions, outcomes and randoms right" if not bad else f"wrong values: {bad}"))
    return len(bad) + (len(truth) != len(seen))


def main():
    options = arguments()
    if options.file:
        print_results(os.path.basename(options.file), options.file, packets_of(options, options.file), measure(options, options.file))
        return 0
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs, Linux {platform.release()}; median of {options.rounds} rounds, warm cache")
    faults = 0
    for kind, amount in (("bulk", options.size), ("handshakes", options.connections)):
        if options.only not in (None, kind):
            continue
        path = generate(options, kind, amount)
        results = measure(options, path)
        if options.with_tshark:
            results["tshark, SNI (a tenth, x 10)"] = tshark_sni(options, kind, amount)
        print_results(kind, path, packets_of(options, path), results)
        faults += check(options, path)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

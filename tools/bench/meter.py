"""Generated captures and measured runs, for all modes."""

import os
import re
import shutil
import subprocess
import sys

MIB = 1 << 20
# About so many bytes of a generated capture per connection, where the amount is one of connections.
BYTES_EACH = {"handshakes": 4400, "open": 4100}


def count(text):
    """1000, 1k, 3G, 0.5M; decimal."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]?)", text.lower())
    if not found:
        raise ValueError(text)
    return int(float(found.group(1)) * {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}[found.group(2)])


def brief(number):
    """1,000,000 -> 1 M."""
    for unit, name in ((10**9, " G"), (10**6, " M"), (10**3, " k")):
        if number >= unit:
            return f"{number / unit:.4g}{name}"
    return str(number)


class Run:
    """One execution: wall and CPU seconds, peak memory in bytes, exit status."""

    def __init__(self, bench, command, out=os.devnull, accept=(0,)):
        inside, outside = os.pipe()
        with open(out, "wb") as sink:
            process = subprocess.Popen(["/bin/sh", "-c", 'exec "$@" 3>&"$FD"', "sh", bench.binary("bench_measure"), *command], stdin=subprocess.DEVNULL,
                                       stdout=sink, stderr=subprocess.PIPE, pass_fds=[outside], env={**os.environ, "FD": str(outside)})
        os.close(outside)
        with os.fdopen(inside) as pipe:
            messages = process.stderr.read().decode(errors="replace").strip()
            process.wait()
            numbers = [int(n) for n in pipe.read().split()] or [0, 0, 0, 127]
        self.wall, self.cpu, self.peak, self.code = numbers[0] / 1e9, numbers[1] / 1e9, numbers[2] * 1024, numbers[3]
        if self.code not in accept:
            sys.exit(f"{' '.join(command)[:500]}: exit {self.code}: {messages[-1000:]}")


class Bench:
    """Where the programs and the captures are."""

    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        os.makedirs(folder, exist_ok=True)

    def binary(self, name):
        for folder in ("", "tools/bench"):
            path = os.path.join(self.build, folder, name)
            if os.access(path, os.X_OK):
                return path
        sys.exit(f"no {name} in {self.build}")

    def path(self, name):
        return os.path.join(self.folder, name)

    def room_for(self, kind, amount):
        """What is missing on the disk, in words; empty when there is room."""
        needed = amount * BYTES_EACH.get(kind, 1) * 1.15
        free = shutil.disk_usage(self.folder).free
        return "" if needed < free else f"needs {needed / 1e9:.1f} GB, {self.folder} has {free / 1e9:.1f} GB free"

    def capture(self, kind, amount, active=None):
        """A capture of that kind and its truth, made once per size and generator."""
        generator = self.binary("bench_generate")
        path = self.path("-".join([kind, str(amount), *([str(active)] if active else [])]) + ".pcap")
        if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(generator):
            if missing := self.room_for(kind, amount):
                sys.exit(f"{kind} {amount}: {missing}")
            command = [generator, kind, path + ".new", str(amount), *([str(active)] if active else [])]
            print(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip(), file=sys.stderr)
            os.replace(path + ".new.truth.tsv", path + ".truth.tsv")
            os.replace(path + ".new", path)
        return path

    def forget(self, path):
        for name in (path, path + ".truth.tsv"):
            if os.path.exists(name):
                os.remove(name)

    def packets(self, path):
        done = subprocess.run([self.binary("bench_pcap_loop"), path], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            sys.exit(f"libpcap cannot read {path}: there is no floor to compare with")
        return int(done.stdout.split()[0])


def available_memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable"))


def warm(path):
    """Reads the file into the page cache; says so when it cannot stay there."""
    if os.path.getsize(path) > available_memory() * 0.7:
        print(f"{path} is larger than the page cache can keep: the disk counts, too", file=sys.stderr)
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 22):
            pass


def table(columns, rows):
    """Markdown; the first column to the left, all others to the right."""
    lines = ["| " + " | ".join(columns) + " |", "| --- |" + " ---: |" * (len(columns) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"

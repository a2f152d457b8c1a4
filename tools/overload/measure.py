"""Runs tlsscope on a generated capture, and reads what it says of it."""

import csv
import os
import re
import shutil
import subprocess
import zlib
from dataclasses import dataclass

COLUMNS = ("stream", "sni", "outcome", "version", "cipher", "alpn", "client_random", "history", "anomalies")


@dataclass
class Cost:
    cpu: float       # user and system, seconds
    peak: int        # resident bytes
    code: int


@dataclass
class Account:
    total: int
    parts: dict
    balanced: bool


@dataclass
class Limits:
    bytes: int
    connections: int


class Truth:
    """What the generator wrote."""

    def __init__(self, path):
        self.needles = []
        with open(path, encoding="utf-8") as file:
            for line in file:
                name, *values = line.rstrip("\n").split("\t")
                if name == "needle":
                    self.needles.append(values)
                else:
                    setattr(self, name, int(values[0]))


class Programs:
    """What is run. `memory`: MiB for --memory, None for its default."""

    def __init__(self, build, folder):
        self.tlsscope = _program(build, "tlsscope")
        self.generator = _program(build, "tools/overload/overload_generate")
        self.meter = _program(build, "tools/bench/bench_measure")
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def clean_up(self):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def limits(self, memory):
        text = subprocess.run([self.tlsscope, "--show-limits", *_memory_option(memory)], stdout=subprocess.PIPE, text=True, check=True).stdout
        at_most = float(re.search(r"at most +x 1\.10 +([\d.]+) MiB", text)[1])
        return Limits(int(at_most * 2**20), int(re.search(r"connections +([\d,]+) x", text)[1].replace(",", "")))

    def start_up(self):
        """CPU seconds of a run over nothing."""
        empty = bytes.fromhex("d4c3b2a1020004000000000000000000000004000100000000")[:24]
        with open(self.path("empty.pcap"), "wb") as file:
            file.write(empty)
        runs = []
        for _ in range(5):
            with open(self.path("empty.pcap"), "rb") as stdin:
                runs.append(self._measured(stdin).cpu)
        return min(runs)

    def run(self, scenario, amount, memory):
        """(cost, truth) of one run; the outputs lie in the folder until the next."""
        with subprocess.Popen([self.generator, scenario.name, str(amount), self.path("truth.tsv")], stdout=subprocess.PIPE) as generator:
            if scenario.compressed:
                _pack(generator.stdout, self.path("packed"))
                with open(self.path("packed"), "rb") as stdin:
                    cost = self._measured(stdin, scenario.columns, memory)
                os.remove(self.path("packed"))
            else:
                cost = self._measured(generator.stdout, scenario.columns, memory)
        if generator.returncode != 0:
            raise SystemExit(f"overload_generate {scenario.name}: exit {generator.returncode}; tlsscope: exit {cost.code}")
        return cost, Truth(self.path("truth.tsv"))

    def _measured(self, stdin, columns=(), memory=None):
        inside, outside = os.pipe()
        command = [self.tlsscope, "-", "--summary", "--csv", self.path("out.csv"), "--columns", ",".join(COLUMNS + tuple(columns)), *_memory_option(memory)]
        with open(self.path("summary.txt"), "wb") as out, open(self.path("messages.txt"), "wb") as errors:
            process = subprocess.Popen(["/bin/sh", "-c", 'exec "$@" 3>&"$FD"', "sh", self.meter, *command], stdin=stdin, stdout=out, stderr=errors,
                                       pass_fds=[outside], env={**os.environ, "FD": str(outside)})
            os.close(outside)
            with os.fdopen(inside) as pipe:
                _, cpu, kib, code = (int(n) for n in pipe.read().split())
            process.wait()
        return Cost(cpu / 1e9, kib * 1024, code)


class Outcome:
    """What tlsscope said of a run."""

    def __init__(self, programs, amount, truth, limits):
        self.amount, self.truth, self.limits = amount, truth, limits
        with open(programs.path("messages.txt"), encoding="utf-8", errors="replace") as file:
            self.messages = file.read()
        with open(programs.path("summary.txt"), encoding="utf-8", errors="replace") as file:
            self.accounts = _accounts(file.read())
        with open(programs.path("out.csv"), encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))
        self.hay = [row for row in self.rows if not row["sni"].startswith("needle-")]
        os.remove(programs.path("out.csv"))


def _memory_option(memory):
    return [] if memory is None else ["--memory", str(memory)]


def _program(build, name):
    path = os.path.join(build, name)
    if not os.access(path, os.X_OK):
        raise SystemExit(f"no {path}")
    return path


def _pack(source, path):
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    with open(path, "wb") as file:
        while block := source.read(1 << 20):
            file.write(packer.compress(block))
        file.write(packer.flush())


def _accounts(summary):
    """`packets  155 = 142 tcp + 5 other_icmpv6  ✓`; a long one goes on in lines that are indented more."""
    accounts = {}
    section = summary.partition("\nAccounting\n")[2].partition("\n\n")[0]
    for line in re.sub(r"\n {10,}", " ", section).splitlines():
        name, total, _, rest = line.split(maxsplit=3)
        parts = {words: int(number.replace(",", "")) for number, words in re.findall(r"([\d,]+) (\w+)", rest)}
        accounts[name] = Account(int(total.replace(",", "")), parts, line.rstrip().endswith("✓"))
    return accounts

"""tlsscope under observation: what it says, and what /proc says of it."""

import collections
import csv
import os
import re
import signal
import subprocess
import threading
import time

from live_net import inside

START_LIMIT, END_LIMIT, ANSWER_LIMIT = 30, 300, 10  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
STATISTICS = re.compile(r"^(\d+) packets captured, (\d+) dropped by kernel, (\d+) dropped by interface; (\d+) connections open")
Statistics = collections.namedtuple("Statistics", "packets kernel interface open")


class Failed(Exception):
    """The proof could not be carried out, or failed; one line says why."""


def memory_kib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        fields = dict(line.split(":", 1) for line in file)
    return int(fields["VmRSS"].split()[0]), int(fields["VmHWM"].split()[0])


def cpu_seconds(pid):
    """Of all its threads that live. schedstat counts nanoseconds; stat, hundredths of a second, is everywhere."""
    total = 0.0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="utf-8") as file:
                total += int(file.read().split()[0]) / 1e9
        except FileNotFoundError:
            with open(f"/proc/{pid}/task/{task}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


class Tlsscope:
    """A live capture with --csv and the summary, from begin to end."""

    def __init__(self, binary, namespace, device, folder, *words):
        self.csv = os.path.join(folder, "rows.csv")
        if os.path.exists(self.csv):
            os.remove(self.csv)
        command = [binary, "-i", device, "-v", "--summary", "--color", "never", "--csv", self.csv, *words]
        self.process = subprocess.Popen(inside(namespace, *command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.pid = self.process.pid
        self.said, self.summary = [], ""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._await(lambda: any("capturing on" in line for line in self.said), START_LIMIT, "tlsscope does not start")

    def _read(self):
        for line in self.process.stderr:
            with self._news:
                self.said.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _await(self, happened, limit, what):
        end = time.monotonic() + limit
        with self._news:
            while not happened():
                left = end - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self._reader.is_alive()):
                    raise Failed(f"{what}: {' | '.join(self.said[-3:])}")
                self._news.wait(min(left, 0.5))

    def statistics(self):
        """What it answers to SIGUSR1."""
        before = len(self.said)
        self.process.send_signal(signal.SIGUSR1)
        self._await(lambda: any(STATISTICS.match(s) for s in self.said[before:]), ANSWER_LIMIT, "no statistics")
        return Statistics(*map(int, STATISTICS.match(next(s for s in self.said[before:] if STATISTICS.match(s))).groups()))

    def memory_kib(self):
        return memory_kib(self.pid)

    def cpu_seconds(self):
        return cpu_seconds(self.pid)

    def finish(self):
        """As Ctrl-C does; rows and summary are there afterwards."""
        self.process.send_signal(signal.SIGINT)
        self.summary = self._drain()
        if self.process.returncode:
            raise Failed(f"tlsscope ended with status {self.process.returncode}: {' | '.join(self.said[-3:])}")

    def _drain(self):
        # communicate() would read standard error, too, which is the thread's.
        guard = threading.Timer(END_LIMIT, self.process.kill)
        guard.start()
        out = self.process.stdout.read()
        self.process.wait()
        guard.cancel()
        self._reader.join()
        return out

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def rows(self):
        with open(self.csv, encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    def account(self, name):
        """(total, the line as it is) of an account of the summary; (None, "") when it has none of that name."""
        found = re.search(rf"^\s*{name}\s+([\d,]+).*$", self.summary, re.MULTILINE)
        return (int(found.group(1).replace(",", "")), " ".join(found.group(0).split())) if found else (None, "")

    def drops_told(self):
        """(kernel, interface) as the summary names them; it is silent when there are none."""
        found = re.search(r"([\d,]+) packets dropped by the kernel,\s+([\d,]+)\s+by the\s+interface", self.summary)
        return tuple(int(n.replace(",", "")) for n in found.groups()) if found else (0, 0)

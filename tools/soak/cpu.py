"""What a packet costs tlsscope, and what it costs tcpdump -w /dev/null, over the same traffic at the same time."""

import os
import re
import shutil
import signal
import subprocess
import time

from live_net import CLIENT_DEVICE, SERVER_DEVICE, SERVER_IP, Nginx, inside, nginx_server, run
from load import PORT, Handshakes
from program import Failed, Tlsscope, cpu_seconds

HANDSHAKES_PER_SECOND = 100
RATE_LIMIT = "24M"  # bytes a second of a download: the captures shall keep up, or the comparison is of drops
PERF_HZ = 499


class Tcpdump:
    def __init__(self, namespace, device):
        self.process = subprocess.Popen(
            inside(namespace, "tcpdump", "-Z", "root", "-n", "-B", "8192", "-i", device, "-w", "/dev/null"),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while "listening on" not in (line := self.process.stderr.readline()):
            if not line:
                raise Failed("tcpdump does not start")

    def finish(self):
        """(packets, dropped) by its own word."""
        self.process.send_signal(signal.SIGINT)
        err = self.process.communicate(timeout=30)[1]
        return tuple(int(re.search(rf"(\d+) packets {what}", err).group(1)) for what in ("captured", "dropped by kernel"))

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()


def packets_of_wire_size(setup):
    """veth hands on whole TCP segments of 64 KiB otherwise: packets as no wire has them."""
    for namespace, device in ((setup.network.server, SERVER_DEVICE), (setup.network.client, CLIENT_DEVICE)):
        run(*inside(namespace, "ip", "link", "set", "dev", device, "gso_max_segs", "1"))


def perf_record(pid, folder):
    """The profile of one process, or None where perf does not work."""
    if shutil.which("perf") is None:
        return None
    path = os.path.join(folder, "perf.data")
    p = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", str(PERF_HZ), "-p", str(pid), "-o", path],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    return (p, path) if p.poll() is None else None


def perf_report(record, say):
    p, path = record
    p.send_signal(signal.SIGINT)
    p.wait()
    for keys in ("dso", "symbol"):
        out = subprocess.run(["perf", "report", "--stdio", "-q", "-i", path, "-F", f"overhead,{keys}", "--percent-limit", "1.5"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=120, check=False).stdout
        for line in [line for line in out.splitlines() if line.strip() and not line.startswith("#")][:14]:
            say(f"    {' '.join(line.split()).removesuffix(' - -')}")


def download(setup):
    return subprocess.Popen(inside(setup.network.client, "curl", "-sS", "-k", "--limit-rate", RATE_LIMIT, "-o", "/dev/null",
                                   f"https://{SERVER_IP}:{PORT}/files/big"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def prove(setup, say):
    if shutil.which("tcpdump") is None or shutil.which("curl") is None:
        raise Failed("no tcpdump or curl here")
    os.mkdir(os.path.join(setup.folder, "files"))
    size = setup.megabytes * 1_000_000
    with open(os.path.join(setup.folder, "files", "big"), "wb") as file:
        file.truncate(size)
    nginx = Nginx(setup.network, setup.folder, [nginx_server(PORT)], log=False)
    setup.cleanup.callback(nginx.stop)
    packets_of_wire_size(setup)
    seconds = size / 1024 / 1024 / int(RATE_LIMIT[:-1])
    program = Tlsscope(setup.binary, setup.network.client, CLIENT_DEVICE, setup.reports, *setup.words)
    setup.cleanup.callback(program.kill)
    other = Tcpdump(setup.network.client, CLIENT_DEVICE)
    setup.cleanup.callback(other.kill)
    profile = perf_record(program.pid, setup.folder) if setup.perf else None
    start = time.monotonic()
    ours, theirs = program.cpu_seconds(), cpu_seconds(other.process.pid)
    load = Handshakes(setup.network, HANDSHAKES_PER_SECOND, seconds, 1)
    setup.cleanup.callback(load.stop)
    fetch = download(setup)
    setup.cleanup.callback(lambda: fetch.poll() is None and fetch.kill())
    load.wait()
    error = fetch.communicate()[1]
    time.sleep(1)
    ours, theirs = program.cpu_seconds() - ours, cpu_seconds(other.process.pid) - theirs
    elapsed = time.monotonic() - start
    if fetch.returncode:
        raise Failed(f"curl: {error.decode(errors='replace').strip()}")
    if profile:
        say("  perf of tlsscope, by object and by function:")
        perf_report(profile, say)
    last = program.statistics()
    their_packets, their_drops = other.finish()
    program.finish()

    complete = sum(r["outcome"] == "complete" for r in program.rows())
    say(f"  traffic        {setup.megabytes} MB over TLS and {len(load.made()):,} handshakes in {elapsed:.1f} s")
    say(f"  tlsscope       {last.packets:,} packets, {last.kernel:,} dropped; {ours:.2f} s of CPU, {1e6 * ours / last.packets:.2f} us per packet,"
        f" {100 * ours / elapsed:.1f} % of a core; {complete:,} rows")
    say(f"  tcpdump        {their_packets:,} packets, {their_drops:,} dropped; {theirs:.2f} s of CPU,"
        f" {1e6 * theirs / max(1, their_packets):.2f} us per packet")
    say(f"  ratio          {ours / last.packets / (theirs / max(1, their_packets)):.2f} (tlsscope / tcpdump, per packet)")
    if setup.perf and not profile:
        say("  perf           does not work here")
    if last.kernel == 0 and complete != len(load.made()) + 1:
        raise Failed(f"{complete} rows for {len(load.made()) + 1} handshakes, and nothing was dropped")

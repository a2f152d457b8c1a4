"""A bounded laboratory: network namespaces, veth pairs, peers and a recorder. Everything it starts, it ends."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

CLIENT4, SERVER4 = "10.77.0.1", "10.77.0.2"
CLIENT6, SERVER6 = "fd77::1", "fd77::2"
MAX_FRAMES = 20000  # no recording grows past this
RUN_SECONDS = 30  # no peer runs longer unless its sample says so

OFFLOADS = {
    # what `ethtool -K` is told on every veth end
    "off": ["tx", "off", "rx", "off", "gro", "off", "gso", "off", "tso", "off"],
    "checksum": ["tx", "on", "rx", "on", "gro", "off", "gso", "off", "tso", "off"],
    "segments": ["tx", "on", "rx", "on", "gro", "on", "gso", "on", "tso", "on"],
}


class Failed(Exception):
    """A step of a sample did not do what it must."""


class Proc:
    """A peer running in a namespace, its output kept in a file."""

    def __init__(self, popen, out_path, name):
        self.popen, self.out_path, self.name = popen, out_path, name

    @property
    def text(self):
        with open(self.out_path, "rb") as f:
            return f.read().decode("utf-8", "replace")

    def wait_text(self, pattern, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if re.search(pattern, self.text):
                return
            if self.popen.poll() is not None:
                time.sleep(0.05)
                if re.search(pattern, self.text):
                    return
                break
            time.sleep(0.02)
        raise Failed(f"{self.name}: no {pattern!r} within {seconds} s:\n{self.text[-1500:]}")

    def wait(self, seconds=RUN_SECONDS):
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise Failed(f"{self.name}: still running after {seconds} s:\n{self.text[-1500:]}") from None

    def send(self, text):
        try:
            self.popen.stdin.write(text.encode())
            self.popen.stdin.flush()
        except BrokenPipeError:
            pass

    def stop(self, first=signal.SIGTERM):
        """Ends this process and the children in its own process group, by id."""
        for sig in (first, signal.SIGKILL):
            if self.popen.poll() is not None:
                break
            try:
                os.killpg(self.popen.pid, sig)
                self.popen.wait(3)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        if self.popen.stdin:
            try:
                self.popen.stdin.close()
            except OSError:
                pass


def command(args, **kw):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, **kw)
    if done.returncode:
        raise Failed(f"{' '.join(args)}: {done.stdout.strip()}")
    return done.stdout


class Lab:
    """Two namespaces `c` and `s` joined by a veth pair, or with `middle` by way of a third one, `m`, that does not
    forward by itself: relays run in there (interfaces toc and tos, and with `middle=2` an inner pair xc - xs)."""

    count = 0

    def __init__(self, offload="off", middle=0):
        Lab.count += 1
        self.prefix = f"tss{os.getpid()}n{Lab.count}"
        self.offload, self.middle = offload, middle
        self.dir = tempfile.mkdtemp(prefix="tlsscope-samples-")
        self.procs, self.names = [], []

    def ns(self, which):
        return self.prefix + which

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def ip(self, which, *args):
        return command(["ip", "-n", self.ns(which), *args])

    def build(self):
        for which in "csm" if self.middle else "cs":
            command(["ip", "netns", "add", self.ns(which)])
            self.names.append(which)
            for key in ("all", "default"):  # quiet links: no router solicitations, no autoconfiguration
                for item in ("accept_ra=0", "autoconf=0", "router_solicitations=0"):
                    name, value = item.split("=")
                    self.sysctl(which, f"net.ipv6.conf.{key}.{name}", value)
        if self.middle:
            for key in ("all", "default"):
                self.sysctl("m", f"net.ipv6.conf.{key}.disable_ipv6", "1")
            self.pair(("c", "eth0"), ("m", "toc"))
            self.pair(("s", "eth0"), ("m", "tos"))
            if self.middle == 2:
                self.pair(("m", "xc"), ("m", "xs"))
        else:
            self.pair(("c", "eth0"), ("s", "eth0"))
        for which, four, six in (("c", CLIENT4, CLIENT6), ("s", SERVER4, SERVER6)):
            self.ip(which, "addr", "add", four + "/24", "dev", "eth0")
            self.ip(which, "addr", "add", six + "/64", "dev", "eth0", "nodad")
        for which in self.names:
            self.ip(which, "link", "set", "lo", "up")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and "tentative" in self.ip("c", "-6", "addr") + self.ip("s", "-6", "addr"):
            time.sleep(0.1)

    def pair(self, left, right):
        temp = [f"{self.prefix[-9:]}{side}" for side in "ab"]
        command(["ip", "link", "add", temp[0], "type", "veth", "peer", "name", temp[1]])
        for name, (which, final) in zip(temp, (left, right)):
            command(["ip", "link", "set", name, "netns", self.ns(which)])
            self.ip(which, "link", "set", name, "name", final)
        for which, final in (left, right):
            self.ip(which, "link", "set", final, "address", mac_of(which, final))
            self.exec_once(which, ["ethtool", "-K", final, *OFFLOADS[self.offload]])
            self.ip(which, "link", "set", final, "up")

    def sysctl(self, which, key, value):
        path = "/proc/sys/" + key.replace(".", "/")
        self.exec_once(which, ["sh", "-c", f"test ! -e {path} || echo {value} > {path}"])

    def exec_once(self, which, args):
        return command(["ip", "netns", "exec", self.ns(which), *args])

    def start(self, which, args, env=None, name=None):
        """Starts a peer; its stdin is a pipe that stays open."""
        out = os.path.join(self.dir, f"out{len(self.procs)}")
        with open(out, "wb") as sink:
            popen = subprocess.Popen(["ip", "netns", "exec", self.ns(which), *map(str, args)], stdin=subprocess.PIPE,
                                     stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
                                     env={**os.environ, **(env or {})}, cwd=self.dir)
        proc = Proc(popen, out, name or os.path.basename(str(args[0])))
        self.procs.append(proc)
        return proc

    def listen(self, which, args, port, env=None):
        """Starts a server and waits, without connecting, until it listens."""
        proc = self.start(which, args, env)
        mark = f":{port:04X} "
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if proc.popen.poll() is not None:
                break
            for table in ("tcp", "tcp6"):
                try:
                    with open(f"/proc/{proc.popen.pid}/net/{table}") as f:
                        if any(mark in line and line.split()[3] == "0A" for line in f.readlines()[1:]):
                            return proc
                except OSError:
                    pass
            time.sleep(0.03)
        raise Failed(f"{proc.name} does not listen on {port}:\n{proc.text[-1500:]}")

    def run(self, which, args, stdin="", seconds=RUN_SECONDS, env=None, ok=None):
        """Runs a client to its end, with all of its stdin at once; returns its output."""
        proc = self.start(which, args, env)
        proc.send(stdin)
        if stdin is not None:
            proc.popen.stdin.close()
        code = proc.wait(seconds)
        if ok is not None and code not in ok:
            raise Failed(f"{proc.name} ended with {code}:\n{proc.text[-1500:]}")
        return proc.text

    def record(self, which="c", iface="eth0", extra=(), expression=""):
        return Recording(self, which, iface, extra, expression)

    def close(self):
        for proc in reversed(self.procs):
            proc.stop()
        for which in self.names:
            pids = subprocess.run(["ip", "netns", "pids", self.ns(which)], stdout=subprocess.PIPE, text=True).stdout
            for pid in pids.split():  # what our own peers left behind in our own namespace
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", self.ns(which)], check=False)
        shutil.rmtree(self.dir, ignore_errors=True)


def mac_of(which, iface):
    last = {"c": 0x01, "s": 0x02}.get(which) or {"toc": 0x11, "tos": 0x12, "xc": 0x13, "xs": 0x14}[iface]
    return f"02:77:00:00:00:{last:02x}"


class Recording:
    """tcpdump, from the moment it really captures to the moment the last frame is in the file."""

    def __init__(self, lab, which, iface, extra, expression):
        self.lab, self.which, self.iface = lab, which, iface
        self.extra, self.expression = list(extra), expression
        self.path = os.path.join(lab.dir, f"record-{which}-{iface}.pcap")

    def __enter__(self):
        self.proc = self.lab.start(self.which, ["tcpdump", "-i", self.iface, "-s", "0", "-U", "--immediate-mode", "-Z",
                                                "root", "-n", "-c", str(MAX_FRAMES), "-w", self.path, *self.extra,
                                                *self.expression.split()])
        self.proc.wait_text(r"listening on")
        time.sleep(0.1)
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            time.sleep(0.4)  # the last frames of the close
        self.proc.stop(signal.SIGINT)
        if kind is None and not os.path.exists(self.path):
            raise Failed(f"tcpdump wrote nothing:\n{self.proc.text}")

    def save(self, target):
        """Moves the recording to `target`; the file name says the format."""
        if target.endswith(".pcapng"):
            command(["editcap", "-F", "pcapng", self.path, target])
        elif target.endswith(".gz"):
            with open(target, "wb") as sink:
                subprocess.run(["gzip", "-9", "-n", "-c", self.path], stdout=sink, check=True)
        elif target.endswith(".zst"):
            command(["zstd", "-q", "-19", "-f", self.path, "-o", target])
        else:
            shutil.copyfile(self.path, target)
        os.chmod(target, 0o644)


def json_lines(text):
    """The JSON objects a peer printed, one a line, among whatever else it said."""
    found = []
    for line in text.splitlines():
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except ValueError:
                pass
    return found

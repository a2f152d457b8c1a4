#!/usr/bin/env python3
"""Live capture as a user runs it: two network namespaces, a veth pair, real peers. Needs root; skips without.

usage: live_test.py TLSSCOPE
"""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv.pop(1))
CLIENT, SERVER = f"tlsscope-c{os.getpid()}", f"tlsscope-s{os.getpid()}"
CLIENT_IP, SERVER_IP = "10.78.0.1", "10.78.0.2"
PORT = "443"
PATIENCE = 20  # seconds; nothing here takes more than a few


def run(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=PATIENCE, **more)


def inside(namespace, *words):
    return ["ip", "netns", "exec", namespace, *words]


def make_network():
    for namespace in (CLIENT, SERVER):
        run("ip", "netns", "add", namespace)
    run("ip", "link", "add", "tc0", "netns", CLIENT, "type", "veth", "peer", "name", "ts0", "netns", SERVER)
    for namespace, device, address in ((CLIENT, "tc0", CLIENT_IP), (SERVER, "ts0", SERVER_IP)):
        run(*inside(namespace, "ip", "addr", "add", f"{address}/24", "dev", device))
        run(*inside(namespace, "ip", "link", "set", device, "up"))
        run(*inside(namespace, "ip", "link", "set", "lo", "up"))


def remove_network():
    for namespace in (CLIENT, SERVER):
        subprocess.run(["ip", "netns", "del", namespace], capture_output=True)


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("needs root")
        try:
            make_network()
        except (subprocess.CalledProcessError, FileNotFoundError) as e:
            remove_network()
            raise unittest.SkipTest(f"no network namespaces here: {e}")
        cls.folder = tempfile.mkdtemp()
        cls.key, cls.cert = os.path.join(cls.folder, "key.pem"), os.path.join(cls.folder, "cert.pem")
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            cls.key, "-out", cls.cert, "-subj", "/CN=live.example", "-days", "2")
        cls.server = subprocess.Popen(
            inside(SERVER, "openssl", "s_server", "-accept", PORT, "-cert", cls.cert, "-key", cls.key, "-quiet", "-www"),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3)

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        remove_network()
        shutil.rmtree(cls.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def connect(self, name, *options):
        """One handshake; the peer's own word for what was negotiated."""
        out = subprocess.run(
            inside(CLIENT, "openssl", "s_client", "-connect", f"{SERVER_IP}:{PORT}", "-servername", name, *options),
            input="Q\n", capture_output=True, text=True, timeout=PATIENCE).stdout
        for line in out.splitlines():
            if ", Cipher is " in line:
                version, cipher = line.removeprefix("New, ").split(", Cipher is ")
                return version, cipher
        return None, None

    def capture(self, *words, **more):
        """Starts a capture in the client's namespace; returns when it is under way."""
        p = subprocess.Popen(inside(CLIENT, BINARY, "-i", "tc0", "-v", *words), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, **more)
        self.addCleanup(self.end, p)
        self.await_start(p)
        return p

    def await_start(self, p):
        """Past what -v says of the rights that were given up."""
        seen = ""
        while "capturing on" not in seen:
            line = p.stderr.readline()
            self.assertNotEqual(line, "", seen)
            seen += line

    def end(self, p):
        if p.poll() is None:
            p.kill()
            p.wait()
        p.stdout.close()
        p.stderr.close()

    def interrupt(self, p):
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, 0, err)
        return out

    def test_every_handshake_is_reported_with_what_the_peers_say(self):
        p = self.capture("--json", "-", "tcp port " + PORT)
        wanted = {}
        for i in range(12):
            name = f"host{i}.live.example"
            wanted[name] = self.connect(name, "-tls1_2" if i % 2 else "-tls1_3")
        rows = [json.loads(line) for line in self.interrupt(p).splitlines()]
        found = {r["sni"]: (r["version"].replace("TLS ", "TLSv"), r["cipher"]) for r in rows}
        self.assertEqual(len(rows), len(wanted))
        self.assertEqual(set(found), set(wanted))
        for name, (version, _) in wanted.items():
            self.assertEqual(found[name][0], version, name)
        for r in rows:
            self.assertEqual(r["tls_outcome"], "complete")
            self.assertGreater(r["tls_ms"], 0)

    def test_a_row_comes_within_a_second_of_the_handshake(self):
        p = self.capture("--csv", "-")
        p.stdout.readline()  # the header
        started = time.monotonic()
        self.connect("soon.live.example")
        self.assertIn("soon.live.example", p.stdout.readline())
        self.assertLess(time.monotonic() - started, 5)  # a busy machine; flushed every half second
        self.interrupt(p)

    def test_the_file_written_meanwhile_gives_the_same_rows(self):
        if shutil.which("tcpdump") is None:
            self.skipTest("no tcpdump")
        file = self.path("same.pcap")
        recorder = subprocess.Popen(inside(CLIENT, "tcpdump", "-Z", "root", "-U", "--immediate-mode", "-i", "tc0", "-w", file,
                                           "--time-stamp-precision=nano", "tcp"), stderr=subprocess.PIPE, text=True)
        try:
            while "listening on" not in recorder.stderr.readline():
                pass
            p = self.capture("--csv", "-", "--emit", "close", "tcp")
            for i in range(6):
                self.connect(f"same{i}.live.example", "-tls1_2" if i % 2 else "-tls1_3")
            time.sleep(0.5)
            live = self.interrupt(p)
        finally:
            recorder.send_signal(signal.SIGINT)
            recorder.communicate(timeout=PATIENCE)
        offline = run(BINARY, file, "--csv", "-", "-q").stdout
        rows = [list(csv.DictReader(io.StringIO(text))) for text in (live, offline)]
        self.assertEqual(len(rows[0]), 6)
        self.assertEqual(len(rows[0]), len(rows[1]))
        by_name = [{r["sni"]: r for r in some} for some in rows]
        for name, row in by_name[0].items():
            for column, value in row.items():
                other = by_name[1][name][column]
                # The kernel stamps a packet that leaves once for each socket that listens.
                if column.endswith("_ms") and value and other:
                    self.assertAlmostEqual(float(value), float(other), delta=1, msg=f"{name} {column}")
                elif column not in ("ts", "uid"):
                    self.assertEqual(value, other, f"{name} {column}")

    def test_sigusr1_tells_how_it_stands(self):
        p = self.capture("--csv", "-", "tcp")
        p.stdout.readline()
        self.connect("stand.live.example")
        p.stdout.readline()
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.readline(), r"^[1-9]\d* packets captured, \d+ dropped by kernel")
        self.interrupt(p)

    def test_connections_and_duration_end_it(self):
        p = self.capture("--csv", "-", "--duration", "1")
        p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, 0)

    def test_a_closed_pipe_is_a_quiet_end(self):
        words = " ".join(inside(CLIENT, BINARY, "-i", "tc0", "--csv", "-"))
        p = subprocess.Popen(["bash", "-c", f"{words} | head -n 2; echo ${{PIPESTATUS[0]}}"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
        time.sleep(0.5)
        for i in range(4):
            self.connect(f"head{i}.live.example")
            time.sleep(0.6)
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(out.splitlines()[-1], "0", err)
        self.assertEqual(err, "")

    def test_an_interface_that_goes_away_ends_with_a_report(self):
        run(*inside(CLIENT, "ip", "link", "add", "dies0", "type", "veth", "peer", "name", "dies1"))
        run(*inside(CLIENT, "ip", "link", "set", "dies0", "up"))
        p = subprocess.Popen(inside(CLIENT, BINARY, "-i", "dies0", "-v"), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, p)
        self.await_start(p)
        run(*inside(CLIENT, "ip", "link", "del", "dies0"))
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, 0, err)
        self.assertIn("the interface is gone", err)
        self.assertIn("Accounting", out)

    def test_an_interface_that_comes_back_is_waited_for(self):
        p = self.capture("--csv", "-")
        p.stdout.readline()
        self.connect("before.live.example")
        self.assertIn("before.live.example", p.stdout.readline())
        run(*inside(CLIENT, "ip", "link", "set", "tc0", "down"))
        time.sleep(1)
        run(*inside(CLIENT, "ip", "link", "set", "tc0", "up"))
        time.sleep(2.5)
        self.connect("after.live.example")
        self.assertIn("after.live.example", p.stdout.readline())
        self.interrupt(p)

    def test_what_cannot_be_captured_is_said_in_one_line(self):
        for words, said in ((["-i", "nosuch0"], "tlsscope -D"), (["-i", "tc0", "portt 4"], "filter"),
                            (["-i", "tc0", "x.pcap", "--csv", "a", "-r", "x.pcap"], "cannot be read too")):
            p = subprocess.run(inside(CLIENT, BINARY, *words), capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(p.returncode, 2, p.stderr)
            self.assertEqual(p.stderr.count("\n"), 1, p.stderr)
            self.assertIn(said, p.stderr)


if __name__ == "__main__":
    unittest.main()

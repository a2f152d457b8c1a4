#!/usr/bin/env python3
"""Live capture as a user runs it: two network namespaces, a veth pair, real peers. Needs root; skips without.

usage: live_test.py TLSSCOPE [unittest arguments]
"""

import csv
import io
import json
import signal
import subprocess
import time
import unittest

from live_net import CLIENT_DEVICE, PATIENCE, SERVER_IP, inside, run
from live_support import OpensslServerCase, binary_from_arguments

# Each socket stamps packets anew, and only live the kernel says which checksums are still to be computed.
ODD_FOR_ONE = {"time_back", "bad_cksum"}


class Live(OpensslServerCase):
    def test_every_handshake_is_reported_with_what_the_peers_say(self):
        p = self.capture("--json", "-", "tcp port " + self.PORT)
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
        self.need_program("tcpdump")
        file = self.path("same.pcap")
        recorder = subprocess.Popen(
            inside(self.network.client, "tcpdump", "-Z", "root", "-U", "--immediate-mode", "-i", CLIENT_DEVICE, "-w", file,
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
        offline = run(self.BINARY, file, "--csv", "-", "-q").stdout
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
                elif column not in ("ts", "uid", "severity", "anomalies"):
                    self.assertEqual(value, other, f"{name} {column}")
            odd = [set(filter(None, some[name]["anomalies"].split(";"))) for some in by_name]
            self.assertLessEqual(odd[0] ^ odd[1], ODD_FOR_ONE, f"{name}: {odd}")
            if odd[0] == odd[1]:
                self.assertEqual(row["severity"], by_name[1][name]["severity"], name)

    def test_every_interface_and_the_loopback_show_a_packet_once(self):
        for device, namespace, address in (("any", self.network.client, SERVER_IP), ("lo", self.network.server, "127.0.0.1"),
                                           ("any", self.network.server, "127.0.0.1")):
            with self.subTest(device=device, address=address):
                before = self.network.retransmitted()
                p = self.capture("--json", "-", "--emit", "close", "tcp port " + self.PORT, device=device, namespace=namespace)
                subprocess.run(inside(namespace, "openssl", "s_client", "-connect", f"{address}:{self.PORT}", "-servername",
                                      "once.live.example"), input="Q\n", capture_output=True, text=True, timeout=PATIENCE,
                               check=True)
                rows = self.json_rows(p)
                self.assertEqual([(r["sni"], r["outcome"]) for r in rows], [("once.live.example", "complete")])
                # On a busy machine a segment is now and then really sent again; each packet shown twice would be far more.
                again = {name: rows[0].get(name) or 0 for name in ("retrans_client", "retrans_server", "dup_acks", "out_of_order")}
                really = self.network.retransmitted() - before
                self.assertEqual(again["retrans_client"] + again["retrans_server"], really, again)
                self.assertLessEqual(again["dup_acks"] + again["out_of_order"], really, again)

    def test_sigusr1_tells_how_it_stands(self):
        p = self.capture("--csv", "-", "tcp")
        p.stdout.readline()
        self.connect("stand.live.example")
        p.stdout.readline()
        p.send_signal(signal.SIGUSR1)
        self.assertRegex(p.stderr.readline(), r"^[1-9]\d* packets captured, \d+ dropped by kernel")
        self.interrupt(p)


if __name__ == "__main__":
    Live.BINARY = binary_from_arguments()
    unittest.main()

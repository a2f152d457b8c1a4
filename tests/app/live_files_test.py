#!/usr/bin/env python3
"""Files and numbers of a live capture while it runs: packets kept, rotation, SIGHUP, metrics. Needs root; skips without.

usage: live_files_test.py TLSSCOPE [unittest arguments]
"""

import csv
import glob
import io
import os
import re
import signal
import subprocess
import time
import unittest

from live_net import CLIENT_DEVICE, PATIENCE, SERVER_IP, inside, run
from live_support import NOBODY, OK, OpensslServerCase, binary_from_arguments

ROW_LIMIT = 10  # s in which a row must be in its file: it is flushed every half second, on a machine that may be busy
METRICS_PORT = "9478"


class LiveFiles(OpensslServerCase):
    def setUp(self):
        self.reports = self.folder_of(NOBODY, self.id().rsplit(".", 1)[1])

    def file(self, name):
        return os.path.join(self.reports, name)

    def await_true(self, what, happened):
        end = time.monotonic() + ROW_LIMIT
        while not happened():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def text(self, path):
        try:
            with open(path, encoding="utf-8", newline="") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def names(self, path):
        """Server names of the rows of one CSV file, which must have its header and nothing torn."""
        text = self.text(path)
        self.assertTrue(text.endswith("\n"), f"{path} ends within a line")
        rows = list(csv.DictReader(io.StringIO(text)))
        for row in rows:
            self.assertNotIn(None, row, "more cells than the header has")
            self.assertNotIn(None, row.values(), "fewer cells than the header has")
        return [r["sni"] for r in rows]

    def offline(self, path, *words):
        out = run(self.BINARY, path, "--csv", "-", "-q", *words).stdout
        return list(csv.DictReader(io.StringIO(out)))

    # A file that grows

    def test_rows_can_be_read_while_the_capture_goes_on(self):
        self.need_option("-G")
        p = self.capture("--csv", self.file("rows.csv"))
        for i in range(2):
            self.connect(f"grow{i}.live.example")
            self.await_true("the row is in the file", lambda i=i: f"grow{i}.live.example" in self.text(self.file("rows.csv")))
        self.interrupt(p)
        self.assertEqual(self.names(self.file("rows.csv")), ["grow0.live.example", "grow1.live.example"])

    # Certificates

    def test_certificates_are_checked_and_exported_behind_the_sandbox(self):
        self.need_option("--certs")
        p = self.capture("--csv", self.file("rows.csv"), "--ca-file", os.path.join(self.folder, "live.example.pem"), "--certs", self.reports)
        self.connect("cert.live.example", "-tls1_2")
        self.await_true("the row is in the file", lambda: "cert.live.example" in self.text(self.file("rows.csv")))
        self.interrupt(p)
        row = next(csv.DictReader(io.StringIO(self.text(self.file("rows.csv")))))
        self.assertEqual(row["cert_validation"], "ok")  # self-signed, but the user's CA
        exported = self.file(row["cert_sha256"] + ".pem")
        self.assertEqual(os.stat(exported).st_uid, NOBODY)
        self.assertIn("-----BEGIN CERTIFICATE-----", self.text(exported))

    # Packets

    def test_the_packets_that_were_written_give_the_same_rows(self):
        self.need_option("-w")
        p = self.capture("-w", self.file("all.pcapng"), "--csv", "-", "--emit", "close", "tcp")
        for i in range(6):
            self.connect(f"w{i}.live.example", "-tls1_2" if i % 2 else "-tls1_3")
        live = list(csv.DictReader(io.StringIO(self.interrupt(p))))
        again = self.offline(self.file("all.pcapng"))
        self.assertEqual(len(live), 6)
        # The same packets with the same stamps: the same to the last digit, frame numbers included.
        self.assertEqual(live, again)
        if subprocess.run(["which", "tcpdump"], capture_output=True, check=False).returncode == 0:
            packets = sum(int(r["packets_client"]) + int(r["packets_server"]) for r in live)
            out = run("tcpdump", "-Z", "root", "-nr", self.file("all.pcapng")).stdout
            self.assertEqual(len(out.splitlines()), packets)

    def test_only_the_packets_that_a_rule_keeps(self):
        self.need_option("--keep")
        for rule, kept in (("failed", {"refused"}), ("sni:KEEP", {"keepme.live.example"}), ("slow>60000", set()),
                           ("failed,sni:keep", {"refused", "keepme.live.example"})):
            with self.subTest(rule=rule):
                path = self.file(f"{len(rule)}.pcapng")
                p = self.capture("-w", path, "--keep", rule, "-q", "tcp")
                for name in ("keepme.live.example", "other.live.example"):
                    self.connect(name)
                subprocess.run(inside(self.network.client, "openssl", "s_client", "-connect", f"{SERVER_IP}:4"),
                               capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
                self.interrupt(p)
                found = {r["sni"] or r["outcome"] for r in self.offline(path)}
                self.assertEqual(found, kept)

    # Rotation

    def test_a_new_file_every_second_loses_no_row(self):
        self.need_option("-G")
        p = self.capture("--csv", self.file("rows-%Y%m%d-%H%M%S.csv"), "-G", "1", "-q")
        wanted = [f"g{i}.live.example" for i in range(8)]
        for name in wanted:
            self.connect(name)
            time.sleep(0.4)
        self.interrupt(p)
        files = sorted(glob.glob(self.file("rows-*")))
        self.assertGreaterEqual(len(files), 3)
        self.assertEqual([name for file in files for name in self.names(file)], wanted)

    def test_a_ring_of_files_by_size(self):
        self.need_option("-C")
        p = self.capture("--csv", self.file("ring.csv"), "-C", "4k", "-W", "3", "-q")
        for i in range(24):
            self.connect(f"ring{i}.live.example")
        self.interrupt(p)
        files = sorted(glob.glob(self.file("ring.csv*")), key=os.path.getmtime)
        self.assertEqual(len(files), 3)
        names = {name for file in files for name in self.names(file)}
        self.assertIn("ring23.live.example", names, "the latest is there")
        self.assertNotIn("ring0.live.example", names, "the oldest gave way")
        for file in files:
            self.assertLess(os.path.getsize(file), 16_000, file)

    def test_the_packets_rotate_too(self):
        self.need_option("-w")
        self.need_option("-C")
        p = self.capture("-w", self.file("ring.pcapng"), "-C", "8k", "-q", "tcp")
        for i in range(12):
            self.connect(f"rot{i}.live.example")
        self.interrupt(p)
        files = glob.glob(self.file("ring.pcapng*"))
        self.assertGreater(len(files), 1)
        for file in files:
            self.assertEqual(subprocess.run([self.BINARY, file, "-q", "--csv", "-"], capture_output=True,
                                            timeout=PATIENCE, check=False).returncode, OK, f"{file} is whole")
        rows = self.offline(self.file("ring.pcapng*"))
        self.assertEqual({r["sni"] for r in rows}, {f"rot{i}.live.example" for i in range(12)})

    def test_sighup_goes_on_in_a_new_file_when_the_old_one_was_moved(self):
        self.need_option("-G")
        path, moved = self.file("log.csv"), self.file("log.csv.1")
        p = self.capture("--csv", path, "-q")
        self.connect("first.live.example")
        self.await_true("the first row", lambda: "first.live.example" in self.text(path))
        os.rename(path, moved)
        p.send_signal(signal.SIGHUP)
        self.await_true("a new file", lambda: os.path.exists(path))
        self.connect("second.live.example")
        self.interrupt(p)
        self.assertEqual(self.names(moved), ["first.live.example"])
        self.assertEqual(self.names(path), ["second.live.example"])
        self.assertEqual(os.stat(path).st_uid, NOBODY)

    def test_sighup_with_the_file_in_its_place_changes_nothing(self):
        self.need_option("-G")
        path = self.file("log.csv")
        p = self.capture("--csv", path, "-q")
        self.connect("one.live.example")
        p.send_signal(signal.SIGHUP)
        self.connect("two.live.example")
        self.interrupt(p)
        self.assertEqual(self.names(path), ["one.live.example", "two.live.example"])

    # Numbers

    def scrape(self, *options):
        return run(*inside(self.network.client, "curl", "-sS", "--fail", *options,
                           f"http://127.0.0.1:{METRICS_PORT}/metrics")).stdout

    def value(self, text, name):
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        self.assertIsNotNone(found, f"{name} in\n{text}")
        return float(found.group(1))

    def test_metrics_are_answered_with_no_right_left(self):
        self.need_option("--metrics")
        self.need_program("curl")
        p = self.capture("--metrics", f"127.0.0.1:{METRICS_PORT}", "--csv", "-", "tcp port " + self.PORT)
        with open(f"/proc/{p.pid}/status", encoding="utf-8") as file:
            status = {key: value.strip() for key, _, value in (line.partition(":") for line in file)}
        self.assertEqual((status["CapEff"], status["CapPrm"], status["NoNewPrivs"]), ("0" * 16, "0" * 16, "1"))
        self.assertIn(status["Seccomp"], ("2", "0") if "seccomp: not" in p.said else ("2",))
        for i in range(3):
            self.connect(f"metric{i}.live.example")
        self.await_true("packets are counted", lambda: self.value(self.scrape(), "tlsscope_packets_total") > 20)
        text = self.scrape()
        self.assertEqual(self.value(text, 'tlsscope_dropped_packets_total{by="kernel"}'), 0)
        self.assertTrue(text.rstrip().endswith("# EOF"), "OpenMetrics")
        rows = self.interrupt(p).splitlines()
        self.assertEqual(len(rows) - 1, 3)

    def test_metrics_go_on_while_a_client_does_not_read(self):
        self.need_option("--metrics")
        self.need_program("curl")
        p = self.capture("--metrics", f"127.0.0.1:{METRICS_PORT}", "--csv", "-")
        holds = subprocess.Popen(inside(self.network.client, "bash", "-c",
                                        f"exec 3<>/dev/tcp/127.0.0.1/{METRICS_PORT}; printf 'GET /met' >&3; sleep 30"))
        self.addCleanup(lambda: (holds.kill(), holds.wait()))
        time.sleep(0.5)
        self.connect("slow.live.example")
        self.assertIn("tlsscope_packets_total", self.scrape("--max-time", "5"))
        self.assertIn("slow.live.example", self.interrupt(p))

    def test_metrics_in_a_file(self):
        self.need_option("--metrics")
        path = self.file("tlsscope.prom")
        p = self.capture("--metrics", path, "-q", "--csv", "/dev/null")
        self.connect("file.live.example")
        self.interrupt(p)
        text = self.text(path)
        self.assertGreater(self.value(text, "tlsscope_packets_total"), 5)
        self.assertNotIn("# EOF", text, "node_exporter reads the older format")
        self.assertEqual(os.listdir(self.reports), ["tlsscope.prom"], "no temporary file is left")

    def test_an_address_that_is_taken_is_said_at_the_start(self):
        self.need_option("--metrics")
        first = self.capture("--metrics", f"127.0.0.1:{METRICS_PORT}", "-q", "--csv", "/dev/null")
        p = subprocess.run(inside(self.network.client, self.BINARY, "-i", CLIENT_DEVICE, "-q", "--csv", "/dev/null", "--metrics",
                                  f"127.0.0.1:{METRICS_PORT}"), capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(p.returncode, 2, p.stderr)
        self.assertEqual(p.stderr.count("\n"), 1, p.stderr)
        self.interrupt(first)

    def test_the_limits_are_shown_without_a_capture(self):
        self.need_option("--show-limits")
        plain = run(self.BINARY, "--show-limits").stdout
        self.assertIn("MiB", plain)
        larger = run(self.BINARY, "--show-limits", "--memory", "4096").stdout
        self.assertNotEqual(plain, larger, "--memory is part of the formula")


if __name__ == "__main__":
    LiveFiles.BINARY = binary_from_arguments()
    unittest.main()

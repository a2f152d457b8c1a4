#!/usr/bin/env python3
"""Runs the built program as a user would: exit status, what is on which stream, and what is left on disk.

cli_test.py BINARY [unittest arguments]. Standard library only.
"""

import csv
import gzip
import io
import json
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

SAMPLES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "samples")
BINARY = ""
TIME_LIMIT = 120
OK, USAGE, DAMAGED, NOT_WRITTEN = 0, 2, 3, 4


def sample(name):
    return os.path.join(SAMPLES, name)


GOOD = sample("tls12-openssl-rsa.pcapng")
OTHER = sample("tls13-nanosecond.pcap")
TORN = sample("pcap-torn-last-record.pcap")


class Done:
    """One finished run."""

    def __init__(self, words, stdin=subprocess.DEVNULL, text=None, cwd=None, environment=None):
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", **(environment or {})}
        source = {"stdin": stdin} if text is None else {"input": text}
        done = subprocess.run([BINARY, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIME_LIMIT,
                              cwd=cwd, env=env, check=False, **source)
        self.status, self.out = done.returncode, done.stdout.decode()
        self.err = done.stderr.decode()

    def rows(self):
        return list(csv.DictReader(io.StringIO(self.out)))


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tlsscope-cli-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as out:
            out.write(data)
        return self.path(name)

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def expect(self, status, words, **how):
        done = Done(words, **how)
        self.assertEqual(done.status, status, f"{words}\n{done.err}")
        self.assertNotIn("internal error", done.err)
        return done

    def expect_message(self, done, *parts):
        """One or more lines, each with the program's name before it."""
        self.assertTrue(done.err.strip(), "no message")
        for line in done.err.splitlines():
            self.assertTrue(line.startswith("tlsscope: "), line)
        for part in parts:
            self.assertIn(part, done.err)


class Inputs(CliTest):
    def test_good_file(self):
        done = self.expect(OK, [GOOD])
        self.assertIn("www.example.com", done.out)
        self.assertEqual(done.err, "")

    def test_missing_file(self):
        done = self.expect(USAGE, [self.path("none.pcap")])
        self.expect_message(done, "none.pcap", "no such file")
        self.assertEqual(done.out, "")
        self.expect_message(self.expect(USAGE, ["-r", self.path("none.pcap")]), "none.pcap")

    def test_empty_file(self):
        done = self.expect(USAGE, [self.write("empty.pcap", b"")])
        self.expect_message(done, "empty")
        self.assertEqual(done.out, "")

    def test_not_a_capture(self):
        self.expect_message(self.expect(USAGE, [sample("not-a-capture.pcap")]), "not-a-capture.pcap")

    def test_no_packets(self):
        self.assertEqual(self.expect(OK, [sample("pcap-empty.pcap"), "--csv", "-"]).rows(), [])
        self.assertEqual(self.expect(OK, [sample("pcapng-empty.pcapng"), "--json", "-"]).out, "")

    def test_torn_file_keeps_its_rows(self):
        done = self.expect(DAMAGED, [TORN, "--csv", "-"])
        self.assertEqual([r["sni"] for r in done.rows()], ["www.example.com"])
        self.expect_message(done, "pcap-torn-last-record.pcap")

    def test_every_torn_place_of_a_file(self):
        whole = self.read(GOOD)
        for size in range(28, len(whole), len(whole) // 25):
            done = Done([self.write("torn.pcapng", whole[:size]), "-q"])
            self.assertIn(done.status, (OK, USAGE, DAMAGED), done.err)
            if done.status != OK:
                self.expect_message(done, "torn.pcapng")

    def test_torn_gzip(self):
        squeezed = gzip.compress(self.read(OTHER))
        done = self.expect(DAMAGED, [self.write("torn.pcap.gz", squeezed[:-9]), "--csv", "-"])
        self.assertEqual(len(done.rows()), 1)

    def test_unknown_link_type(self):
        packet = bytes(60)
        header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 147)
        file = self.write("user0.pcap", header + struct.pack("<IIII", 1, 0, 60, 60) + packet)
        self.expect_message(self.expect(USAGE, [file]), "147")

    def test_a_folder_that_is_not_readable_and_a_file_that_is(self):
        done = self.expect(USAGE, ["-r", self.path("none.pcap"), "-r", GOOD, "--csv", "-"])
        self.assertEqual(len(done.rows()), 1, "the other one is read all the same")

    def test_several_files_are_one_capture(self):
        done = self.expect(OK, [GOOD, OTHER, "--csv", "-"])
        self.assertEqual([r["stream"] for r in done.rows()], ["0", "1"])
        self.assertEqual(sorted(r["version"] for r in done.rows()), ["TLS 1.2", "TLS 1.3"])

    def test_folder_and_pattern(self):
        for name, source in (("a.pcap", OTHER), ("b.pcapng", GOOD)):
            shutil.copy(source, self.path(name))
        self.write("notes.txt", b"not a capture")
        both = self.expect(OK, [GOOD, OTHER, "--csv", "-"]).out
        self.assertEqual(self.expect(OK, [self.folder, "--csv", "-"]).out, both)
        self.assertEqual(self.expect(OK, [self.path("*.pcap*"), "--csv", "-"]).out, both)

    def test_pattern_of_nothing_and_empty_folder(self):
        self.expect_message(self.expect(USAGE, [self.path("*.cap")]), "*.cap")
        self.expect_message(self.expect(USAGE, [self.folder]))

    def test_standard_input(self):
        direct = self.expect(OK, [GOOD, "--csv", "-"]).out
        with open(GOOD, "rb") as file:
            self.assertEqual(self.expect(OK, ["-", "--csv", "-"], stdin=file).out, direct)
        self.assertEqual(self.expect(OK, ["-", "--csv", "-"], text=self.read(GOOD)).out, direct, "a pipe")
        self.assertEqual(self.expect(OK, ["-r", "-", "--csv", "-"], text=gzip.compress(self.read(GOOD))).out, direct)
        self.expect_message(self.expect(USAGE, ["-"], text=b""), "empty")

    def test_the_page_is_the_same_from_a_file_and_from_a_pipe(self):
        def template(page):
            return page[:page.index('id="ladders"')]

        direct = self.expect(OK, [GOOD, "--html", "-"]).out
        piped = self.expect(OK, ["-", "--html", "-"], text=self.read(GOOD)).out
        self.assertTrue(direct.endswith("</html>\n"))
        self.assertEqual(template(direct), template(piped))
        self.expect_message(self.expect(NOT_WRITTEN, [GOOD, "--html", self.path("none/out.html")]), "none/out.html")

    def test_a_name_that_plays_with_the_terminal(self):
        done = self.expect(USAGE, [self.write("evil\x1b[2J\r.pcap", b"text")])
        self.assertNotIn("\x1b", done.err)
        self.assertNotIn("\r", done.err)

    def test_count(self):
        done = self.expect(OK, [GOOD, "-c", "3", "--csv", "-"])
        self.assertEqual(done.rows()[0]["version"], "", "three packets are only the TCP handshake")


class Usage(CliTest):
    def test_nothing_given(self):
        self.expect_message(self.expect(USAGE, []), "--help")

    def test_bad_options(self):
        for words in (["--no-such"], ["--csv"], [GOOD, "--explain", "x"], [GOOD, "--threads", "many"], [GOOD, "--ver"]):
            done = self.expect(USAGE, words)
            self.assertEqual(len(done.err.splitlines()), 1, done.err)

    def test_questions(self):
        for word, part in (("--help", "Usage:"), ("--version", "tlsscope "), ("--list-columns", "tls_ms"),
                           ("--list-anomalies", "overlap_conflict")):
            done = self.expect(OK, [word])
            self.assertIn(part, done.out)
            self.assertEqual(done.err, "")

    def test_bad_filter(self):
        done = self.expect(USAGE, [GOOD, "tcp port banana"])
        self.expect_message(done)
        self.assertEqual(done.out, "")
        self.expect_message(self.expect(USAGE, [GOOD, "-f", "((tcp"]))

    def test_filters(self):
        all_of_it = self.expect(OK, [GOOD, "--csv", "-"]).out
        self.assertEqual(self.expect(OK, [GOOD, "--csv", "-", "tcp"]).out, all_of_it)
        self.assertEqual(self.expect(OK, [GOOD, "--csv", "-", "-f", "tcp"]).out, all_of_it)
        self.assertEqual(self.expect(OK, [GOOD, "--csv", "-", "udp port 53"]).rows(), [])

    def test_unknown_column(self):
        done = self.expect(USAGE, [GOOD, "--csv", self.path("x.csv"), "--columns", "sni,banana"])
        self.expect_message(done, "banana")
        self.assertFalse(os.path.exists(self.path("x.csv")))

    def test_columns(self):
        done = self.expect(OK, [GOOD, "--csv", "-", "--columns", "version,sni"])
        self.assertEqual(done.out.splitlines(), ["version,sni", "TLS 1.2,www.example.com"])

    def test_explain(self):
        done = self.expect(OK, [GOOD, "--explain", "0"])
        for word in ("ClientHello", "ServerHello", "SYN"):
            self.assertIn(word, done.out)

    def test_explain_a_connection_that_is_not_there(self):
        done = self.expect(USAGE, [GOOD, "--explain", "7"])
        self.expect_message(done, "7")
        self.expect_message(self.expect(USAGE, [sample("pcap-empty.pcap"), "--explain", "0"]), "0")


class OutputFiles(CliTest):
    def test_several_outputs_in_one_run(self):
        done = self.expect(OK, [GOOD, "--csv", self.path("a.csv"), "--json", self.path("a.json")])
        row = list(csv.DictReader(io.StringIO(self.read(self.path("a.csv")).decode())))[0]
        member = json.loads(self.read(self.path("a.json")))
        self.assertEqual(row["sni"], member["sni"])
        self.assertEqual(row["cert_sha256"], member["cert_sha256"])
        self.assertIn("1 connection", done.out, "the summary is for people")
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.csv", "a.json"], "nothing temporary is left")

    def test_one_to_a_file_and_one_to_standard_output(self):
        done = self.expect(OK, [GOOD, "--csv", self.path("a.csv"), "--json", "-"])
        self.assertEqual(json.loads(done.out)["sni"], "www.example.com")
        self.assertEqual(self.read(self.path("a.csv")).count(b"\n"), 2)

    def test_quiet(self):
        self.assertEqual(self.expect(OK, [GOOD, "-q"]).out, "")

    def test_summary_only(self):
        done = self.expect(OK, [GOOD, "--summary"])
        self.assertIn("1 connection", done.out)

    def test_unwritable_folder(self):
        done = self.expect(NOT_WRITTEN, [GOOD, "--csv", self.path("none/x.csv")])
        self.expect_message(done, "none/x.csv")

    def test_a_folder_as_output(self):
        self.expect_message(self.expect(NOT_WRITTEN, [GOOD, "--csv", self.folder]), self.folder)

    def test_full_disk(self):
        for words in (["--csv", "/dev/full"], ["--json", "/dev/full"]):
            self.expect_message(self.expect(NOT_WRITTEN, [GOOD, *words]), "/dev/full")

    def test_full_standard_output(self):
        with open("/dev/full", "wb") as full:
            for words in ([], ["--csv", "-"], ["--explain", "0"]):
                done = subprocess.run([BINARY, GOOD, *words], stdout=full, stderr=subprocess.PIPE, timeout=TIME_LIMIT,
                                      check=False)
                self.assertEqual(done.returncode, NOT_WRITTEN, words)
                self.assertIn(b"tlsscope: ", done.stderr)

    def test_one_full_output_does_not_spoil_the_other(self):
        self.expect(NOT_WRITTEN, [GOOD, "--csv", "/dev/full", "--json", self.path("a.json")])
        self.assertEqual(json.loads(self.read(self.path("a.json")))["sni"], "www.example.com")

    def test_the_old_file_stays_when_the_new_one_cannot_be(self):
        old = self.write("old.csv", b"old")
        self.expect(USAGE, [sample("not-a-capture.pcap"), "--csv", old])
        self.assertEqual(self.read(old), b"old")
        self.expect(USAGE, [GOOD, "--columns", "banana", "--csv", old])
        self.assertEqual(self.read(old), b"old")
        self.assertEqual(os.listdir(self.folder), ["old.csv"])
        limited = ["sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "sh", BINARY, GOOD, "--csv", old]
        done = subprocess.run(limited, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=TIME_LIMIT, check=False)
        self.assertEqual(done.returncode, NOT_WRITTEN, done.stderr)
        self.assertEqual(self.read(old), b"old")
        self.assertEqual(os.listdir(self.folder), ["old.csv"])
        self.expect(OK, [GOOD, "--csv", old])
        self.assertNotEqual(self.read(old), b"old")

    def test_damaged_input_still_writes(self):
        self.expect(DAMAGED, [TORN, "--csv", self.path("a.csv")])
        self.assertEqual(self.read(self.path("a.csv")).count(b"\n"), 2)

    def test_closed_pipe_is_a_quiet_end(self):
        many = [GOOD] * 40
        for words in (["--csv", "-"], ["--json", "-"], []):
            command = [BINARY, *many, *words]
            run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            run.stdout.read(10)
            run.stdout.close()
            error = run.stderr.read()
            run.stderr.close()
            self.assertEqual(run.wait(TIME_LIMIT), OK, error)
            self.assertEqual(error, b"")

    def test_closed_standard_output(self):
        done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", BINARY, GOOD], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=TIME_LIMIT, check=False)
        self.assertEqual(done.returncode, NOT_WRITTEN, done.stderr)

    def test_any_number_of_threads_writes_the_same(self):
        alone = self.expect(OK, [sample("nginx-parallel-connections.pcapng"), "--csv", "-", "--threads", "1"]).out
        for n in ("2", "5", "64"):
            words = [sample("nginx-parallel-connections.pcapng"), "--csv", "-", "--threads", n]
            self.assertEqual(self.expect(OK, words).out, alone)


class Terminal(CliTest):
    def on_terminal(self, words, environment=None):
        """What a terminal gets; the process group of its own, so that signals reach only it."""
        try:
            parent, child = pty.openpty()
        except OSError as e:  # a chroot without /dev/pts
            self.skipTest(f"no pseudo terminal: {e}")
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        env.update({"TERM": "xterm", "LC_ALL": "C.UTF-8", "COLUMNS": "120", **(environment or {})})
        run = subprocess.Popen([BINARY, *words], stdin=subprocess.DEVNULL, stdout=child, stderr=child, env=env)
        os.close(child)
        text = b""
        end = time.monotonic() + TIME_LIMIT
        while time.monotonic() < end:
            if not select.select([parent], [], [], 1)[0]:
                continue
            try:
                more = os.read(parent, 65536)
            except OSError:
                break
            if not more:
                break
            text += more
        os.close(parent)
        return run.wait(TIME_LIMIT), text.decode()

    def test_colour_only_where_it_is_wanted(self):
        bad = sample("fail-unknown-ca-tls12.pcapng")
        self.assertIn("\x1b[", self.on_terminal([bad])[1])
        self.assertNotIn("\x1b[", self.on_terminal([bad], {"NO_COLOR": "1"})[1])
        self.assertNotIn("\x1b[", self.on_terminal([bad, "--color", "never"])[1])
        self.assertNotIn("\x1b[", Done([bad]).out)
        self.assertIn("\x1b[", Done([bad, "--color=always"]).out)

    def test_lines_fit(self):
        for width in ("72", "80", "200"):
            done = Done([GOOD, OTHER], environment={"COLUMNS": width})
            self.assertLessEqual(max(len(line) for line in done.out.splitlines()), int(width))

    def test_a_width_that_is_no_number_of_columns_is_ignored(self):
        as_ever = Done([GOOD, OTHER], environment={"COLUMNS": ""}).out
        for width in ("wide", "-5", "0", "4294967297", "99999999999999999999"):
            self.assertEqual(Done([GOOD, OTHER], environment={"COLUMNS": width}).out, as_ever, width)


class Signals(CliTest):
    def test_an_interrupt_ends_with_the_report_of_what_was_read(self):
        reading, writing = os.pipe()
        run = subprocess.Popen([BINARY, "-", "--csv", "-"], stdin=reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.close(reading)
        data = self.read(OTHER)
        header, packets = data[:24], data[24:]
        os.write(writing, header)
        signalled = 0
        try:
            # Enough packets for the program to look up now and then, whatever it buffers.
            for n in range(4000):
                os.write(writing, packets)
                if n == 300:
                    run.send_signal(signal.SIGINT)
                    signalled = n
        except BrokenPipeError:
            pass
        finally:
            os.close(writing)
        out, error = run.communicate(timeout=TIME_LIMIT)
        self.assertEqual(run.returncode, OK, error)
        self.assertIn(b"www.example.com", out)
        self.assertGreater(signalled, 0)


if __name__ == "__main__":
    BINARY = os.path.realpath(sys.argv.pop(1))
    unittest.main()

#!/usr/bin/env python3
"""Reports when the disk fills up, the program is killed or interrupted at any moment, or the reader goes away."""

import csv
import ctypes
import io
import json
import os
import random
import re
import resource
import signal
import subprocess
import time
import unittest

from program import LEFT_OVER, MANY, NOT_WRITTEN, OK, OLD, ONE, REPORTS, TIME_LIMIT, USAGE, OutputCase, argument

CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18
KILLS = 5  # of each kind and report
SEED = int(os.environ.get("TLSSCOPE_SEED", time.time_ns() % 1_000_000))
# The process LeakSanitizer checks from says this of the program when SIGKILL ends it while it is looked at.
LEAK_CHECK_CUT_OFF = re.compile(rb"==\d+==Unable to get registers from thread \d+\.\n")


def private_mounts():
    """This process gets a mount table of its own; false where it may not."""
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(CLONE_NEWNS) == 0 and libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0


def is_whole(option, data, complete):
    """A report of all connections or of the first of them; the page has a command line in it."""
    if option == "--html":
        return data.endswith(b"</html>\n") and data.startswith(b"<!doctype html>")
    if option == "--cbom":
        return data.startswith(b"{") and json.loads(data)["bomFormat"] == "CycloneDX"
    return data.endswith(b"\n") and complete.startswith(data[:data.index(b"\n") + 1])


class FullDisk(OutputCase):
    @classmethod
    def setUpClass(cls):
        if not private_mounts():
            raise unittest.SkipTest("a disk of our own takes root")

    def disk(self, kibibytes):
        path = self.path(f"disk{kibibytes}")
        os.mkdir(path)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"tmpfs", path.encode(), b"tmpfs", 0, f"size={kibibytes}k".encode()) != 0:
            self.skipTest("no tmpfs: " + os.strerror(ctypes.get_errno()))
        self.addCleanup(libc.umount2, path.encode(), 2)
        return path

    def test_disks_from_too_small_to_large_enough(self):
        inputs = MANY * 2
        for option, name in REPORTS.items():
            new = self.report(option, *inputs)
            results = []
            size = len(new) // 1024
            for kibibytes in range(min(64, size // 2), size + 128, max(64, size // 6)):
                with self.subTest(option=option, kibibytes=kibibytes):
                    path = self.put(os.path.join(self.disk(kibibytes), name))
                    done = self.run_program(*inputs, option, path, "-q")
                    results.append(done.returncode)
                    self.assertEqual(os.listdir(os.path.dirname(path)), [name], "nothing temporary is left")
                    if done.returncode == OK:
                        self.assertEqual(done.stderr, b"")
                        self.assertTrue(is_whole(option, self.read(path), new))
                        continue
                    self.assertEqual(done.returncode, NOT_WRITTEN)
                    self.expect_message(done, path, "No space left on device")
                    self.assertEqual(self.read(path), OLD)
            self.assertEqual((results[0], results[-1]), (NOT_WRITTEN, OK), "from too small to large enough")
            self.assertEqual(results, sorted(results, reverse=True))


class Killed(OutputCase):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def duration(self, option):
        started = time.monotonic()
        complete = self.report(option, *MANY)
        return max(0.01, time.monotonic() - started), complete

    def rounds(self, how, check):
        """Runs with a signal at a random moment, and check(option, exit status, report, the complete one, other names in
        the folder)."""
        for option, name in REPORTS.items():
            duration, complete = self.duration(option)
            path = self.path("reports", name)
            os.makedirs(self.path("reports"), exist_ok=True)
            for _ in range(KILLS):
                for left in os.listdir(self.path("reports")):
                    os.remove(self.path("reports", left))
                self.put(path)
                run = self.start(*MANY, option, path, "-q")
                moment = self.random.uniform(0, 1.1 * duration)
                time.sleep(moment)
                run.send_signal(how)
                errors = run.communicate(timeout=TIME_LIMIT)[1]
                with self.subTest(f"TLSSCOPE_SEED={SEED}: {option} {how.name} after {moment:.4f} s of {duration:.4f} s"):
                    self.assertEqual(LEAK_CHECK_CUT_OFF.sub(b"", errors), b"")
                    names = set(os.listdir(self.path("reports"))) - {name}
                    check(option, run.returncode, self.read(path), complete, names)

    def test_killed_the_old_report_or_the_new_one_is_there(self):
        def check(option, status, data, complete, names):
            self.assertIn(status, (OK, -signal.SIGKILL))
            whole = is_whole(option, data, complete) and (option == "--html" or data == complete)
            self.assertTrue(data == OLD or whole, "never torn")
            self.assertLessEqual(len(names), 1)
            for name in names:
                self.assertRegex(name, LEFT_OVER)
        self.rounds(signal.SIGKILL, check)

    def expect_report(self, how):
        def check(option, status, data, complete, names):
            self.assertIn(status, (OK, -how))
            self.assertEqual(names, set(), "nothing temporary is left")
            if status == OK:
                self.assertTrue(is_whole(option, data, complete), "a report of what was read")
            else:  # before there was anything to report
                self.assertEqual(data, OLD)
        self.rounds(how, check)

    def test_interrupted_it_writes_what_it_has(self):
        self.expect_report(signal.SIGINT)

    def test_terminated_it_writes_what_it_has(self):
        self.expect_report(signal.SIGTERM)

    def interrupt_a_quiet_pipe(self, name, reading, writing):
        """The end of the capture never comes."""
        paths = {o: self.path(n) for o, n in REPORTS.items()}
        run = self.start(name, *(w for pair in paths.items() for w in pair), "-q", stdin=reading)
        with open(ONE, "rb") as file:
            os.write(writing, file.read() + bytes(7))  # and the beginning of a packet, which is no damage
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        try:
            status = run.wait(10)
        except subprocess.TimeoutExpired:
            self.fail("an interrupt is not heard while nothing comes through the pipe")
        self.assertEqual((status, run.stderr.read()), (OK, b""))
        row = next(csv.DictReader(io.StringIO(self.read(paths["--csv"]).decode())))
        self.assertEqual(row["sni"], json.loads(self.read(paths["--json"]))["sni"])
        self.assertTrue(self.read(paths["--html"]).endswith(b"</html>\n"))

    def test_an_interrupt_is_heard_while_nothing_comes_through_a_pipe(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        self.interrupt_a_quiet_pipe("-", reading, writing)

    def test_an_interrupt_is_heard_while_nothing_comes_through_a_named_pipe(self):
        os.mkfifo(self.path("pipe"))
        held = os.open(self.path("pipe"), os.O_RDWR)
        self.addCleanup(os.close, held)
        self.interrupt_a_quiet_pipe(self.path("pipe"), subprocess.DEVNULL, held)

    def test_an_interrupt_is_heard_while_nobody_opens_a_named_pipe(self):
        os.mkfifo(self.path("pipe"))
        run = self.start(self.path("pipe"), "--csv", self.put(self.path("report.csv")), "-q")
        time.sleep(1)
        run.send_signal(signal.SIGTERM)
        self.expect_nothing_read(run)

    def test_an_interrupt_is_heard_before_the_first_byte(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        run = self.start("-", "--csv", self.put(self.path("report.csv")), "-q", stdin=reading)
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        self.expect_nothing_read(run)

    def expect_nothing_read(self, run):
        """As of an empty input: there is nothing to report, and the old report stays."""
        run.wait(10)
        self.assertEqual(run.returncode, USAGE)
        self.assertEqual(self.read(self.path("report.csv")), OLD)

    def test_a_file_size_limit_is_a_full_disk(self):
        path = self.put(self.path("report.html"))
        for limit in (0, 1, 100_000):
            def limited(limit=limit):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            done = self.run_program(*MANY, "--html", path, "-q", preexec_fn=limited)
            self.assertEqual(done.returncode, NOT_WRITTEN)
            self.expect_message(done, path, "File too large")
            self.assertEqual((self.read(path), os.listdir(self.folder)), (OLD, ["report.html"]))


class ClosedPipe(OutputCase):
    def test_a_reader_that_goes_away_at_any_time_is_a_quiet_end(self):
        for words in (["--csv", "-"], ["--json", "-"], ["--html", "-"], ["--explain", "0,1,2,3"], ["--summary"], []):
            size = len(self.run_program(*MANY, *words).stdout)
            for taken in (0, 4096, size - 1):
                with self.subTest(words=words, taken=taken):
                    run = self.start(*MANY, *words)
                    while taken > 0 and (got := len(os.read(run.stdout.fileno(), taken))) > 0:
                        taken -= got
                    run.stdout.close()
                    self.assertEqual((run.stderr.read(), run.wait(TIME_LIMIT)), (b"", OK))
                    run.stdout = None

    def test_the_report_beside_a_closed_pipe_is_whole(self):
        complete = self.report("--json", *MANY)
        run = self.start(*MANY, "--csv", "-", "--json", self.path("report.json"))
        run.stdout.close()
        self.assertEqual((run.stderr.read(), run.wait(TIME_LIMIT)), (b"", OK))
        run.stdout = None
        self.assertEqual(self.read(self.path("report.json")), complete)

    def test_a_named_pipe_whose_reader_goes_away(self):
        os.mkfifo(self.path("pipe"))
        run = self.start(*MANY, "--csv", self.path("pipe"), "-q")
        with open(self.path("pipe"), "rb") as reader:
            reader.read(10)
        self.assertEqual((run.communicate(timeout=TIME_LIMIT)[1], run.returncode), (b"", OK))
        self.assertEqual(os.listdir(self.folder), ["pipe"])


if __name__ == "__main__":
    ClosedPipe.BINARY = FullDisk.BINARY = Killed.BINARY = argument()
    print(f"TLSSCOPE_SEED={SEED}")
    unittest.main()

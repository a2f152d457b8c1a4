#!/usr/bin/env python3
"""Every system call that writes a report fails once: the old report stays, nothing is left over, the message is true.

usage: fault_test.py TLSSCOPE FAULTS_LIBRARY [unittest arguments]
"""

import errno
import os
import unittest

from program import MANY, NOT_WRITTEN, OK, OLD, REPORTS, OutputCase, argument

FAULTS = ""
ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT)
CALLS = ("open", "write", "fsync", "rename", "close")
MOST_CALLS = 200
# After the rename the new report is there, whole: what fails then (the folder's fsync and close) is no loss.
MAY_FAIL_UNNOTICED = ("fsync", "close")


def preloaded(library):
    """ASan wants to be the first library; the allocator is still its own."""
    options = [o for o in os.environ.get("ASAN_OPTIONS", "").split(":") if o]
    return {"LD_PRELOAD": library, "ASAN_OPTIONS": ":".join([*options, "verify_asan_link_order=0", "detect_leaks=0"])}


class OutputFaults(OutputCase):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("faulty"))
        os.mkdir(self.path("good"))

    def run_with_fault(self, call, at, error, *words, short=False, **how):
        """The finished run, and whether the fault struck."""
        told = self.path("told")
        if os.path.exists(told):
            os.remove(told)
        fault = {"FAULT_UNDER": self.path("faulty"), "FAULT_CALL": call, "FAULT_AT": str(at), "FAULT_ERRNO": str(error),
                 "FAULT_TOLD": told, "FAULT_SHORT": "1" if short else "0", **preloaded(FAULTS)}
        done = self.run_program(*MANY, *words, environment=fault, **how)
        return done, os.path.exists(told)

    def expect_old(self, done, path, error, whole):
        self.assertEqual(done.returncode, NOT_WRITTEN, done.stderr)
        self.assertEqual(self.read(path), OLD)
        self.assertEqual(os.listdir(self.path("faulty")), [os.path.basename(path)], "nothing temporary is left")
        self.expect_message(done, path, os.strerror(error))
        other = self.path("good", "other.json")
        if whole is not None:
            self.assertEqual(self.read(other), whole, "the other report goes on")

    def every_call(self, option, call, short=False):
        """Lets the first, second, ... call fail until there is none; how many were noticed."""
        path = self.path("faulty", REPORTS[option])
        new, other = self.report(option, *MANY), self.report("--json", *MANY)
        words = [option, path] + (["--json", self.path("good", "other.json")] if option != "--json" else ["-q"])
        noticed = 0
        for at in range(1, MOST_CALLS):
            error = ERRORS[at % len(ERRORS)]
            self.put(path)
            done, struck = self.run_with_fault(call, at, error, *words, short=short)
            if struck and done.returncode != OK:
                # What cannot be opened is said at once, before hours of reading: then there is no other report either.
                self.expect_old(done, path, error, other if option != "--json" and call != "open" else None)
                noticed += 1
                continue
            self.assertEqual(done.returncode, OK, done.stderr)
            self.expect_whole(option, self.read(path), new)
            self.assertEqual(os.listdir(self.path("faulty")), [os.path.basename(path)])
            if not struck:
                os.remove(path)
                return noticed
            self.assertIn(call, MAY_FAIL_UNNOTICED)
        return self.fail("no end of calls")

    def expect_whole(self, option, got, new):
        if option == "--html":  # has the command line in it
            self.assertTrue(got.endswith(b"</html>\n"))
            self.assertGreater(len(got), len(new) // 2)
        else:
            self.assertEqual(got, new)

    def test_every_call_of_every_report(self):
        for option in REPORTS:
            for call in CALLS:
                with self.subTest(option=option, call=call):
                    self.assertGreater(self.every_call(option, call), 0)

    def test_every_write_takes_only_half_and_then_fails(self):
        for option in REPORTS:
            with self.subTest(option=option):
                self.assertGreater(self.every_call(option, "write", short=True), 0)

    def test_an_interrupted_write_is_tried_again(self):
        path = self.path("faulty", "report.csv")
        for error in (errno.EINTR, errno.EAGAIN):
            done, struck = self.run_with_fault("write", 1, error, "--csv", path, "-q")
            self.assertTrue(struck)
            self.assertEqual((done.returncode, done.stderr), (OK, b""))
            self.assertEqual(self.read(path), self.report("--csv", *MANY))

    def test_the_first_report_and_the_last_of_three(self):
        for bad in REPORTS:
            paths = {o: self.path("faulty" if o == bad else "good", n) for o, n in REPORTS.items()}
            self.put(paths[bad])
            words = [w for pair in paths.items() for w in pair]
            done, struck = self.run_with_fault("write", 1, errno.ENOSPC, *words)
            self.assertTrue(struck)
            self.assertEqual(done.returncode, NOT_WRITTEN)
            self.expect_message(done, paths[bad], os.strerror(errno.ENOSPC))
            self.assertEqual(self.read(paths[bad]), OLD)
            for option in REPORTS:
                if option != bad:
                    self.expect_whole(option, self.read(paths[option]), self.report(option, *MANY))
                    os.remove(paths[option])
            self.assertIn("connections", done.stdout.decode(), "the summary too")
            os.remove(paths[bad])

    def test_standard_output_in_a_file(self):
        for words in ((), ("--csv", "-"), ("--explain", "0"), ("--html", "-"), ("--list-columns",)):
            with open(self.path("faulty", "out"), "wb") as out:
                done, struck = self.run_with_fault("write", 1, errno.EIO, *words, stdout=out)
            self.assertTrue(struck, words)
            self.assertEqual(done.returncode, NOT_WRITTEN, words)
            self.expect_message(done, "standard output", os.strerror(errno.EIO))


if __name__ == "__main__":
    OutputFaults.BINARY = argument()
    FAULTS = argument()
    unittest.main()

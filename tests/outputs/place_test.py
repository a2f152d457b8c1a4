#!/usr/bin/env python3
"""Where reports are to go: symbolic links, folders of others, the input itself, names that cannot be. What is already
there must be what the user gave away, and nothing else may be touched."""

import os
import shutil
import socket
import stat
import subprocess
import unittest

from program import NOT_WRITTEN, OK, OLD, ONE, REPORTS, TIME_LIMIT, USAGE, OutputCase, argument

NOBODY = 65534
HEADER = b"stream,"


class Places(OutputCase):
    def write_csv(self, path, status, *words, **how):
        done = self.run_program(ONE, "-q", "--csv", path, *words, **how)
        self.assertEqual(done.returncode, status, done.stderr)
        if status == OK:
            self.assertEqual(done.stderr, b"")
        return done

    # Symbolic links

    def test_a_link_stays_and_its_file_is_replaced(self):
        target = self.put(self.path("target"))
        os.symlink("target", self.path("link"))
        self.write_csv(self.path("link"), OK)
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertTrue(self.read(target).startswith(HEADER))

    def test_a_dangling_link_gets_its_file(self):
        os.symlink("later", self.path("link"))
        self.write_csv(self.path("link"), OK)
        self.assertTrue(self.read(self.path("later")).startswith(HEADER))

    def test_links_that_lead_nowhere(self):
        os.symlink("loop", self.path("loop"))
        os.symlink("none/later", self.path("gone"))
        os.symlink(".", self.path("here"))
        for name, reason in (("loop", "Too many levels"), ("gone", "No such file"), ("here", "Is a directory")):
            done = self.write_csv(self.path(name), NOT_WRITTEN)
            self.expect_message(done, self.path(name), reason)
        self.assertEqual(sorted(os.listdir(self.folder)), ["gone", "here", "loop"])

    def shared_folder(self):
        """As /tmp: everybody may put something there."""
        if os.geteuid() != 0:
            self.skipTest("a link of somebody else takes root")
        os.chmod(self.folder, 0o755)
        os.mkdir(self.path("tmp"))
        os.chmod(self.path("tmp"), 0o1777)
        return self.path("tmp")

    def test_a_link_that_a_stranger_put_into_a_shared_folder(self):
        # Followed, it would replace any file of the user who runs us; the kernel's own protection is not asked by readlink.
        shared = self.shared_folder()
        for name, target in (("taken", self.put(self.path("precious"))), ("dangling", self.path("born"))):
            link = os.path.join(shared, name)
            os.symlink(target, link)
            os.lchown(link, NOBODY, NOBODY)
            for option in REPORTS:
                done = self.run_program(ONE, option, link, "-q")
                self.assertEqual(done.returncode, NOT_WRITTEN)
                self.expect_message(done, link, "Permission denied")
        self.assertEqual(self.read(self.path("precious")), OLD)
        self.assertFalse(os.path.exists(self.path("born")))
        self.assertEqual(sorted(os.listdir(shared)), ["dangling", "taken"])

    def test_a_link_of_ours_in_a_shared_folder(self):
        link = os.path.join(self.shared_folder(), "mine")
        os.symlink(self.path("target"), link)
        self.write_csv(link, OK)
        self.assertTrue(self.read(self.path("target")).startswith(HEADER))

    def test_a_link_to_standard_output_is_standard_output(self):
        for name in ("/dev/stdout", "/proc/self/fd/1", "/dev/fd/1"):
            log = self.put(self.path("log"))
            with open(log, "ab") as out:
                self.write_csv(name, OK, stdout=out)
            self.assertTrue(self.read(log).startswith(OLD + HEADER), "as `>> log` asks for")
            self.assertEqual(os.listdir(self.folder), ["log"])

    def test_a_link_to_another_descriptor_is_not_replaced(self):
        log = self.put(self.path("log"))
        with open(log, "ab") as out:
            self.write_csv(f"/dev/fd/{out.fileno()}", OK, pass_fds=[out.fileno()])
        self.assertTrue(self.read(log).startswith(OLD + HEADER))

    # The input

    def copy(self, name="capture.pcapng"):
        return shutil.copy(ONE, self.path(name))

    def test_the_capture_is_never_replaced_by_its_report(self):
        capture = self.copy()
        before = self.read(capture)
        os.symlink("capture.pcapng", self.path("link"))
        for path in (capture, self.path("link"), self.path(".", "capture.pcapng")):
            for option in REPORTS:
                for given in (capture, self.folder, self.path("*.pcapng")):
                    done = self.run_program(given, option, path)
                    self.assertEqual((done.returncode, done.stdout), (USAGE, b""))
                    self.expect_message(done, option, path)
        self.assertEqual(self.read(capture), before)
        self.assertEqual(sorted(os.listdir(self.folder)), ["capture.pcapng", "link"])

    def test_the_capture_on_standard_input_is_not_replaced_either(self):
        capture = self.copy()
        before = self.read(capture)
        with open(capture, "rb") as file:
            done = self.run_program("-", "--csv", capture, stdin=file)
        self.assertEqual((done.returncode, done.stdout), (USAGE, b""))
        self.expect_message(done, "--csv", capture)
        self.assertEqual(self.read(capture), before)

    def test_standard_output_does_not_grow_into_the_capture_or_a_report(self):
        capture = self.copy()
        before = self.read(capture)
        for words in ([capture], [capture, "--csv", "-"], ["-", "--json", "-"]):
            with open(capture, "ab") as out, open(capture, "rb") as file:
                done = self.run_program(*words, stdin=file, stdout=out)
            self.assertEqual(done.returncode, USAGE)
            self.expect_message(done, "standard output")
        self.assertEqual(self.read(capture), before)
        with open(self.path("report"), "ab") as out:
            done = self.run_program(capture, "--csv", self.path("report"), stdout=out)
        self.assertEqual(done.returncode, USAGE)
        self.expect_message(done, "standard output", self.path("report"))

    def test_a_report_beside_the_captures_of_a_folder(self):
        self.copy()
        for _ in range(2):  # the second time the report is there
            done = self.run_program(self.folder, "--csv", self.path("report.csv"), "-q")
            self.assertEqual((done.returncode, done.stderr), (OK, b""))
        self.assertEqual(self.read(self.path("report.csv")).count(b"\n"), 2)

    def test_two_reports_do_not_share_a_file(self):
        os.symlink("same", self.path("link"))
        for there in (False, True):
            for other in (self.path("same"), self.path(".", "same"), self.path("link")):
                done = self.run_program(ONE, "--csv", self.path("same"), "--json", other)
                self.assertEqual(done.returncode, USAGE, done.stderr)
                self.expect_message(done, "--csv and --json", other)
            self.assertEqual(os.path.exists(self.path("same")), there)
            self.put(self.path("same"))

    def test_two_reports_may_share_a_device(self):
        done = self.run_program(ONE, "--csv", "/dev/null", "--json", "/dev/null", "-q")
        self.assertEqual((done.returncode, done.stderr), (OK, b""))

    # Places that cannot be written to

    def test_what_cannot_be_is_said_before_reading(self):
        self.put(self.path("file"))
        cases = {self.path("n" * 300): "File name too long", self.path("file", "report"): "Not a directory",
                 self.path("none", "report"): "No such file", self.folder: "Is a directory", self.path("new", ""): "",
                 "": ""}
        for path, reason in cases.items():
            reading, writing = os.pipe()  # nothing is read: the run ends though this never does
            done = self.run_program("-", "--csv" if path else "--csv=", *([path] if path else []), stdin=reading)
            os.close(reading)
            os.close(writing)
            self.assertIn(done.returncode, (NOT_WRITTEN, USAGE), done.stderr)
            self.expect_message(done, path if len(path) < 100 else "nnn", reason)
        self.assertEqual(os.listdir(self.folder), ["file"])

    def test_folders_and_files_that_may_only_be_read(self):
        if os.geteuid() != 0:
            self.skipTest("takes root, to become somebody else")
        os.chmod(self.folder, 0o755)
        shut = self.path("shut")
        os.mkdir(shut)
        self.put(self.path("shut", "report"))
        os.mkdir(self.path("open"))
        protected = self.put(self.path("open", "report"))
        os.chown(self.path("open"), NOBODY, NOBODY)
        capture = self.copy()
        for path in (self.path("shut", "report"), self.path("shut", "new"), protected):
            done = self.run_program(capture, "--csv", path, user=NOBODY, group=NOBODY, extra_groups=[])
            self.assertEqual((done.returncode, done.stdout), (NOT_WRITTEN, b""), done.stderr)
            self.expect_message(done, path, "Permission denied")
        self.assertEqual((os.listdir(shut), self.read(protected)), (["report"], OLD))

    def test_a_socket_as_output(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path("socket"))
            self.expect_message(self.write_csv(self.path("socket"), NOT_WRITTEN), self.path("socket"))
        self.assertTrue(stat.S_ISSOCK(os.stat(self.path("socket")).st_mode))

    # Descriptors that are closed when the program starts

    def test_closed_standard_streams_are_no_report(self):
        # The next file to be opened gets the lowest free number: messages and tables must not end in it.
        whole = self.report("--csv", ONE)
        path = self.path("report.csv")
        missing = self.path("missing.pcap")
        for closed in ("0<&-", "1>&-", "2>&-", "0<&- 1>&-", "0<&- 2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"):
            with self.subTest(closed):
                words = ["sh", "-c", f'exec "$@" {closed}', "sh", self.BINARY, "-v", "-r", ONE, "-r", missing, "--csv", path]
                done = subprocess.run(words, capture_output=True, timeout=TIME_LIMIT, check=False)
                self.assertEqual(done.returncode, NOT_WRITTEN if "1>" in closed else USAGE, done.stderr)
                self.assertEqual(self.read(path), whole)
                os.remove(path)

    # Names come from the user only

    def test_no_file_is_named_by_the_capture(self):
        os.mkdir(self.path("work"))
        paths = {o: self.path("work", n) for o, n in REPORTS.items()}
        done = self.run_program(ONE, *(w for pair in paths.items() for w in pair), cwd=self.path("work"))
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertEqual(sorted(os.listdir(self.path("work"))), sorted(REPORTS.values()))


if __name__ == "__main__":
    Places.BINARY = argument()
    unittest.main()

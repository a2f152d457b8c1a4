#!/usr/bin/env python3
"""What a running capture may still do, seen from outside: /proc/PID of the program while it captures. Needs root.

usage: rights_test.py TLSSCOPE [unittest arguments]

What it may do inside (calls, files) is asked in tests/privileges, of a child that can try.
"""

import os
import shutil
import subprocess
import unittest

from live_net import CLIENT_DEVICE, PATIENCE, inside, run
from live_support import NOBODY, USAGE, LiveCase, binary_from_arguments

CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
NOTHING = "0" * 16
STRANGER, STRANGER_GROUP = 4242, 4343  # nobody here has these numbers
DAEMON = 1


def status_of(p):
    with open(f"/proc/{p.pid}/status", encoding="utf-8") as file:
        return {key: value.split() for key, _, value in (line.partition(":") for line in file)}


class Rights(LiveCase):
    def environment(self, **more):
        """Without the variables of a sudo that started these tests."""
        return {**{k: v for k, v in os.environ.items() if not k.startswith("SUDO_")}, **more}

    def running(self, *words, **more):
        more.setdefault("env", self.environment())
        p = self.capture("--csv", "-", *words, **more)
        return p, status_of(p)

    def expect_ids(self, status, uid, gid):
        self.assertEqual(status["Uid"], [str(uid)] * 4, "real, effective, saved, file system")
        self.assertEqual(status["Gid"], [str(gid)] * 4)
        self.assertNotIn("0", status["Groups"], "root's group")

    def expect_no_capability(self, status, sets=CAPABILITY_SETS):
        for name in sets:
            self.assertEqual(status[name], [NOTHING], name)
        self.assertEqual(status["NoNewPrivs"], ["1"])

    def expect_sandbox(self, p, status, there):
        """seccomp where the kernel has it; the program says itself when it does not."""
        has_seccomp = "Seccomp" in status and "seccomp: not in this kernel" not in p.said
        if has_seccomp:
            self.assertEqual(status["Seccomp"], ["2" if there else "0"], p.said)
        self.assertIn("seccomp: on" if there and has_seccomp else "seccomp: ", p.said)
        self.assertIn("Landlock: ", p.said)

    def test_root_becomes_nobody_without_any_right(self):
        p, status = self.running()
        self.expect_ids(status, NOBODY, NOBODY)
        self.expect_no_capability(status)
        self.expect_sandbox(p, status, True)
        self.interrupt(p)

    def test_every_thread_gave_them_up(self):
        p, _ = self.running()
        for task in os.listdir(f"/proc/{p.pid}/task"):
            with open(f"/proc/{p.pid}/task/{task}/status", encoding="utf-8") as file:
                status = {key: value.split() for key, _, value in (line.partition(":") for line in file)}
            self.expect_ids(status, NOBODY, NOBODY)
            self.expect_no_capability(status)
            self.expect_sandbox(p, status, True)

    def test_nobody_looks_into_its_memory(self):
        """Not dumpable: what /proc/PID shows of it belongs to root, and the same user is refused."""
        p, status = self.running()
        for name in ("mem", "environ", "maps", "fd"):
            self.assertEqual(os.stat(f"/proc/{p.pid}/{name}").st_uid, 0, name)
        looks = subprocess.run(["cat", f"/proc/{p.pid}/environ"], user=NOBODY, group=NOBODY, extra_groups=[], check=False,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
        self.assertNotEqual(looks.returncode, 0)
        self.assertIn("Permission denied", looks.stderr)
        self.assertEqual(status["TracerPid"], ["0"])

    def test_no_core_file(self):
        p, _ = self.running()
        with open(f"/proc/{p.pid}/limits", encoding="utf-8") as file:
            line = next(line for line in file if line.startswith("Max core file size"))
        self.assertEqual(line.split()[4:6], ["0", "0"])

    def test_no_file_of_root_stays_open(self):
        p, _ = self.running()
        for number in os.listdir(f"/proc/{p.pid}/fd"):
            target = os.readlink(f"/proc/{p.pid}/fd/{number}")
            self.assertRegex(target, r"^(socket:|pipe:|anon_inode:|/dev/null$)", f"descriptor {number}")

    def test_without_the_sandbox_the_rights_go_all_the_same(self):
        p, status = self.running("--no-sandbox")
        self.expect_ids(status, NOBODY, NOBODY)
        self.expect_no_capability(status)
        self.expect_sandbox(p, status, False)
        self.interrupt(p)

    def test_the_user_that_is_named(self):
        p, status = self.running("--user", "daemon")
        self.expect_ids(status, DAEMON, DAEMON)
        self.expect_no_capability(status)
        self.interrupt(p)

    def test_root_by_name_keeps_the_number_and_nothing_else(self):
        p, status = self.running("--user", "root")
        self.assertEqual(status["Uid"], ["0"] * 4)
        self.expect_no_capability(status)
        self.expect_sandbox(p, status, True)
        self.interrupt(p)

    def test_under_sudo_it_is_who_called_it(self):
        p, status = self.running(env=self.environment(SUDO_UID=str(STRANGER), SUDO_GID=str(STRANGER_GROUP)))
        self.expect_ids(status, STRANGER, STRANGER_GROUP)
        self.expect_no_capability(status)
        self.interrupt(p)

    def test_the_user_that_is_named_goes_before_who_called_sudo(self):
        p, status = self.running("--user", "daemon",
                                 env=self.environment(SUDO_UID=str(STRANGER), SUDO_GID=str(STRANGER_GROUP)))
        self.expect_ids(status, DAEMON, DAEMON)

    def test_sudo_called_by_root_is_nobody(self):
        _, status = self.running(env=self.environment(SUDO_UID="0", SUDO_GID="0"))
        self.expect_ids(status, NOBODY, NOBODY)

    def test_reports_belong_to_the_user(self):
        folder = self.folder_of(STRANGER, "reports")
        p = self.capture("--csv", f"{folder}/out.csv", "--json", f"{folder}/out.json", "--html", f"{folder}/out.html",
                         env=self.environment(SUDO_UID=str(STRANGER), SUDO_GID=str(STRANGER)))
        self.interrupt(p)
        self.assertEqual(sorted(os.listdir(folder)), ["out.csv", "out.html", "out.json"])
        for name in os.listdir(folder):
            self.assertEqual(os.stat(f"{folder}/{name}").st_uid, STRANGER, name)

    def test_a_folder_of_somebody_else_is_said_at_the_start(self):
        folder = self.folder_of(0, "roots")
        p = subprocess.run(inside(self.network.client, self.BINARY, "-i", CLIENT_DEVICE, "--csv", f"{folder}/out.csv"),
                           capture_output=True, text=True, timeout=PATIENCE, check=False, env=self.environment())
        self.assertEqual(p.returncode, USAGE, p.stderr)
        self.assertEqual(p.stderr.count("\n"), 1, p.stderr)
        self.assertIn("--user", p.stderr)
        self.assertEqual(os.listdir(folder), [])

    def binary_for_all(self, name):
        """A copy that any user can start: the build folder may be closed to others."""
        os.chmod(self.folder, 0o711)
        path = self.path(name)
        shutil.copy(self.BINARY, path)
        os.chmod(path, 0o755)
        return path

    def as_nobody(self, program, *words):
        return subprocess.Popen([program, *words], user=NOBODY, group=NOBODY, extra_groups=[], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=self.environment(), cwd="/")

    def test_a_missing_right_names_its_cure(self):
        p = self.as_nobody(self.binary_for_all("plain"), "-i", "lo", "--duration", "1")
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, USAGE, err)
        self.assertEqual(out, "")
        self.assertEqual(err.count("\n"), 1, err)
        self.assertIn("sudo", err)
        self.assertIn("setcap cap_net_raw+ep", err)

    def test_a_stranger_cannot_ask_for_another_user(self):
        p = self.as_nobody(self.binary_for_all("plain2"), "-i", "lo", "--user", "daemon", "--duration", "1")
        _, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, USAGE, err)
        self.assertEqual(err.count("\n"), 1, err)

    def test_one_right_given_by_setcap_is_enough_and_given_up_too(self):
        self.need_program("setcap")
        program = self.binary_for_all("capable")
        try:
            run("setcap", "cap_net_raw+ep", program)
        except subprocess.CalledProcessError as e:
            self.skipTest(f"no file capabilities here: {e.stderr}")
        p = self.as_nobody(program, "-i", "lo", "-v", "--csv", "-")
        self.addCleanup(self.end, p)
        self.await_start(p)
        status = status_of(p)
        self.expect_ids(status, NOBODY, NOBODY)
        # The bounding set takes CAP_SETPCAP to empty; it grants nothing to what can execute nothing.
        self.expect_no_capability(status, [s for s in CAPABILITY_SETS if s != "CapBnd"])
        self.expect_sandbox(p, status, True)
        # A program with file capabilities is deaf to its environment, and so a sanitized one to detect_leaks=0.
        if not self.is_sanitized():
            self.interrupt(p)

    def is_sanitized(self):
        with open(self.BINARY, "rb") as file:
            return b"__asan_init" in file.read()


if __name__ == "__main__":
    Rights.BINARY = binary_from_arguments()
    unittest.main()

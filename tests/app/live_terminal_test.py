#!/usr/bin/env python3
"""The live table on a terminal of its own: leaving it, and losing the terminal. Needs root; skips without.

usage: live_terminal_test.py TLSSCOPE [unittest arguments]
"""

import errno
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from live_net import CLIENT_DEVICE, PATIENCE, inside
from live_support import OK, OpensslServerCase, binary_from_arguments


class LiveTerminal(OpensslServerCase):
    def table(self, *words):
        """The program with a controlling terminal, as a shell in a window starts it; waits for the table."""
        self.master, slave = pty.openpty()
        self.addCleanup(self.close_terminal)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
        p = subprocess.Popen(inside(self.network.client, self.BINARY, "-i", CLIENT_DEVICE, *words), stdin=slave, stdout=slave,
                             stderr=subprocess.PIPE, env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
                             start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.addCleanup(self.end_table, p)
        self.shown = ""
        self.await_text(CLIENT_DEVICE)
        return p

    def close_terminal(self):
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def end_table(self, p):
        if p.poll() is None:
            p.kill()
            p.wait()
        p.stderr.close()

    def read_some(self, seconds):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError as e:
            if e.errno != errno.EIO:  # EIO: the other side is closed
                raise
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)

    def await_text(self, text):
        end = time.monotonic() + PATIENCE
        while text not in self.shown:
            self.assertLess(time.monotonic(), end, self.shown[-500:])
            self.assertTrue(self.read_some(0.2), self.shown[-500:])

    def await_end(self, p):
        """A full terminal would hold the program up: what it writes is read."""
        end = time.monotonic() + PATIENCE
        while p.poll() is None:
            self.assertLess(time.monotonic(), end, "it goes on")
            if self.master is None:
                time.sleep(0.05)
            else:
                self.read_some(0.05)
        while self.master is not None and select.select([self.master], [], [], 0)[0] and self.read_some(0):
            pass

    def test_a_handshake_is_shown_and_q_leaves(self):
        p = self.table()
        self.connect("shown.live.example")
        self.await_text("shown.live.example")
        os.write(self.master, b"q")
        self.await_end(p)
        self.assertEqual(p.returncode, OK, p.stderr.read())

    def test_ctrl_c_leaves_with_the_summary(self):
        p = self.table()
        self.connect("shown.live.example")
        self.await_text("shown.live.example")
        os.write(self.master, b"\x03")
        self.await_end(p)
        self.assertEqual(p.returncode, OK, p.stderr.read())
        self.assertIn("Accounting", self.shown)

    def test_the_terminal_is_as_it_was(self):
        p = self.table()
        before = termios.tcgetattr(self.master)
        os.write(self.master, b"q")
        self.await_end(p)
        after = termios.tcgetattr(self.master)
        self.assertTrue(after[3] & termios.ECHO and after[3] & termios.ICANON, "the shell would be blind")
        self.assertFalse(before[3] & termios.ECHO, "the table was there")
        self.assertIn("\x1b[?1049l", self.shown, "the screen before it is shown again")

    def test_a_terminal_that_goes_away_ends_it(self):
        """As when a window is closed, or by tmux kill-server: the kernel sends SIGHUP and the terminal is dead."""
        p = self.table()
        self.close_terminal()
        self.await_end(p)
        self.assertNotEqual(p.returncode, -signal.SIGKILL)

    def test_a_hangup_under_the_table_ends_it(self):
        p = self.table()
        p.send_signal(signal.SIGHUP)
        self.await_end(p)
        self.assertEqual(p.returncode, OK, p.stderr.read())


if __name__ == "__main__":
    LiveTerminal.BINARY = binary_from_arguments()
    unittest.main()

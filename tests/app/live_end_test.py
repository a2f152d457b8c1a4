#!/usr/bin/env python3
"""How a live capture ends, or goes on: closed pipes, interfaces that go away, limits, faults. Needs root; skips without.

usage: live_end_test.py TLSSCOPE [unittest arguments]
"""

import collections
import json
import shlex
import subprocess
import sys
import time
import unittest

from live_net import CLIENT_DEVICE, PATIENCE, SERVER_IP, inside, run
from live_support import OK, USAGE, OpensslServerCase, binary_from_arguments

HANDSHAKES_AND_INTERRUPT = """
import os, signal, socket, ssl, sys
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
for i in range(40):
    context.wrap_socket(socket.create_connection((sys.argv[1], int(sys.argv[2]))), server_hostname=f"late{i}.live.example").close()
os.kill(int(sys.argv[3]), signal.SIGINT)
"""


class LiveEnd(OpensslServerCase):
    def piped(self, *words, lines=3, namespace=None):
        """`tlsscope ... | head -LINES; echo` its exit status, begun."""
        command = shlex.join(inside(namespace or self.network.client, self.BINARY, *words))
        p = subprocess.Popen(["bash", "-c", f"{command} | head -n {lines}; echo ${{PIPESTATUS[0]}}"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, p)
        time.sleep(0.5)
        return p

    def expect_quiet_end(self, p, lines):
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(out.splitlines()[-1], str(OK), err)
        self.assertEqual(len(out.splitlines()), lines + 1, out)
        self.assertEqual(err, "")

    def test_a_closed_pipe_is_a_quiet_end(self):
        p = self.piped("-i", CLIENT_DEVICE, "--csv", "-", lines=2)
        for i in range(4):
            self.connect(f"head{i}.live.example")
            time.sleep(0.6)
        self.expect_quiet_end(p, 2)

    def test_the_table_of_the_loopback_piped_into_head(self):
        """`tlsscope -i lo | head -3`: the peers are on the server's own loopback."""
        p = self.piped("-i", "lo", namespace=self.network.server)
        for _ in range(4):
            subprocess.run(inside(self.network.server, "openssl", "s_client", "-connect", f"127.0.0.1:{self.PORT}"),
                           input="Q\n", capture_output=True, text=True, timeout=PATIENCE, check=True)
            time.sleep(0.6)
        self.expect_quiet_end(p, 3)

    def test_a_pipe_closed_before_there_is_a_row(self):
        p = self.piped("-i", CLIENT_DEVICE, "--json", "-", lines=0)
        for i in range(3):
            self.connect(f"none{i}.live.example")
            time.sleep(0.6)
        self.expect_quiet_end(p, 0)

    def test_the_duration_ends_it(self):
        started = time.monotonic()
        p = self.capture("--csv", "-", "--duration", "1")
        p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, OK)
        self.assertGreaterEqual(time.monotonic() - started, 1)

    def test_the_number_of_connections_ends_it(self):
        p = self.capture("--csv", "-", "--emit", "close", "--connections", "2", "tcp port " + self.PORT)
        for i in range(2):
            self.connect(f"count{i}.live.example")
        out, err = p.communicate(timeout=PATIENCE)  # a closed connection lingers for five seconds
        self.assertEqual(p.returncode, OK, err)
        self.assertEqual(len(out.splitlines()), 3, out)

    def test_an_interface_that_goes_away_ends_with_a_report(self):
        client = self.network.client
        run(*inside(client, "ip", "link", "add", "dies0", "type", "veth", "peer", "name", "dies1"))
        run(*inside(client, "ip", "link", "set", "dies0", "up"))
        p = self.capture(device="dies0")
        run(*inside(client, "ip", "link", "del", "dies0"))
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, OK, err)
        self.assertIn("the interface is gone", err)
        self.assertIn("Accounting", out)

    def test_an_interface_deleted_while_it_was_down_ends_with_a_report(self):
        client = self.network.client
        run(*inside(client, "ip", "link", "add", "dies2", "type", "veth", "peer", "name", "dies3"))
        run(*inside(client, "ip", "link", "set", "dies2", "up"))
        p = self.capture(device="dies2")
        run(*inside(client, "ip", "link", "set", "dies2", "down"))
        time.sleep(1)
        self.assertIsNone(p.poll(), "down is not the end")
        run(*inside(client, "ip", "link", "del", "dies2"))
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, OK, err)
        self.assertIn("the interface is gone", err)
        self.assertIn("Accounting", out)

    def test_an_interface_that_comes_back_is_waited_for(self):
        p = self.capture("--csv", "-")
        p.stdout.readline()
        self.connect("before.live.example")
        self.assertIn("before.live.example", p.stdout.readline())
        for state, said in (("down", "the interface is down"), ("up", "the interface is up again")):
            run(*inside(self.network.client, "ip", "link", "set", CLIENT_DEVICE, state))
            self.assertIn(said, p.stderr.readline())
        self.connect("after.live.example")
        self.assertIn("after.live.example", p.stdout.readline())
        self.interrupt(p)

    def test_packets_on_the_wire_when_ctrl_c_comes_are_reported(self):
        """The kernel hands packets over in blocks, some 50 ms late: what waits there when the signal comes was captured.

        Forty handshakes take longer than one block, so that the signal comes between two of them.
        """
        for round_number in range(8):
            p = self.capture("--json", "-", "tcp port " + self.PORT)
            run(*inside(self.network.client, sys.executable, "-c", HANDSHAKES_AND_INTERRUPT, SERVER_IP, self.PORT,
                        str(p.pid)))
            out, err = p.communicate(timeout=PATIENCE)
            self.assertEqual(p.returncode, OK, err)
            outcomes = collections.Counter(json.loads(line)["outcome"] for line in out.splitlines())
            self.assertEqual(outcomes, {"complete": 40}, f"round {round_number}")

    def test_what_cannot_be_captured_is_said_in_one_line(self):
        for words, said in ((["-i", "nosuch0"], "tlsscope -D"), (["-i", CLIENT_DEVICE, "portt 4"], "filter"),
                            (["-i", CLIENT_DEVICE, "x.pcap", "--csv", "a", "-r", "x.pcap"], "cannot be read too")):
            p = subprocess.run(inside(self.network.client, self.BINARY, *words), capture_output=True, text=True,
                               timeout=PATIENCE, check=False)
            self.assertEqual(p.returncode, USAGE, p.stderr)
            self.assertEqual(p.stderr.count("\n"), 1, p.stderr)
            self.assertIn(said, p.stderr)


if __name__ == "__main__":
    LiveEnd.BINARY = binary_from_arguments()
    unittest.main()

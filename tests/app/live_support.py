"""A live capture under test: starting it, waiting for it, ending it. The network and the peers are live_net.py's."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from live_net import (CLIENT_DEVICE, PATIENCE, SERVER_IP, Network, Unavailable, inside, make_certificate, run)

# The leak check traces its own process at exit, which a process that gave up being traced refuses.
os.environ["ASAN_OPTIONS"] = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "detect_leaks=0"]))

NOBODY = 65534
SETTLE = 0.3  # s: the kernel hands packets over in blocks, 50 ms late; live_end_test.py asks what becomes of them at the end
OK, USAGE = 0, 2


def binary_from_arguments():
    """The program to test is the first argument; the rest is unittest's."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} TLSSCOPE [unittest arguments]")
    return os.path.abspath(sys.argv.pop(1))


class LiveCase(unittest.TestCase):
    """Tests that share one pair of namespaces; skipped where there can be none."""

    BINARY = ""

    @classmethod
    def setUpClass(cls):
        try:
            cls.network = Network()
        except Unavailable as e:
            raise unittest.SkipTest(str(e)) from e
        cls.addClassCleanup(cls.network.remove)
        cls.folder = tempfile.mkdtemp(prefix="tlsscope-live-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.options = run(cls.BINARY, "--help").stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def folder_of(self, uid, name):
        """A folder that this user can write reports to."""
        os.chmod(self.folder, 0o711)
        path = self.path(name)
        os.mkdir(path)
        os.chown(path, uid, uid)
        return path

    def need_option(self, option):
        """Options that are still to come: the test waits for them."""
        if not re.search(rf"(^|[\s,]){re.escape(option)}\s", self.options, re.MULTILINE):
            self.skipTest(f"this tlsscope has no {option}")

    def need_program(self, name):
        if shutil.which(name) is None:
            self.skipTest(f"no {name} here")

    def start(self, *words, namespace=None, **more):
        """The program in the client's namespace (or another); ended at the end of the test."""
        p = subprocess.Popen(inside(namespace or self.network.client, self.BINARY, *words), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, **more)
        self.addCleanup(self.end, p)
        return p

    def capture(self, *words, device=CLIENT_DEVICE, **more):
        """Starts a capture in the client's namespace; returns when it is under way."""
        p = self.start("-i", device, "-v", *words, **more)
        self.await_start(p)
        return p

    def await_start(self, p):
        """Past what -v says of the rights that were given up; these lines stay in p.said."""
        p.said = ""
        while "capturing on" not in p.said:
            line = p.stderr.readline()
            self.assertNotEqual(line, "", p.said)
            p.said += line

    def end(self, p):
        if p.poll() is None:
            p.kill()
            p.wait()
        p.stdout.close()
        p.stderr.close()

    def interrupt(self, p, settle=SETTLE):
        """Ends the capture as Ctrl-C does; what it wrote on standard output since."""
        time.sleep(settle)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=PATIENCE)
        self.assertEqual(p.returncode, OK, err)
        p.said += err
        return out

    def json_rows(self, p):
        return [json.loads(line) for line in self.interrupt(p).splitlines()]


class OpensslServerCase(LiveCase):
    """With `openssl s_server` as the peer: one port, one certificate."""

    PORT = "443"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key, cert = make_certificate(cls.folder)
        cls.server = subprocess.Popen(
            inside(cls.network.server, "openssl", "s_server", "-accept", cls.PORT, "-cert", cert, "-key", key, "-quiet",
                   "-www"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.stop_server)
        for _ in range(100):
            if "LISTEN" in run(*inside(cls.network.server, "ss", "-Hltn")).stdout:
                return
        raise unittest.SkipTest("openssl s_server does not listen")

    @classmethod
    def stop_server(cls):
        cls.server.kill()
        cls.server.wait()

    def connect(self, name, *options):
        """One handshake; the peer's own word for what was negotiated."""
        out = subprocess.run(
            inside(self.network.client, "openssl", "s_client", "-connect", f"{SERVER_IP}:{self.PORT}", "-servername",
                   name, *options), input="Q\n", capture_output=True, text=True, timeout=PATIENCE, check=False).stdout
        for line in out.splitlines():
            if ", Cipher is " in line:
                version, cipher = line.removeprefix("New, ").split(", Cipher is ")
                return version, cipher
        return None, None

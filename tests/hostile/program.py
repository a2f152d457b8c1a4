"""The program under test, and the capture of hostile names."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import capture
import strings

TIME_LIMIT = 120
NAMES = list(strings.ALL)
TEXTS = list(strings.ALL.values())


class HostileCase(unittest.TestCase):
    """Tests that share one capture: connection n has the n-th text in all its names."""

    BINARY = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="tlsscope-hostile-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.capture = cls.write("hostile.pcap", capture.capture(TEXTS))

    @classmethod
    def write(cls, name, data):
        path = os.path.join(os.fsencode(cls.folder), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(data)
        return path

    def run_program(self, *words, status=0, **environment):
        """Output and messages, as bytes."""
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "120", **environment}
        done = subprocess.run([self.BINARY, *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT, env=env,
                              check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout, done.stderr

    def each(self, items):
        """Name, text and item for each hostile text."""
        self.assertEqual(len(items), len(NAMES), "one for each connection")
        return zip(NAMES, TEXTS, items)


def main(case):
    """The program is the first argument; the rest is unittest's."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} TLSSCOPE [unittest arguments]")
    case.BINARY = os.path.abspath(sys.argv.pop(1))
    unittest.main()

"""The program under test and a folder for its reports."""

import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

SAMPLES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "samples")
TIME_LIMIT = 120
OK, USAGE, NOT_WRITTEN = 0, 2, 4
OLD = b"the old report\n"
REPORTS = {"--csv": "report.csv", "--json": "report.json", "--html": "report.html", "--cbom": "report.cbom.json"}
LEFT_OVER = re.compile(r"\.tlsscope-[0-9a-f]{16}\.tmp$")  # as src/files/descriptor.h documents it


def sample(name):
    return os.path.join(SAMPLES, name)


ONE = sample("tls12-openssl-rsa.pcapng")
MANY = [sample("nginx-parallel-connections.pcapng")] * 20


class OutputCase(unittest.TestCase):
    BINARY = ""

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="tlsscope-outputs-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def put(self, path, data=OLD):
        with open(path, "wb") as file:
            file.write(data)
        return path

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def environment(self, more=None):
        return {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "dumb", **(more or {})}

    def run_program(self, *words, environment=None, **how):
        how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        return subprocess.run([self.BINARY, *words], timeout=TIME_LIMIT, check=False, env=self.environment(environment), **how)

    def start(self, *words, **how):
        how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        run = subprocess.Popen([self.BINARY, *words], env=self.environment(), **how)
        self.addCleanup(self.end, run)
        return run

    def end(self, run):
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
        run.communicate()

    @functools.cache
    def report(self, option, *inputs):
        """What a run without any fault writes."""
        path = self.path("without fault")
        done = self.run_program(*inputs, option, path, "-q")
        self.assertEqual(done.returncode, OK, done.stderr)
        data = self.read(path)
        os.remove(path)
        return data

    def expect_message(self, done, *parts):
        """One line, which begins with the program's name."""
        text = done.stderr.decode()
        self.assertRegex(text, r"\Atlsscope: [^\n]*\n\Z")
        for part in parts:
            self.assertIn(part, text)


def argument():
    if len(sys.argv) < 2:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} TLSSCOPE ... [unittest arguments]")
    return os.path.abspath(sys.argv.pop(1))

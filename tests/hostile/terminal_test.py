#!/usr/bin/env python3
"""Hostile names and file names on a terminal: a VT state machine (pyte) sees characters, line feeds and colours."""

import os
import pty
import re
import select
import subprocess
import sys
import time

import capture
import expected
from program import NAMES, TEXTS, TIME_LIMIT, HostileCase, main

sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, where another Python comes first in PATH
try:
    import pyte
except ImportError:
    pyte = None

# Colours of ours (src/report/text.cpp), of the messages (spdlog's) and their ends.
OUR_COLOURS = {(), (0,), (1,), (2,), (1, 31), (31,), (32,), (33,), (1, 33), (35,), (36,)}
LONGEST_FILE_NAME = 240
VIEWS = ("--summary", "tls,pq,certs,servers,clients,failures,slow", "-v")


class Recorder:
    """Takes pyte's events instead of a screen."""

    def __init__(self):
        self.events = []

    def __getattr__(self, event):
        return lambda *words, **how: self.events.append((event, words))


def events_of(data):
    if pyte is None:
        return []
    recorder = Recorder()
    pyte.ByteStream(recorder).feed(data)
    return recorder.events


def file_name(text):
    """The text as a name that a file can have."""
    return text.replace(b"/", b"_").replace(b"\0", b"")[:LONGEST_FILE_NAME] + b".pcap"


class HostileTerminal(HostileCase):
    def expect_harmless(self, data, colour=False):
        text = data.decode()
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text) if colour else text
        self.assertEqual([c for c in plain if expected.is_hidden(c) and c != "\n"], [])
        for event, words in events_of(data):
            self.assertIn(event, ("draw", "linefeed", "select_graphic_rendition") if colour else ("draw", "linefeed"))
            if event == "select_graphic_rendition":
                self.assertIn(words, OUR_COLOURS)

    def on_terminal(self, *words, **environment):
        """What a terminal gets on standard output and standard error; it writes CR before each LF."""
        try:
            parent, child = pty.openpty()
        except OSError as e:  # a chroot without /dev/pts
            self.skipTest(f"no pseudo terminal: {e}")
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        env.update({"TERM": "xterm", "LC_ALL": "C.UTF-8", "COLUMNS": "120", **environment})
        run = subprocess.Popen([self.BINARY, *words], stdin=subprocess.DEVNULL, stdout=child, stderr=child, env=env)
        os.close(child)
        out, end = b"", time.monotonic() + TIME_LIMIT
        while time.monotonic() < end:
            if not select.select([parent], [], [], 1)[0]:
                continue
            try:
                out += os.read(parent, 65536)
            except OSError:  # the program has ended
                break
        os.close(parent)
        run.wait(TIME_LIMIT)
        return out.replace(b"\r\n", b"\n")

    def test_the_vt_state_machine_is_there(self):
        if pyte is None:
            self.skipTest("without pyte (Debian: python3-pyte) only characters and colours are checked")
        self.assertIn("erase_in_display", [event for event, _ in events_of(b"\x1b[2J")])

    # Names of the wire

    def test_table_and_summary(self):
        for words in ((), ("--summary",), ("-v",), VIEWS):
            for when in ("never", "always"):
                out, messages = self.run_program(self.capture, "--color", when, *words)
                self.expect_harmless(out, when == "always")
                self.expect_harmless(messages)

    def test_table_of_any_width(self):
        for width in ("40", "79", "400"):
            for words in ((), VIEWS):
                out = self.run_program(self.capture, *words, COLUMNS=width)[0]
                self.expect_harmless(out)

    def test_every_connection_explained(self):
        numbers = ",".join(str(n) for n in range(len(TEXTS)))
        for when in ("never", "always"):
            out = self.run_program(self.capture, "--explain", numbers, "--color", when)[0]
            self.expect_harmless(out, when == "always")
            self.assertIn(b"<script>alert(1)</script>", out)

    def test_reports_of_data_sent_to_a_terminal(self):
        for words in (("--csv", "-"), ("--json", "-"), ("--cbom", "-")):
            self.expect_harmless(self.on_terminal(self.capture, *words))

    def test_colours_on_a_terminal_only_where_they_are_wanted(self):
        self.expect_harmless(self.on_terminal(self.capture), colour=True)
        self.expect_harmless(self.on_terminal(self.capture, NO_COLOR="1"))
        self.expect_harmless(self.on_terminal(self.capture, "--color", "never"))

    def test_a_terminal_that_has_no_utf8_gets_ascii(self):
        # There a byte from 0x80 to 0x9f is a control character, and half of the letters have one: 0x9b is CSI.
        sharp = self.write("sharp.pcap", capture.capture(["\u011b2J".encode(), "\u011d0;owned\u011c".encode(), *TEXTS]))
        for words in ((), ("--explain", "0,1,2"), ("--summary",), VIEWS):
            out = self.on_terminal(sharp, *words, LC_ALL="C")
            self.assertEqual(sorted({b for b in out if b >= 0x80}), [], words)
        self.assertIn(b"\\u{11b}2J", self.on_terminal(sharp, "--explain", "0", LC_ALL="C"))

    # Names of files

    def test_file_names_in_table_and_explanation(self):
        small = capture.capture([b"www.example"])
        for name, text in zip(NAMES, TEXTS):
            with self.subTest(name):
                path = self.write(file_name(text), small)
                out, messages = self.run_program(path, *(("--explain", "0") if len(text) % 2 else ()))
                self.expect_harmless(out)
                self.expect_harmless(messages)
                os.remove(path)

    def test_file_names_in_messages(self):
        paths = [self.write(b"bad " + file_name(text), b"not a capture") for text in TEXTS]
        paths += [b"none/" + file_name(text) for text in TEXTS]
        messages = self.run_program(*(b"-r" + path for path in paths), status=2)[1]
        self.expect_harmless(messages)
        self.assertEqual(messages.count(b"\n"), len(paths))

    def test_words_of_the_command_line_in_messages(self):
        options = (b"--columns=", b"--explain=", b"--color=", b"--csv=/none/", b"-c", b"--json=/none/", b"-f", b"--summary=")
        for n, text in enumerate(TEXTS[::2]):
            word = options[n % len(options)] + text.replace(b"\0", b"")[:10000]
            done = subprocess.run([self.BINARY, self.capture, b"--csv=/dev/null", word], stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=TIME_LIMIT, check=False)
            self.expect_harmless(done.stdout)
            self.expect_harmless(done.stderr)

    def test_messages_on_a_terminal(self):
        path = self.write(b"bad \x1b[2J\x9b2J\xc4\x9b2J.pcap", b"not a capture")
        self.expect_harmless(self.on_terminal(path), colour=True)
        self.expect_harmless(self.on_terminal(path, NO_COLOR="1"))
        self.expect_harmless(self.on_terminal(path, "--color", "never"))
        ascii_only = self.on_terminal(path, LC_ALL="C")
        self.expect_harmless(ascii_only, colour=True)
        self.assertEqual([b for b in ascii_only if b >= 0x80], [])


if __name__ == "__main__":
    main(HostileTerminal)

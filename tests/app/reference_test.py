#!/usr/bin/env python3
"""Holds --help, the man page, the completions and the systemd unit together: every option stands in all of them.

reference_test.py BINARY [unittest arguments]. Standard library only. What an option is, is read here in its own way, not
with tools/package/help.py.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
PACKAGE = os.path.join(ROOT, "tools", "package")
BINARY = ""
WORD = r"--?[A-Za-z][\w-]*"


def read(name):
    with open(os.path.join(PACKAGE, name), encoding="utf-8") as file:
        return file.read()


def run(*words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False, **more)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def options_of_help():
    """Words and values: {"-r": "FILE", "--read": "FILE", "-q": ""}."""
    found = {}
    for line in run(BINARY, "--help")[1].split("\nExamples:")[0].splitlines():
        if not re.match(r"  -", line):
            continue
        column = re.split(r" {2,}", line.strip())[0]
        words = re.findall(r"(?<!\S)" + WORD, column)
        value = re.sub(r"(?<!\S)" + WORD + r"|[\[\]]", "", column).strip()
        found.update({word: value for word in words})
    return found


class Reference(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.help = options_of_help()

    def same(self, words, where):
        self.assertEqual(sorted(words), sorted(self.help), f"--help and {where} differ: tools/dev package --update")

    def need(self, program):
        if shutil.which(program) is None:
            self.skipTest(f"no {program} here")

    def test_help_is_read(self):
        self.assertEqual(self.help["--csv"], "FILE")
        self.assertEqual(self.help["-h"], "")
        self.assertGreater(len(self.help), 20)

    def test_generated_files_are_current(self):
        status, out, err = run(sys.executable, "-B", os.path.join(PACKAGE, "generate.py"), BINARY, "--check")
        self.assertEqual(status, 0, out + err)

    def test_man_page_has_every_option(self):
        options = read("tlsscope.1.scd").split("\n# OPTIONS\n")[1].split("\n# ")[0]
        lines = [line for line in options.splitlines() if line.startswith("*-")]
        self.same([word for line in lines for word in re.findall(rf"\*({WORD})\*", line)], "the man page")
        for line in lines:
            value = (re.findall(r" _(.*)_$", line) or [""])[0].replace("\\", "")
            self.assertEqual(value, self.help[re.findall(WORD, line)[0]], line)

    def test_man_page_names_no_other_option(self):
        named = set(re.findall(rf"\*({WORD})\*", read("tlsscope.1.scd")))
        self.assertLessEqual(named, set(self.help))
        for line in read("tlsscope.1.scd").splitlines():
            command = line.strip().split(" | ")[0]
            if command.startswith(("tlsscope ", "sudo tlsscope ")):
                self.assertLessEqual(set(re.findall(rf"(?<=\s){WORD}", command)), set(self.help), line)

    def test_man_page_is_rendered_without_complaint(self):
        self.need("scdoc")
        status, page, err = run("scdoc", input=read("tlsscope.1.scd").encode())
        self.assertEqual((status, err), (0, ""))
        self.assertIn(".SH OPTIONS", page)
        self.need("man")
        with tempfile.NamedTemporaryFile("w", suffix=".1") as file:
            file.write(page)
            file.flush()
            environment = {**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
            status, out, err = run("man", "--warnings", "-l", file.name, env=environment)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("--csv FILE", re.sub(r".\x08", "", out))

    def complete_in_bash(self, *words):
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tlsscope; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        status, out, err = run("bash", "-c", script, "bash", os.path.join(PACKAGE, "tlsscope.bash"), *words, cwd=PACKAGE)
        self.assertEqual((status, err), (0, ""))
        return out.split()

    def test_bash(self):
        self.same(self.complete_in_bash("tlsscope", "-"), "bash's completion")
        self.assertEqual(self.complete_in_bash("tlsscope", "--jso"), ["--json"])
        self.assertEqual(self.complete_in_bash("tlsscope", "--csv", "copyr"), ["copyright"])
        self.assertEqual(self.complete_in_bash("tlsscope", "copyr"), ["copyright"])
        self.assertEqual(self.complete_in_bash("tlsscope", "--color", "a"), ["auto", "always"])
        self.assertEqual(self.complete_in_bash("tlsscope", "--memory", ""), [])

    def test_zsh(self):
        lines = [line for line in read("_tlsscope").splitlines() if re.match(r"    '(\*|\(.*?\))'", line)]
        words = []
        for line in lines:
            names = re.match(r"    '(?:\*|\(.*?\))'(\{.*?\}|[^']*)'\[", line).group(1)
            words += names.strip("{}").split(",")
        self.same(words, "zsh's completion")
        self.need("zsh")
        self.assertEqual(run("zsh", "-n", os.path.join(PACKAGE, "_tlsscope")), (0, "", ""))

    def test_fish(self):
        words = []
        for line in read("tlsscope.fish").splitlines():
            before = line.split(" -d '")[0]
            words += ["-" + w for w in re.findall(r" -s (\S+)", before)] + ["--" + w for w in re.findall(r" -l (\S+)", before)]
        self.same(words, "fish's completion")
        self.need("fish")
        script = 'source $argv[1]; complete -C "tlsscope --"'
        with tempfile.TemporaryDirectory() as home:
            status, out, err = run("fish", "--no-config", "-c", script, os.path.join(PACKAGE, "tlsscope.fish"),
                                   env={**os.environ, "HOME": home})
        self.assertEqual((status, err), (0, ""))
        self.assertLessEqual({w for w in self.help if w.startswith("--")}, {line.split("\t")[0] for line in out.splitlines()})

    def test_unit_uses_options_that_exist(self):
        if "-i" not in self.help:
            self.skipTest("this build has no live capture")
        start = re.search(r"^ExecStart=(.*)$", read("tlsscope@.service"), re.M).group(1)
        self.assertLessEqual(set(re.findall(rf"(?<=\s){WORD}", start)), set(self.help))

    def test_unit_is_understood(self):
        self.need("systemd-analyze")
        with tempfile.TemporaryDirectory() as folder:
            unit = os.path.join(folder, "tlsscope@.service")
            with open(unit, "w", encoding="utf-8") as file:
                file.write(read("tlsscope@.service").replace("/usr/bin/tlsscope", BINARY))
            status, out, err = run("systemd-analyze", "verify", "--recursive-errors=no", "--man=no",
                                   unit.replace("@.", "@eth0."))
        complaints = [line for line in (out + err).splitlines() if "tlsscope" in line]
        self.assertEqual((status, complaints), (0, []), out + err)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BINARY = os.path.realpath(sys.argv.pop(1))
    unittest.main(verbosity=2)

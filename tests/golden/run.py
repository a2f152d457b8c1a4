#!/usr/bin/env python3
"""Compares what tlsscope prints for samples/ with the files kept here, byte for byte: see --help and README.md."""

import argparse
import csv
import difflib
import io
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
SAMPLES = os.path.join(HERE, "..", "..", "samples")
SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".zst", ".lz4", ".xz", ".bz2")
EXPLAINED = 3     # streams whose ladder is kept, per capture
TIME_LIMIT = 120  # seconds per command; a sanitized build on a busy machine is slow
# The output depends on nothing but the capture and these.
ENVIRONMENT = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "120", "TERM": "dumb"}
KEPT = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE")


class Runner:
    """Runs one binary inside samples/, so that no path of this machine gets into the output."""

    def __init__(self, binary):
        self.binary = os.path.realpath(binary)
        self.environment = {**{k: os.environ[k] for k in KEPT if k in os.environ}, **ENVIRONMENT}

    def run(self, words):
        """Exit code, stdout, stderr of one command line; `< FILE` feeds stdin."""
        words, stdin = list(words), subprocess.DEVNULL
        if "<" in words:
            at = words.index("<")
            stdin = open(os.path.join(SAMPLES, words[at + 1]), "rb")
            del words[at:at + 2]
        try:
            done = subprocess.run([self.binary, *words], cwd=SAMPLES, env=self.environment, stdin=stdin,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIME_LIMIT, check=False)
        finally:
            if stdin is not subprocess.DEVNULL:
                stdin.close()
        return done.returncode, done.stdout, done.stderr

    def transcript(self, command_lines):
        """What a user sees: each command, its output, its messages, its exit code."""
        out = []
        for line in command_lines:
            code, stdout, stderr = self.run(shlex.split(line))
            out.append(b"$ tlsscope " + line.encode() + b"\n" + stdout)
            if stdout and not stdout.endswith(b"\n"):
                out.append(b"\n[no newline at the end]\n")
            if stderr:
                out.append(b"[stderr]\n" + stderr)
            out.append(b"[exit %d]\n\n" % code)
        return b"".join(out)


def sample_captures():
    return sorted(f for f in os.listdir(SAMPLES) if f.endswith(SUFFIXES))


def all_cases():
    """One case per sample, and one per folder with an `args` file."""
    extra = [d for d in os.listdir(HERE) if os.path.isfile(os.path.join(HERE, d, "args"))]
    return sorted(set(sample_captures()) | set(extra))


def sample_outputs(runner, sample):
    """The default case: every column as CSV with one thread and with several, the table, the first ladders."""
    problems = []
    code, table, stderr = runner.run([sample, "--csv", "-", "--threads", "1"])
    if code not in (0, 2, 3):  # 2: a sample that is no capture
        problems.append(f"--csv: exit {code}: {stderr.decode(errors='replace').strip()[-2000:]}")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8", "replace"), newline="")))
    if len(rows) > 1 and runner.run([sample, "--csv", "-", "--threads", "4"])[1] != table:
        problems.append("--threads 1 and --threads 4 give different CSV")
    commands = [shlex.quote(sample)]
    if rows:
        commands.append(f"{commands[0]} --explain {','.join(row.get('stream') or '' for row in rows[:EXPLAINED])}")
    return {"expected.csv": table, "expected.txt": runner.transcript(commands)}, problems


def command_outputs(runner, case):
    """A case with an `args` file: one command line each, run in samples/; `#` starts a comment."""
    with open(os.path.join(HERE, case, "args"), encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return {"expected.txt": runner.transcript([l for l in lines if l and not l.startswith("#")])}, []


def outputs_of(runner, case):
    if os.path.isfile(os.path.join(HERE, case, "args")):
        return command_outputs(runner, case)
    return sample_outputs(runner, case)


def difference(name, expected, actual):
    lines = difflib.unified_diff(expected.decode("utf-8", "backslashreplace").splitlines(),
                                 actual.decode("utf-8", "backslashreplace").splitlines(),
                                 f"{name} (kept)", f"{name} (now)", lineterm="", n=2)
    text = list(lines)[:60]
    return "\n".join(text) if text else f"{name}: differs in line ends only"


def compare(case, outputs):
    problems = []
    for name, actual in outputs.items():
        path = os.path.join(HERE, case, name)
        if not os.path.isfile(path):
            problems.append(f"{case}/{name} is missing: tools/dev golden --update {case}")
            continue
        with open(path, "rb") as file:
            expected = file.read()
        if expected != actual:
            problems.append(difference(f"{case}/{name}", expected, actual))
    return problems


def write(case, outputs):
    folder = os.path.join(HERE, case)
    os.makedirs(folder, exist_ok=True)
    for name, data in outputs.items():
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(data)
        os.chmod(file.name, 0o644)
        os.replace(file.name, os.path.join(folder, name))


def remove_orphans(cases):
    """Folders of samples that are gone."""
    for name in sorted(os.listdir(HERE)):
        folder = os.path.join(HERE, name)
        if os.path.isdir(folder) and name not in cases and not name.startswith((".", "_")):
            print(f"removed {name}: no such sample")
            shutil.rmtree(folder)


def check_case(runner, case, update):
    outputs, problems = outputs_of(runner, case)
    if update and not problems:
        write(case, outputs)
    elif not update:
        problems += compare(case, outputs)
    return problems


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--update", action="store_true", help="write the files anew")
    parser.add_argument("case", nargs="*", help="default: all")
    return parser.parse_args()


def main():
    options = arguments()
    if not os.path.isfile(options.binary):
        sys.exit(f"no binary {options.binary}")
    known = all_cases()
    unknown = set(options.case) - set(known)
    if unknown:
        sys.exit(f"no such case: {' '.join(sorted(unknown))}")
    runner, failed = Runner(options.binary), 0
    for case in options.case or known:
        problems = check_case(runner, case, options.update)
        failed += bool(problems)
        for problem in problems:
            print(f"{case}: {problem}")
    if options.update and not options.case:
        remove_orphans(known)
    count = len(options.case or known)
    print(f"golden: {count - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

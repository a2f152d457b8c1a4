"""Everything that takes longer than CI, one part after the other, with a table at the end: see README.md."""

import argparse
import os
import re
import signal
import subprocess
import sys
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
LOGS = os.path.join(ROOT, "build", "nightly")
CORPUS = os.path.join(ROOT, "..", "shared", "corpus", "captures")
# Name, the words for tools/dev, and what marks the line of its log that says how it went (the last of them).
PARTS = [
    ("test", ["test"], "tests passed"),
    ("golden", ["golden"], "golden: "),
    ("relations", ["relations"], "PASSED|FAILED"),
    ("overload", ["overload"], ""),
    ("tidy", ["tidy"], "clang-tidy: "),
    ("tsan", ["tsan"], "tsan: "),
    ("valgrind", ["valgrind"], "valgrind: "),
    ("coverage", ["coverage"], "coverage: "),
    ("fuzz", ["fuzz", ""], "executions"),
    ("soak", ["soak"], ""),
    ("differential", ["differential"], "not explained"),
    ("office", ["office"], "^OK|^FAILED"),
    ("package", ["package"], r"\.deb: "),
]
OK, FAILED, LEFT_OUT = "ok", "FAILED", "left out"


def arguments():
    names = [name for name, _, _ in PARTS]
    parser = argparse.ArgumentParser(prog="tools/dev nightly", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(names)} (default: all)")
    parser.add_argument("--without", action="append", default=[], metavar="PART", help="leave this one out")
    parser.add_argument("--fuzz-seconds", type=int, default=300, metavar="N", help="so long with each fuzz target (default 300)")
    asked = parser.parse_args()
    for name in asked.parts + asked.without:
        if name not in names:
            parser.error(f"no part '{name}' ({', '.join(names)})")
    return asked


def reason_to_leave_out(name):
    """What a part needs that apt cannot bring."""
    if not os.path.isfile(os.path.join(ROOT, "tools", "dev.d", name)):
        return f"there is no tools/dev {name}"
    if name == "relations" and not os.path.isdir(CORPUS):
        return "no ../shared/corpus"
    if name == "soak" and os.geteuid() != 0:
        return "needs root"
    return ""


def run(words, log):
    """Exit status. In a session of its own, so that an end of this one ends what the part has started, too."""
    with open(log, "wb") as out:
        child = subprocess.Popen(["tools/dev", *words], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                 start_new_session=True)
        try:
            return child.wait()
        except KeyboardInterrupt:
            os.killpg(child.pid, signal.SIGTERM)
            child.wait()
            raise


def result_line(log, pattern):
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    fitting = [line for line in lines if pattern and re.search(pattern, line)]
    return (fitting or lines or ["it said nothing"])[-1].removeprefix("==> ")


def duration(seconds):
    return f"{seconds // 3600:.0f}:{seconds % 3600 // 60:02.0f}:{seconds % 60:02.0f}"


def row_text(row):
    name, state, seconds, line = row
    return f"{name:13} {state:9} {duration(seconds):>8}  {line}"


def carry_out(name, words, pattern):
    """(name, state, seconds, what it said)"""
    reason = reason_to_leave_out(name)
    if reason:
        return name, LEFT_OUT, 0, reason
    print(f"==> tools/dev {' '.join(words)}", file=sys.stderr, flush=True)
    log, began = os.path.join(LOGS, name + ".log"), time.monotonic()
    status = run(words, log)
    return name, FAILED if status else OK, int(time.monotonic() - began), result_line(log, pattern)


def summary(rows):
    count = {state: sum(row[1] == state for row in rows) for state in (OK, FAILED, LEFT_OUT)}
    head = f"{'part':13} {'result':9} {'time':>8}  last word"
    foot = f"{count[OK]} ok, {count[FAILED]} failed, {count[LEFT_OUT]} left out; {duration(sum(row[2] for row in rows))}"
    return "\n".join([head, *map(row_text, rows), foot]) + "\n"


def stop(_signal, _frame):
    raise KeyboardInterrupt


def main():
    asked = arguments()
    signal.signal(signal.SIGTERM, stop)
    os.makedirs(LOGS, exist_ok=True)
    rows = []
    try:
        for name, words, pattern in PARTS:
            if name in asked.without or (asked.parts and name not in asked.parts):
                continue
            words = words + [str(asked.fuzz_seconds)] if name == "fuzz" else words
            rows.append(carry_out(name, words, pattern))
            print(row_text(rows[-1]), file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    text = summary(rows)
    with open(os.path.join(LOGS, "summary.txt"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text, end="")
    print(f"logs: {os.path.relpath(LOGS, ROOT)}")
    return 1 if any(row[1] == FAILED for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

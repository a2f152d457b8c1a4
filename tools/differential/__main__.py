"""Compares the facts of tlsscope with those of tshark, stream by stream and field by field: see README.md.

Exit 0: every difference is explained in explanations.tsv; 1: some are not, or the binary failed; 2: it cannot run."""

import argparse
import collections
import concurrent.futures
import os
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "..", ".."))
sys.path.insert(0, HERE)

import facts_file  # noqa: E402
import our_side  # noqa: E402
import tshark_side  # noqa: E402
from compare import MARKS, Difference, compare, fields_for, has_hello, same_hello  # noqa: E402
from explanations import Explanations  # noqa: E402
from facts import same_endpoints  # noqa: E402
from names import Names  # noqa: E402

CORPUS = os.path.join(ROOT, "..", "shared", "corpus")
SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".zst", ".lz4", ".xz", ".bz2")


def arguments():
    parser = argparse.ArgumentParser(prog="tools/dev differential", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("path", nargs="*", help="captures or folders; default: samples/ and ../shared/corpus if it is there")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/tlsscope"))
    parser.add_argument("--facts", action="store_true", help="compare with ../shared/corpus/facts.tsv instead of running tshark")
    parser.add_argument("--self-check", action="store_true", help="compare tshark with facts.tsv, without tlsscope")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--cache", default=os.path.join(ROOT, "build/differential-cache"))
    parser.add_argument("--report", default=os.path.join(ROOT, "build/differential.tsv"), help="where all differences are written")
    parser.add_argument("--show", type=int, default=40, help="unexplained differences to print")
    return parser.parse_args()


def captures_in(path):
    if os.path.isfile(path):
        return [path]
    found = [os.path.join(folder, f) for folder, _, files in os.walk(path) for f in files if f.endswith(SUFFIXES)]
    return sorted(found)


def label(path):
    """A name that is the same on every machine: from the corpus' captures/, or from the repository's root."""
    real = os.path.realpath(path)
    for base in (os.path.realpath(os.path.join(CORPUS, "captures")), ROOT):
        if real.startswith(base + os.sep):
            return os.path.relpath(real, base)
    return os.path.basename(path)


class Comparison:
    """One run over many captures. The references differ; what is done with them does not."""

    def __init__(self, options):
        self.options, self.names = options, Names(ROOT)
        self.facts = facts_file.read(os.path.join(CORPUS, "facts.tsv")) if options.facts or options.self_check else None
        self.tshark = None if options.facts else tshark_side.Tshark(options.cache)
        self.fields = fields_for(self.facts is not None)

    def ours(self, path):
        if self.options.self_check:
            return tshark_side.streams(self.tshark.rows(path))
        return our_side.streams(self.options.binary, path, self.names)

    def reference(self, path, ours):
        if self.facts is not None:
            return self.facts.get(label(path), {})
        reference = tshark_side.streams(self.tshark.rows(path))
        # tshark goes by port first. Where only we see TLS, it is asked again with these ports decoded as TLS.
        ports = {f["server_port"] for n, f in ours.items() if has_hello(f) and n not in reference}
        if ports:
            again = tshark_side.streams(self.tshark.rows(path, sorted(ports)))
            known = list(reference.values())  # tshark does not number as we do where a dissector opens conversations of its own (SOCKS)
            reference.update({n: f for n, f in again.items() if n not in reference and not any(same_hello(f, k) and same_endpoints(f, k) for k in known)})
        return reference

    def one(self, path):
        try:
            ours = self.ours(path)
            return compare(label(path), ours, self.reference(path, ours), self.fields) + (len(ours),)
        except our_side.BinaryFault as fault:
            return {}, [Difference(label(path), "-", "run", str(fault), "")], 0


def text(value):
    if isinstance(value, (list, tuple)):
        return ";".join(text(v) for v in value)
    if isinstance(value, int) and value > 255:
        return f"{value} (0x{value:04x})" if value < 65536 else str(value)
    return str(value)


def print_table(counts, differences, reasons):
    rows = collections.defaultdict(lambda: [0, 0, 0])
    for field, n in counts.items():
        rows[field][0] += n
    for difference, reason in zip(differences, reasons):
        rows[difference.field.rstrip(MARKS)][2 if reason else 1] += 1
    print(f"{'field':<20}{'equal':>9}{'different':>11}{'explained':>11}")
    for field in sorted(rows):
        print(f"{field:<20}{rows[field][0]:>9}{rows[field][1]:>11}{rows[field][2]:>11}")


def write_report(path, differences, reasons):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("capture\tstream\tfield\tours\treference\treason\n")
        for d, reason in zip(differences, reasons):
            cells = [d.capture, str(d.stream), d.field.rstrip(MARKS), text(d.ours), text(d.reference), reason or ""]
            file.write("\t".join(c.replace("\t", " ").replace("\n", " ") for c in cells) + "\n")


def main():
    options = arguments()
    needs_corpus = options.facts or options.self_check
    if needs_corpus and not os.path.isfile(os.path.join(CORPUS, "facts.tsv")):
        print("skipped: no ../shared/corpus/facts.tsv")
        return 0
    if not options.facts and not shutil.which("tshark"):
        print("no tshark: tools/dev setup differential", file=sys.stderr)
        return 2
    if not options.self_check and not os.access(options.binary, os.X_OK):
        print(f"no binary {options.binary}", file=sys.stderr)
        return 2
    corpus = os.path.join(CORPUS, "captures")
    default = [corpus] if needs_corpus else [os.path.join(ROOT, "samples")] + ([corpus] if os.path.isdir(corpus) else [])
    paths = [p for path in options.path or default for p in captures_in(path)]

    comparison, counts, differences, streams = Comparison(options), collections.Counter(), [], 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for equal, found, number in pool.map(comparison.one, paths):
            counts.update(equal)
            differences += found
            streams += number
    explanations = Explanations(os.path.join(HERE, "explanations.tsv"), "facts" if needs_corpus else "tshark")
    reasons = [explanations.reason(d) for d in differences]
    write_report(options.report, differences, reasons)

    print_table(counts, differences, reasons)
    left = [d for d, reason in zip(differences, reasons) if not reason]
    for d in left[:options.show]:
        print(f"{d.capture} stream {d.stream} {d.field}: ours {text(d.ours)!r}, reference {text(d.reference)!r}")
    print(f"{len(paths)} captures, {streams} streams: {sum(counts.values())} facts equal, {len(differences) - len(left)} differences explained, "
          f"{len(left)} not explained (all in {os.path.relpath(options.report, ROOT)})")
    if not options.path and os.path.isdir(corpus) and not options.self_check:
        for row in explanations.unused():
            print(f"unused explanation: {row}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())

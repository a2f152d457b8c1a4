"""Line coverage of the readers, from what the tests and captures of `tools/dev coverage` left behind: see README.md."""

import argparse
import concurrent.futures
import glob
import json
import os
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
# The readers of strangers' bytes.
FOLDERS = ("src/bytes", "src/capture", "src/flow", "dissectors/packet", "dissectors/tls")


def arguments():
    parser = argparse.ArgumentParser(prog="tools/coverage", description=__doc__)
    parser.add_argument("build", help="a build folder of kind coverage")
    parser.add_argument("--least", type=float, default=95, help="per cent of lines wanted of each folder (default 95)")
    parser.add_argument("--lines", action="store_true", help="show the lines themselves, not only their numbers")
    return parser.parse_args()


def data_files(build):
    """Counts of what ran, and notes of objects of ours that nothing has run: their lines are not run."""
    out = []
    for notes in sorted(glob.glob(os.path.join(build, "**", "*.gcno"), recursive=True)):
        counts = notes[:-5] + ".gcda"
        if os.path.exists(counts):
            out.append(counts)
        elif "/tests/" not in notes:
            out.append(notes)
    return out


def run_gcov(name):
    done = subprocess.run(["gcov", "--stdout", "--json-format", os.path.realpath(name)], cwd=ROOT, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    return json.loads(done.stdout)


def source_of(folder, name):
    """From the repository's root; None for what is not asked. Headers are found through links in the build folder."""
    path = os.path.relpath(os.path.realpath(os.path.join(folder, name)), ROOT)
    return path if folder_of(path) in FOLDERS else None


def add_up(build):
    """{file: {line: times}}: a header's line, or a template's, has run when it ran in any object."""
    lines = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for report in pool.map(run_gcov, data_files(build)):
            for file in report["files"]:
                source = source_of(report["current_working_directory"], file["file"])
                if source is None:
                    continue
                counts = lines.setdefault(source, {})
                for line in file["lines"]:
                    counts[line["line_number"]] = counts.get(line["line_number"], 0) + line["count"]
    return lines


def folder_of(source):
    return "/".join(source.split("/")[:2])


def missing_of(counts):
    return sorted(number for number, times in counts.items() if times == 0)


def ranges(missing, counts):
    """[[first, last]...]: neighbours, when only lines without code are between them."""
    out = []
    for number in missing:
        if out and not any(between in counts for between in range(out[-1][1] + 1, number)):
            out[-1][1] = number
        else:
            out.append([number, number])
    return out


def print_file(source, counts, show_lines):
    missing = missing_of(counts)
    spans = ranges(missing, counts)
    words = " ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
    print(f"  {source}: {len(missing)} of {len(counts)}: {words}")
    if show_lines:
        with open(os.path.join(ROOT, source), encoding="utf-8") as file:
            text = file.read().splitlines()
        for number in missing:
            print(f"    {number:4} {text[number - 1].strip()}")


def per_cent(total, missing):
    return 100 * (total - missing) / total if total else 0


def folder_totals(lines):
    """{folder: [lines, not run]}"""
    totals = {folder: [0, 0] for folder in FOLDERS}
    for source, counts in lines.items():
        totals[folder_of(source)][0] += len(counts)
        totals[folder_of(source)][1] += len(missing_of(counts))
    return totals


def print_folders(totals, least):
    print(f"{'folder':20} {'lines':>7} {'not run':>8} {'covered':>9}")
    for folder, (total, missing) in totals.items():
        mark = "" if per_cent(total, missing) >= least else "  too low"
        print(f"{folder:20} {total:7} {missing:8} {per_cent(total, missing):7.2f} %{mark}")


def main():
    options = arguments()
    lines = add_up(options.build)
    if not lines:
        sys.exit(f"no counts in {options.build}: tools/dev coverage makes them")
    totals = folder_totals(lines)
    print_folders(totals, options.least)
    print("\nnot run:")
    for source in sorted(lines):
        if missing_of(lines[source]):
            print_file(source, lines[source], options.lines)
    covered = {folder: per_cent(*counts) for folder, counts in totals.items()}
    print("\ncoverage: " + ", ".join(f"{folder} {value:.1f} %" for folder, value in covered.items()) + f" ({options.least:g} % wanted)")
    return 1 if min(covered.values()) < options.least else 0


if __name__ == "__main__":
    sys.exit(main())

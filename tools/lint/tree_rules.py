"""Rules for the tree: READMEs, left-over marks, white space, samples with their goldens, generated files."""

import os
import re
import subprocess
import sys

LEFT_OVER = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")
NEED_README = ("src", "dissectors", "tests", "tools", "samples")
# Folders that hold only data for the folder above: its README speaks for them.
DATA_FOLDERS = re.compile(r"^(tests/golden/.+|tests/fuzz/corpus.*|tests/.*/__pycache__|tests/.*/data(/.*)?)$")
CAPTURES = (".pcap", ".pcapng", ".cap", ".gz", ".zst", ".lz4", ".xz", ".bz2")
SAMPLES_MOST = 20 * 1024 * 1024


def check_text(file, report):
    if not file.is_text:
        return
    golden = file.path.startswith("tests/golden/") and file.folder != "tests/golden"
    if golden or file.path.startswith("tests/fuzz/corpus/"):
        return
    tabs_matter = file.name.endswith(".tsv")
    for number, line in enumerate(file.lines, 1):
        if LEFT_OVER.search(line):
            report(file, number, f"left-over mark {LEFT_OVER.search(line).group(1)}: finish it, or write it down as an issue")
        if MACHINE_PATH.search(line):
            report(file, number, f"a path of one machine: {MACHINE_PATH.search(line).group(0)}")
        if not tabs_matter and "\t" in line:
            report(file, number, "a tab")
        if not tabs_matter and line != line.rstrip():
            report(file, number, "trailing white space")
    if file.text and not file.text.endswith("\n"):
        report(file, 0, "no newline at the end")


def check_readmes(files, report_path):
    folders = set()
    for file in files:
        folder = file.folder
        while folder and folder.split("/")[0] in NEED_README:
            folders.add(folder)
            folder = os.path.dirname(folder)
    with_readme = {f.folder for f in files if f.name == "README.md" and f.text.strip()}
    for folder in sorted(folders - with_readme):
        if not DATA_FOLDERS.match(folder):
            report_path(folder, "no README.md (purpose, entry file, rule, decisions)")


def check_samples(files, root, report_path):
    samples = [f for f in files if f.folder == "samples"]
    captures = [f for f in samples if f.name.endswith(CAPTURES)]
    readme = next((f.text for f in samples if f.name == "README.md"), "")
    tests = {f.path for f in files if f.path.startswith("tests/golden/")}
    for capture in captures:
        if f"`{capture.name}`" not in readme:
            report_path(capture.path, "no row in samples/README.md")
    bare = [c.name for c in captures if f"tests/golden/{c.name}/expected.csv" not in tests]
    if bare:
        report_path("tests/golden", f"{len(bare)} samples have no golden output: tools/dev golden --update {' '.join(bare[:3])} ...")
    total = sum(os.path.getsize(os.path.join(root, f.path)) for f in files if f.path.startswith("samples/"))
    if total > SAMPLES_MOST:
        report_path("samples", f"{total} bytes; at most {SAMPLES_MOST}")


def check_generated(root, report_path):
    generator = os.path.join(root, "tools", "gen-iana")
    if not os.path.isfile(generator):
        return
    done = subprocess.run([sys.executable, generator, "--check"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        report_path("dissectors/tls", f"generated names are not current (tools/gen-iana): {done.stdout.strip()[-300:]}")


def check_tree(files, root, report_path):
    check_readmes(files, report_path)
    check_samples(files, root, report_path)
    check_generated(root, report_path)

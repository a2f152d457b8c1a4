"""House rules that a machine can see: `python3 tools/lint`; exit 1 when one is broken. See README.md."""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, HERE)

import cpp_rules  # noqa: E402
import tree_rules  # noqa: E402
from files import repository_files  # noqa: E402


class Findings:
    """Collects what is broken (counts for the exit code) and what is near it (does not)."""

    def __init__(self):
        self.broken, self.warnings = [], []

    def report(self, file, line, text):
        self.broken.append(f"{file.path}:{line}: {text}" if line else f"{file.path}: {text}")

    def warn(self, file, _line, text):
        self.warnings.append(f"{file.path}: {text}")

    def report_path(self, path, text):
        self.broken.append(f"{path}: {text}")


def main():
    root = os.path.realpath(os.path.join(HERE, "..", ".."))
    files = repository_files(root)
    findings = Findings()
    for file in files:
        if file.is_cpp or file.is_script:
            cpp_rules.check(file, findings.report, findings.warn)
        tree_rules.check_text(file, findings.report)
    cpp_rules.check_names(files, findings.report)
    tree_rules.check_tree(files, root, findings.report_path)
    for line in findings.warnings:
        print("warning: " + line)
    for line in findings.broken:
        print(line)
    print(f"lint: {len(files)} files, {len(findings.broken)} broken rules, {len(findings.warnings)} warnings")
    return 1 if findings.broken else 0


if __name__ == "__main__":
    sys.exit(main())

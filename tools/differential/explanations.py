"""Reviewed reasons for differences: the rows of explanations.tsv, and the differences of definition of compare.py."""

import csv
import fnmatch

from compare import DEFINITIONS
from facts import empty

COLUMNS = ["capture", "stream", "field", "stated_by", "reference", "reason"]


class Row:
    def __init__(self, cells):
        self.capture, self.stream, fields, self.stated_by, self.reference, self.reason = cells
        self.cells, self.fields, self.used = cells, fields.split(","), 0

    def explains(self, difference):
        return (fnmatch.fnmatchcase(difference.capture, self.capture) and self.stream in ("*", str(difference.stream))
                and difference.field in self.fields and self.stated_by == stated_by(difference))


def stated_by(difference):
    """So that a fact we lose, or one we suddenly state, is not taken for the reviewed difference."""
    if empty(difference.ours):
        return "reference"
    return "ours" if empty(difference.reference) else "both"


class Explanations:
    """The rows that hold against one reference: "tshark" or "facts"."""

    def __init__(self, path, reference):
        with open(path, encoding="utf-8", newline="") as file:
            table = [cells for cells in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if cells]
        bad = [cells for cells in table if len(cells) != len(COLUMNS) or not cells[-1].strip()]
        if table[0] != COLUMNS or bad:
            raise ValueError(f"{path}: the columns are {', '.join(COLUMNS)}: {bad[:1] or table[0]}")
        self.rows = [row for row in map(Row, table[1:]) if row.reference in (reference, "any")]

    def reason(self, difference):
        if difference.field in DEFINITIONS:
            return DEFINITIONS[difference.field]
        for row in self.rows:
            if row.explains(difference):
                row.used += 1
                return row.reason
        return None

    def unused(self):
        return ["\t".join(row.cells) for row in self.rows if not row.used]

#!/usr/bin/env python3
"""Hostile names in CSV, as Python's csv module and a spreadsheet of another country read it."""

import csv
import io
import re

import expected
from program import HostileCase, main

NUMBER = re.compile(r"-?\d+(\.\d+)?$")


class HostileCsv(HostileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = cls.run_program(cls(), cls.capture, "-q", "--csv", "-")[0].decode()
        cls.rows = list(csv.DictReader(io.StringIO(cls.text, newline=""), strict=True))

    def test_one_line_is_one_connection_for_every_reader(self):
        self.assertEqual(len(self.text.splitlines()), 1 + len(self.rows), "no line but ours, Unicode's neither")
        self.assertEqual([c for c in self.text if expected.is_hidden(c) and c != "\n"], [])
        for row in self.rows:
            self.assertNotIn(None, row, "more cells than the header has")
            self.assertNotIn(None, row.values(), "fewer cells than the header has")

    def test_cells_are_as_documented(self):
        for name, text, row in self.each(self.rows):
            with self.subTest(name):
                self.assertEqual(row["sni"], expected.cell(text[:expected.LONGEST_SNI]))
                self.assertEqual(row["alpn"], expected.cell(text[:255]))
                self.assertEqual(row["alpn_offered"], expected.list_cell([text[:255], b"h2"]))
                subject = expected.cell(expected.distinguished_name(text))
                self.assertEqual((row["cert_subject"], row["cert_issuer"]), (subject, subject))

    def test_alternative_names_can_be_split_at_semicolons(self):
        for name, text, row in self.each(self.rows):
            with self.subTest(name):
                items = row["cert_san"].split(";")
                self.assertEqual(len(items), 2)
                self.assertEqual(items[1], "DNS:second.example")
                first = "DNS:" + expected.visible(text).replace(";", "\\x3b")
                self.assertEqual(items[0], first[:len(items[0])])
                self.assertTrue(items[0] == first or len(text) > expected.LONGEST_NAME)

    def test_no_cell_is_a_formula_whatever_separates_cells(self):
        for delimiter in ",;\t":
            for line in csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter):
                for cell in line:
                    if NUMBER.match(cell):
                        continue
                    self.assertFalse(cell.startswith(tuple(expected.FORMULA_STARTS)), f"{delimiter!r}: {cell[:80]!r}")

    def test_a_column_of_its_own_is_as_safe(self):
        for column in ("sni", "alpn", "alpn_offered"):
            out = self.run_program(self.capture, "-q", "--csv", "-", "--columns", column)[0].decode()
            for delimiter in ",;":
                for line in csv.reader(io.StringIO(out, newline=""), delimiter=delimiter):
                    self.assertFalse([c for c in line if c.startswith(tuple(expected.FORMULA_STARTS))])


if __name__ == "__main__":
    main(HostileCsv)

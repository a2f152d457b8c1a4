#!/usr/bin/env python3
"""Hostile names in CSV, opened by LibreOffice as a user would: no cell is a formula, whatever it is told to split at."""

import os
import shutil
import subprocess
import unittest
import xml.etree.ElementTree

import expected
from program import NAMES, TEXTS, TIME_LIMIT, HostileCase, main

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
REPEATED = TABLE + "number-columns-repeated"
UTF8 = 76
# What the import dialog would ask: separators, text delimiter, character set, first line, (columns), language, quoted
# cells are text, detect special numbers, ..., evaluate formulas.
IMPORT = "Text - txt - csv (StarCalc):{separators},34,{utf8},1,,0,false,true,false,false,false,-1,true"
# By country, and the dialog's own choice. Not blanks: that is never a default, and cells full of words would have to go.
SEPARATORS = {"comma": "44", "semicolon": "59", "comma, semicolon and tab": "44/59/9"}


class HostileSpreadsheet(HostileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if shutil.which("soffice") is None:
            raise unittest.SkipTest("LibreOffice is not installed (tools/dev office does it)")
        columns = "sni,alpn,alpn_offered,cert_subject,cert_issuer,cert_san,stream"
        cls.csv = cls.write("hostile.csv", cls.run_program(cls(), cls.capture, "-q", "--csv", "-", "--columns", columns)[0])

    def rows(self, file, separators):
        """The cells LibreOffice makes of it: (formula or None, text)."""
        profile = os.path.join(self.folder, "profile")
        how = IMPORT.format(separators=separators, utf8=UTF8)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", f"--infilter={how}", "--convert-to",
                        "fods", "--outdir", self.folder, os.fsdecode(file)], check=True, capture_output=True, timeout=TIME_LIMIT)
        tree = xml.etree.ElementTree.parse(os.path.join(self.folder, os.path.splitext(os.path.basename(os.fsdecode(file)))[0] + ".fods"))
        return [[self.cell(c) for c in row.iter(TABLE + "table-cell") for _ in range(min(int(c.get(REPEATED, 1)), 20))]
                for row in tree.iter(TABLE + "table-row")]

    def cell(self, element):
        def text_of(paragraph):
            out = paragraph.text or ""
            for child in paragraph:
                out += " " * int(child.get(TEXT + "c", 1)) if child.tag == TEXT + "s" else "".join(child.itertext())
                out += child.tail or ""
            return out
        return element.get(TABLE + "formula"), "\n".join(text_of(p) for p in element.iter(TEXT + "p"))

    def test_the_check_can_see_a_formula(self):
        file = self.write("formula.csv", b'sni,alpn\nx,=1+1\nx,"a;=2+2;b"\n')
        for separators, wanted in (("44", ["of:=1+1"]), ("59", ["of:=2+2"])):
            self.assertEqual([f for row in self.rows(file, separators) for f, _ in row if f], wanted)

    def test_no_cell_is_a_formula(self):
        for name, separators in SEPARATORS.items():
            with self.subTest(name):
                rows = self.rows(self.csv, separators)
                self.assertGreater(len(rows), len(TEXTS))
                self.assertEqual([cell for row in rows for cell in row if cell[0]], [])

    def test_cells_read_as_documented(self):
        rows = [row for row in self.rows(self.csv, SEPARATORS["comma"]) if any(text for _, text in row)][1:]
        self.assertEqual(len(rows), len(TEXTS))
        for name, text, row in zip(NAMES, TEXTS, rows):
            with self.subTest(name):
                self.assertEqual(row[0][1], expected.cell(text[:expected.LONGEST_SNI]))


if __name__ == "__main__":
    main(HostileSpreadsheet)

"""IANA names back to code points, from the registries' own CSV files in dissectors/tls/iana/."""

import csv
import os
import re

CODE = re.compile(r"^0x([0-9a-fA-F]{2}),\s*0x([0-9a-fA-F]{2})$")
STATUS = re.compile(r"_RESERVED$| \((OBSOLETE|deprecated)\)$")  # the registry's remark, no part of the name: as tools/gen-iana
DRAFT = re.compile(r"^TLS 1\.3 (draft|Facebook draft|experiment) (\d+)$")
DRAFTS = {"draft": 0x7f00, "Facebook draft": 0xfb00, "experiment": 0x7e00}
GREASE = re.compile(r"^GREASE \((0x[0-9a-f]{4})\)$")
VERSIONS = {"SSL 2.0": 0x0002, "SSL 3.0": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302, "TLS 1.2": 0x0303, "TLS 1.3": 0x0304}


def is_grease(code):
    """RFC 8701."""
    return code & 0x0f0f == 0x0a0a and code >> 8 == code & 0xff


class Names:
    """name -> code for cipher suites and groups."""

    def __init__(self, root):
        self.ciphers = self._read(root, "tls-parameters-4.csv", "cipher_suites")
        self.groups = self._read(root, "tls-parameters-8.csv", "supported_groups")

    @staticmethod
    def _read(root, official, registry):
        """The registry's own file, and what unofficial.csv adds to it."""
        codes = {}
        for name in (official, "unofficial.csv"):
            with open(os.path.join(root, "dissectors", "tls", "iana", name), encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    if row.get("Registry", registry) == registry:
                        Names._add(codes, row["Value"].strip(), row["Description"].strip())
        return codes

    @staticmethod
    def _add(codes, value, name):
        name = STATUS.sub("", name)
        pair = CODE.match(value)
        try:
            codes.setdefault(name, int(pair.group(1) + pair.group(2), 16) if pair else int(value, 0))
        except ValueError:
            pass  # a range: "Unassigned"

    @staticmethod
    def code(table, text):
        """A code point from its name, or from the hexadecimal of an unknown one; the text itself when it is neither."""
        text = str(text).strip()
        if text in table:
            return table[text]
        grease = GREASE.match(text)
        if grease:
            return int(grease.group(1), 16)
        try:
            return int(text, 0)
        except ValueError:
            return text

    @staticmethod
    def version(text):
        text = str(text).strip()
        if text in VERSIONS:
            return VERSIONS[text]
        draft = DRAFT.match(text)
        if draft:
            return DRAFTS[draft.group(1)] + int(draft.group(2))
        return Names.code({}, text)

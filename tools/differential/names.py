"""IANA names back to code points, from the registries' own CSV files in dissectors/tls/iana/."""

import csv
import glob
import os
import re

CODE = re.compile(r"^0x([0-9a-fA-F]{2}),\s*0x([0-9a-fA-F]{2})$")
VERSIONS = {"SSL 2.0": 0x0002, "SSL 3.0": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302, "TLS 1.2": 0x0303, "TLS 1.3": 0x0304}


def is_grease(code):
    """RFC 8701."""
    return code & 0x0f0f == 0x0a0a and code >> 8 == code & 0xff


class Names:
    """name -> code for cipher suites and groups. Later registries do not overrule earlier ones."""

    def __init__(self, root):
        self.ciphers = self._read(root, "*cipher*.csv") | self._read(root, "tls-parameters-4.csv")
        self.groups = self._read(root, "*group*.csv") | self._read(root, "tls-parameters-8.csv")

    @staticmethod
    def _read(root, pattern):
        codes = {}
        for path in sorted(glob.glob(os.path.join(root, "dissectors", "tls", "iana", pattern))):
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    value, name = (row.get("Value") or "").strip(), (row.get("Description") or "").strip()
                    pair = CODE.match(value)
                    if pair:
                        codes.setdefault(name, int(pair.group(1) + pair.group(2), 16))
                    elif value.isdigit():
                        codes.setdefault(name, int(value))
        return codes

    @staticmethod
    def code(table, text):
        """A code point from its name, or from the hexadecimal of an unknown one; the text itself when it is neither."""
        text = str(text).strip()
        if text in table:
            return table[text]
        try:
            return int(text, 0)
        except ValueError:
            return text

    @staticmethod
    def version(text):
        text = str(text).strip()
        if text in VERSIONS:
            return VERSIONS[text]
        draft = re.match(r"^(?:TLS 1\.3 )?\(?draft[ -]?(\d+)\)?$", text)
        if draft:
            return 0x7f00 + int(draft.group(1))
        return Names.code({}, text)

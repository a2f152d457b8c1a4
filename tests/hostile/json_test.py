#!/usr/bin/env python3
"""Hostile names in JSON: Python, jq and node read the same, and it is what was on the wire."""

import json
import shutil
import subprocess

import expected
from program import TIME_LIMIT, HostileCase, main

NODE = """const lines = require("fs").readFileSync(0, "utf8").trim().split("\\n");
for (const line of lines) console.log(JSON.stringify(JSON.parse(line)));"""


class HostileJson(HostileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = cls.run_program(cls(), cls.capture, "-q", "--json", "-")[0].decode()
        cls.rows = [json.loads(line) for line in cls.text.splitlines()]

    def test_the_text_is_harmless_to_look_at(self):
        self.assertEqual([c for c in self.text if expected.is_hidden(c) and c != "\n"], [])

    def test_values_are_those_of_the_wire(self):
        for name, text, row in self.each(self.rows):
            with self.subTest(name):
                self.assertEqual(row["sni"], expected.json_text(text[:expected.LONGEST_SNI]))
                self.assertEqual(row["alpn"], expected.json_text(text[:255]))
                self.assertEqual(row["alpn_offered"], [expected.json_text(text[:255]), "h2"])
                self.assertEqual(row["cert_subject"], expected.json_text(expected.distinguished_name(text)))
                if len(text) < expected.LONGEST_NAME - len("DNS:"):
                    self.assertEqual(row["cert_san"], ["DNS:" + expected.json_text(text), "DNS:second.example"])

    def test_no_text_becomes_a_member(self):
        for name, _, row in self.each(self.rows):
            with self.subTest(name):
                self.assertEqual((row["outcome"], "x" in row, "X-Injected" in row), ("complete", False, False))
        self.assertEqual([row["stream"] for row in self.rows], list(range(len(self.rows))))

    def expect_agreement(self, *command):
        if shutil.which(command[0]) is None:
            self.skipTest(f"{command[0]} is not installed")
        out = subprocess.run(command, input=self.text.encode(), capture_output=True, timeout=TIME_LIMIT, check=True).stdout
        self.assertEqual([json.loads(line) for line in out.decode().strip().split("\n")], self.rows)

    def test_jq_agrees(self):
        self.expect_agreement("jq", "-ac", ".")

    def test_node_agrees(self):
        self.expect_agreement("node", "-e", NODE)


if __name__ == "__main__":
    main(HostileJson)

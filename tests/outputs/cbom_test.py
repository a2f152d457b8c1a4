#!/usr/bin/env python3
"""The bill of materials (--cbom) of samples, against CycloneDX's own schema, and its references among themselves.

cbom_test.py BINARY [unittest arguments]. The schema comes with an npm package (tests/browser/package.json), the validator is
Debian's python3-jsonschema; without them only what needs them is skipped.
"""

import json
import os
import re
import sys
import unittest
import warnings

from program import OK, SAMPLES, OutputCase, argument

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
SCHEMAS = os.path.join(ROOT, "build", "browser", "node_modules", "@cyclonedx", "cyclonedx-library", "res", "schema")
MANY = [os.path.join(SAMPLES, name) for name in sorted(os.listdir(SAMPLES)) if re.search(r"\.pcap(ng)?$", name) and name != "not-a-capture.pcap"]


def schema(name):
    with open(os.path.join(SCHEMAS, name), encoding="utf-8") as file:
        return json.load(file)


def validator():
    """None without the schema or the package that knows schemas."""
    sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, where another Python comes first in PATH
    try:
        import jsonschema
    except ImportError:
        return None
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # its successor is not in Debian 12
    if not os.path.isfile(os.path.join(SCHEMAS, "bom-1.6.SNAPSHOT.schema.json")):
        return None
    store = {}
    for name in ("bom-1.6", "spdx", "jsf-0.82"):
        one = schema(f"{name}.SNAPSHOT.schema.json")
        store[f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json"] = one
        store[one["$id"]] = one
    top = schema("bom-1.6.SNAPSHOT.schema.json")
    resolver = jsonschema.RefResolver(top["$id"], top, store=store)
    return jsonschema.Draft7Validator(top, resolver=resolver, format_checker=jsonschema.FormatChecker())


class Bill(OutputCase):
    @classmethod
    def setUpClass(cls):
        cls.validator = validator()

    def bill(self, *words):
        done = self.run_program(*words, "--cbom", "-")
        self.assertIn(done.returncode, (OK, 3), done.stderr)  # 3: damaged samples
        return json.loads(done.stdout)

    def check(self, bill):
        if self.validator is None:
            self.skipTest("needs python3-jsonschema and the npm packages (tools/dev test installs them)")
        problems = [f"{'/'.join(map(str, e.path))}: {e.message}"[:300] for e in self.validator.iter_errors(bill)]
        self.assertEqual(problems, [])

    def test_the_validator_sees_faults(self):
        bill = self.bill(MANY[0])
        self.check(bill)
        bill["components"][0]["cryptoProperties"]["assetType"] = "protocoll"
        with self.assertRaises(AssertionError):
            self.check(bill)

    def test_all_samples_are_valid(self):
        self.check(self.bill(*MANY))
        for sample in MANY:
            with self.subTest(os.path.basename(sample)):
                self.check(self.bill(sample))

    def test_references_lead_somewhere(self):
        bill = self.bill(*MANY)
        refs = [c["bom-ref"] for c in bill["components"]]
        self.assertEqual(len(refs), len(set(refs)))
        for d in bill["dependencies"]:
            self.assertIn(d["ref"], refs)
            self.assertEqual([r for r in d.get("dependsOn", []) if r not in refs], [])
            self.assertNotIn(d["ref"], d.get("dependsOn", []))
        self.assertEqual(sorted(d["ref"] for d in bill["dependencies"]), sorted(refs))
        text = json.dumps(bill)
        for name in ("algorithmRef", "signatureAlgorithmRef", "subjectPublicKeyRef"):
            for ref in re.findall(rf'"{name}": "([^"]*)"', text):
                self.assertIn(ref, refs)
        for component in bill["components"]:
            protocol = component["cryptoProperties"].get("protocolProperties", {})
            for ref in protocol.get("cryptoRefArray", []) + sum((s.get("algorithms", []) for s in protocol.get("cipherSuites", [])), []):
                self.assertIn(ref, refs)

    def test_what_the_columns_say(self):
        sample = os.path.join(SAMPLES, "tls12-openssl-rsa.pcapng")
        rows = [json.loads(line) for line in self.run_program(sample, "--json", "-").stdout.splitlines()]
        bill = self.bill(sample)
        by_type = {}
        for c in bill["components"]:
            by_type.setdefault(c["cryptoProperties"]["assetType"], []).append(c)
        protocol = by_type["protocol"][0]["cryptoProperties"]["protocolProperties"]
        self.assertEqual(protocol["version"], "1.2")
        self.assertEqual([s["name"] for s in protocol["cipherSuites"]], sorted({r["cipher"] for r in rows}))
        certificate = by_type["certificate"][0]
        self.assertEqual(certificate["hashes"][0]["content"], rows[0]["cert_sha256"])
        properties = certificate["cryptoProperties"]["certificateProperties"]
        for name, column in (("subjectName", "cert_subject"), ("issuerName", "cert_issuer"), ("notValidBefore", "cert_not_before"),
                             ("notValidAfter", "cert_not_after")):
            self.assertEqual(properties[name], rows[0][column])
        own = {p["name"]: p["value"] for p in certificate["properties"]}
        self.assertEqual(own["tlsscope:server"], rows[0]["sni"])
        self.assertEqual(own["tlsscope:first_frame"], str(rows[0]["cert_frame"]))
        self.assertEqual(bill["metadata"]["timestamp"][:4], rows[0]["ts"][:4])

    def test_the_same_capture_makes_the_same_file(self):
        one = self.run_program(MANY[0], "--cbom", "-").stdout
        self.assertEqual(one, self.run_program(MANY[0], "--cbom", "-", "--threads", "4").stdout)
        other = self.run_program(MANY[1], "--cbom", "-").stdout
        self.assertNotEqual(json.loads(one)["serialNumber"], json.loads(other)["serialNumber"])

    def test_of_nothing(self):
        bill = self.bill(os.path.join(SAMPLES, "pcap-empty.pcap"))
        self.assertEqual((bill["components"], bill["dependencies"]), ([], []))
        self.assertNotIn("timestamp", bill["metadata"])
        self.check(bill)


if __name__ == "__main__":
    Bill.BINARY = argument()
    unittest.main()

#!/usr/bin/env python3
"""Certificates as a user asks for them: --ca-file, --at, --certs.

certificates_test.py BINARY [unittest arguments]. Standard library only.
"""

import datetime
import hashlib
import os
import shutil
import ssl
import sys
import tempfile
import unittest

import cli_test
from cli_test import GOOD, NOT_WRITTEN, OK, USAGE, Done, sample

HIDDEN = sample("tls13-nanosecond.pcap")


class CertificatesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tlsscope-certificates-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def test_certificates_are_exported_as_they_were_sent(self):
        for threads in ("1", "4"):
            folder = self.path("certs" + threads)
            done = Done([sample("tls12-chain-intermediate.pcapng"), sample("tls12-client-cert.pcapng"), "--certs", folder, "-q",
                         "--threads", threads])
            self.assertEqual((done.status, done.out, done.err), (OK, "", ""))
            self.assertEqual(len(os.listdir(folder)), 3)  # two servers and a client
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), encoding="ascii") as file:
                    certificates = file.read().split("-----END CERTIFICATE-----\n")[:-1]
                ders = [ssl.PEM_cert_to_DER_cert(c + "-----END CERTIFICATE-----\n") for c in certificates]
                self.assertEqual(name, hashlib.sha256(ders[0]).hexdigest() + ".pem")
        names = [sorted(os.listdir(self.path("certs" + threads))) for threads in "14"]
        self.assertEqual(names[0], names[1])
        chain = Done([sample("tls12-chain-intermediate.pcapng"), "--csv", "-", "--columns", "cert_sha256,chain_len"]).rows()[0]
        with open(os.path.join(self.path("certs1"), chain["cert_sha256"] + ".pem"), encoding="ascii") as file:
            self.assertEqual(file.read().count("-----BEGIN CERTIFICATE-----"), int(chain["chain_len"]))

    def test_certificates_that_tls13_hides_are_no_files(self):
        done = Done([HIDDEN, "--certs", self.path("certs"), "-q"])
        self.assertEqual((done.status, os.listdir(self.path("certs"))), (OK, []))

    def test_a_planted_link_is_not_followed_by_exported_certificates(self):
        victim, folder = self.path("victim"), self.path("certs")
        os.mkdir(folder)
        with open(victim, "w", encoding="ascii") as file:
            file.write("precious")
        sha = Done([GOOD, "--csv", "-", "--columns", "cert_sha256"]).rows()[0]["cert_sha256"]
        os.symlink(victim, os.path.join(folder, sha + ".pem"))
        os.chmod(folder, 0o1777)
        os.lchown(os.path.join(folder, sha + ".pem"), 4242, 4242) if os.geteuid() == 0 else self.skipTest("needs root")
        done = Done([GOOD, "--certs", folder, "-q"])
        self.assertEqual(done.status, NOT_WRITTEN)
        self.assertIn("no more certificates are written", done.err)
        with open(victim, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_certificates_that_cannot_be_written(self):
        done = Done([GOOD, "--certs", self.path("no/such/folder")])
        self.assertEqual((done.status, done.out), (NOT_WRITTEN, ""))
        self.assertIn("cannot write certificates to", done.err)

    def test_the_systems_cas_can_be_asked_for(self):
        environment = {"SSL_CERT_FILE": sample("cert-roots.pem")}
        rows = Done([sample("cert-faults.pcap"), "--ca-file", "system", "--csv", "-"], environment=environment).rows()
        named = Done([sample("cert-faults.pcap"), "--ca-file", sample("cert-roots.pem"), "--csv", "-"]).rows()
        self.assertEqual(rows, named)
        done = Done([sample("cert-faults.pcap"), "--ca-file", "system"], environment={"SSL_CERT_FILE": "/nonexistent"})
        self.assertEqual(done.status, USAGE)

    def test_certificates_are_checked_at_another_time(self):
        def validation(*words):
            rows = Done([sample("cert-near-misses.pcap"), "--csv", "-", "--columns", "cert_validation,diagnosis", *words]).rows()
            return {row["cert_validation"] for row in rows}
        self.assertEqual(validation("--at", "2001-01-01"), {"not_yet_valid", "not_yet_valid;self_signed"})
        self.assertEqual(validation("--at", "2101-01-01T00:00:00Z"), {"expired", "expired;self_signed"})

    def test_now_is_the_time_of_day(self):
        now = datetime.datetime.utcnow().strftime("%Y-%m-%d")
        words = [sample("cert-near-misses.pcap"), "--csv", "-", "--columns", "cert_days_left"]
        named = [int(row["cert_days_left"]) for row in Done([*words, "--at", now]).rows()]
        today = [int(row["cert_days_left"]) for row in Done([*words, "--at", "now"]).rows()]
        for midnight, moment in zip(named, today):
            self.assertIn(midnight - moment, (0, 1, 2))  # midnight passed; and it may pass between the two runs


if __name__ == "__main__":
    cli_test.BINARY = os.path.realpath(sys.argv.pop(1))
    unittest.main()

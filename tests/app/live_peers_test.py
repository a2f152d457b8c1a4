#!/usr/bin/env python3
"""Every handshake of nginx and curl, with the facts both of them logged. Needs root, nginx, curl; skips without.

usage: live_peers_test.py TLSSCOPE [unittest arguments]
"""

import os
import subprocess
import unittest

from live_net import PATIENCE, SERVER_IP, Nginx, Unavailable, inside, make_certificate, nginx_server, openssl_to_iana
from live_support import LiveCase, binary_from_arguments

ANY, ONLY_13, ONLY_12, TWO_WAY, NOBODY_LISTENS = 443, 8443, 9443, 7443, 6443
SLACK_MS = 0.5  # curl's clock and the kernel's stamps of packets are not the same clock
CURVES = {"prime256v1": "secp256r1", "X25519": "x25519"}  # OpenSSL's names, and IANA's where they differ
NO_ALPN, NO_CLIENT_CERTIFICATE = "-", "NONE"
WRITE_OUT = "%{local_port} %{time_connect} %{time_appconnect} %{http_version} %{response_code}\\n"
CURL_REFUSED, CURL_TLS_FAILED, CURL_BAD_CERTIFICATE = 7, 35, 60


class Fetch:
    """One transfer as curl tells it."""

    def __init__(self, line):
        port, connect, appconnect, self.http, self.status = line.split()
        self.port, self.connect_ms = int(port), float(connect) * 1000
        self.tls_ms = float(appconnect) * 1000 - self.connect_ms


class LivePeers(LiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tls13, tls12 = "ssl_protocols TLSv1.3;", "ssl_protocols TLSv1.2;"
        key, cls.client_cert = make_certificate(cls.folder, "client.example")
        cls.client_key = key
        servers = [nginx_server(ANY), nginx_server(ONLY_13, tls13), nginx_server(ONLY_12, tls12, "ssl"),
                   nginx_server(TWO_WAY, f"ssl_verify_client optional; ssl_client_certificate {cls.client_cert};")]
        try:
            cls.nginx = Nginx(cls.network, cls.folder, servers)
        except Unavailable as e:
            raise unittest.SkipTest(str(e)) from e
        cls.addClassCleanup(cls.nginx.stop)
        cls.iana = openssl_to_iana()

    def setUp(self):
        self.need_program("curl")
        self.logged_before = len(self.nginx.facts())

    def curl(self, *names, port=ANY, options=(), status=0, trust=True):
        """Fetches https://NAME:PORT/ for each name, one after the other in one process: later ones can resume."""
        words = ["curl", "-sS", "-o", "/dev/null", "-w", WRITE_OUT, *options]
        words += ["--cacert", self.nginx.cert] if trust else []
        for i, name in enumerate(names):
            # -o and the URL belong together; without a second -o the answer would be on standard output.
            words += (["-o", "/dev/null"] if i else []) + ["--resolve", f"{name}:{port}:{SERVER_IP}", f"https://{name}:{port}/"]
        p = subprocess.run(inside(self.network.client, *words), capture_output=True, text=True, timeout=PATIENCE,
                           check=False)
        self.assertEqual(p.returncode, status, p.stderr)
        return [Fetch(line) for line in p.stdout.splitlines()]

    def compare(self, rows, fetches):
        """Row by row: by the client's port, which all three saw."""
        logged = {int(f["client_port"]): f for f in self.nginx.facts()[self.logged_before:]}
        by_port = {r["client_port"]: r for r in rows}
        self.assertEqual(len(rows), len(by_port), "a row for each connection")
        self.assertEqual(set(by_port), set(logged), "rows and nginx's log")
        self.assertEqual(set(by_port), {f.port for f in fetches}, "rows and curl's word")
        for fetch in fetches:
            with self.subTest(sni=by_port[fetch.port]["sni"], port=fetch.port):
                self.compare_facts(by_port[fetch.port], logged[fetch.port])
                self.compare_times(by_port[fetch.port], fetch)

    def compare_facts(self, row, fact):
        self.assertEqual(row["tls_outcome"], "complete")
        self.assertEqual(row["version"].replace(" ", "").replace("TLS", "TLSv"), fact["version"])
        self.assertEqual(row["cipher"], self.iana[fact["cipher"]])
        self.assertEqual(row["sni"], fact["sni"])
        self.assertEqual(row["server_port"], int(fact["server_port"]))
        self.assertEqual(bool(row.get("resumed")), fact["reused"] == "r")
        if row.get("group"):  # none in a resumed TLS 1.2 handshake, where nginx still names the session's
            self.assertEqual(row["group"], CURVES.get(fact["curve"], fact["curve"]))
        else:
            self.assertTrue(row["resumed"] and row["version"] == "TLS 1.2", "no group")
        if row["version"] == "TLS 1.2":
            self.assertEqual(row.get("alpn") or NO_ALPN, fact["alpn"] or NO_ALPN)
        elif fact["alpn"] not in ("", NO_ALPN):
            self.assertIn(fact["alpn"], row["alpn_offered"], "hidden by TLS 1.3, but it was offered")
        if row["version"] == "TLS 1.2" and not row.get("resumed"):
            self.assertEqual(row["client_auth"] == "sent", fact["client_verify"] != NO_CLIENT_CERTIFICATE)

    def compare_times(self, row, fetch):
        self.assertGreater(row["tls_ms"], 0)
        self.assertLessEqual(row["tls_ms"], fetch.tls_ms + SLACK_MS, "curl waited longer than the packets took")
        self.assertGreater(row["connect_ms"], 0)
        self.assertLessEqual(row["connect_ms"], fetch.connect_ms + SLACK_MS)

    def test_versions_and_protocols(self):
        p = self.capture("--json", "-", "tcp")
        fetches = []
        for version in ("1.2", "1.3"):
            for http in ("--http1.1", "--http2", "--no-alpn"):
                name = f"v{version[-1]}{http.strip('-').replace('.', '')}.live.example"
                fetches += self.curl(name, options=("--tls-max", version, http))
        fetches += self.curl("only13.live.example", port=ONLY_13) + self.curl("only12.live.example", port=ONLY_12)
        rows = self.json_rows(p)
        self.assertEqual({f.http for f in fetches}, {"1.1", "2"})
        self.assertEqual({r["version"] for r in rows}, {"TLS 1.2", "TLS 1.3"})
        self.assertEqual({r.get("alpn") for r in rows if r["version"] == "TLS 1.2"}, {"h2", "http/1.1", None})
        self.assertEqual(len(fetches), 8)
        self.compare(rows, fetches)

    def test_ciphers_and_groups(self):
        p = self.capture("--json", "-", "tcp")
        fetches = []
        for cipher in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-SHA384"):
            fetches += self.curl("c12.live.example", options=("--tls-max", "1.2", "--ciphers", cipher))
        for cipher in ("TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"):
            fetches += self.curl("c13.live.example", options=("--tls13-ciphers", cipher))
        for curve in ("X25519", "prime256v1", "secp384r1"):
            # TLS 1.2 wants the certificate's curve among them, too: the server takes the first it has.
            with_its_own = curve if curve == "prime256v1" else f"{curve}:prime256v1"
            for version, curves in (("1.2", with_its_own), ("1.3", curve)):
                fetches += self.curl("curve.live.example", options=("--tls-max", version, "--curves", curves))
        rows = self.json_rows(p)
        self.assertEqual(len({r["cipher"] for r in rows}), 7)
        self.assertEqual({r["group"] for r in rows}, {"x25519", "secp256r1", "secp384r1"})
        self.compare(rows, fetches)

    def test_resumption(self):
        p = self.capture("--json", "-", "tcp")
        fetches = []
        for version in ("1.2", "1.3"):
            name = f"again{version[-1]}.live.example"
            fetches += self.curl(name, name, name, options=("--tls-max", version, "--http1.1"))
        rows = self.json_rows(p)
        self.assertEqual(sum(bool(r.get("resumed")) for r in rows), 4, "two of three, twice")
        self.assertEqual({r["resumption_kind"] for r in rows if r.get("resumed")}, {"session_id", "psk"},
                         "curl asks for no tickets")
        self.compare(rows, fetches)

    def test_resumption_by_a_ticket(self):
        p = self.capture("--json", "-", "tcp")
        session = self.path("session.pem")
        for how in ("-sess_out", "-sess_in"):
            subprocess.run(inside(self.network.client, "openssl", "s_client", "-connect", f"{SERVER_IP}:{ANY}", "-tls1_2",
                                  "-servername", "ticket.live.example", how, session, "-ign_eof"),
                           input="GET / HTTP/1.0\r\n\r\n", capture_output=True, text=True, timeout=PATIENCE, check=True)
        rows = self.json_rows(p)
        facts = self.nginx.facts()[self.logged_before:]
        self.assertEqual([f["reused"] for f in facts], [".", "r"])
        self.assertEqual([r["client_port"] for r in rows], [int(f["client_port"]) for f in facts])
        self.assertEqual([r.get("resumption_kind") for r in rows], [None, "ticket"])

    def test_a_certificate_of_the_client(self):
        p = self.capture("--json", "-", "tcp")
        fetches = []
        for version in ("1.2", "1.3"):
            fetches += self.curl("both.live.example", port=TWO_WAY, options=(
                "--tls-max", version, "--cert", self.client_cert, "--key", self.client_key))
            fetches += self.curl("none.live.example", port=TWO_WAY, options=("--tls-max", version))
        rows = self.json_rows(p)
        self.assertEqual([r["client_auth"] for r in rows if r["version"] == "TLS 1.2"], ["sent", "declined"])
        self.compare(rows, fetches)

    def one_failure(self, p):
        rows = self.json_rows(p)
        self.assertEqual(len(rows), 1)
        self.assertEqual(len(self.nginx.facts()), self.logged_before, "nginx answered no request")
        return rows[0]

    def test_a_client_that_refuses_the_certificate(self):
        for version in ("1.2", "1.3"):
            with self.subTest(version=version):
                p = self.capture("--json", "-", "tcp")
                self.curl("stranger.live.example", options=("--tls-max", version), status=CURL_BAD_CERTIFICATE, trust=False)
                row = self.one_failure(p)
                self.assertEqual((row["outcome"], row["alert_from"], row["sni"]), ("failed", "client", "stranger.live.example"))
                self.assertEqual(row["tls_outcome"], "alert")
                if version == "1.2":  # encrypted in TLS 1.3
                    self.assertIn("unknown_ca", row["alert"])
                self.assertIn("unknown ca", self.nginx.errors())

    def test_versions_that_do_not_meet(self):
        for port, options in ((ONLY_13, ("--tls-max", "1.2")), (ONLY_12, ("--tlsv1.3",))):
            with self.subTest(port=port):
                p = self.capture("--json", "-", "tcp")
                self.curl("version.live.example", port=port, options=options, status=CURL_TLS_FAILED)
                row = self.one_failure(p)
                self.assertEqual((row["outcome"], row["tls_outcome"], row["alert_from"]), ("failed", "alert", "server"))
                self.assertIn("protocol_version", row["alert"])
                self.assertIn("unsupported protocol", self.nginx.errors())

    def test_a_port_where_nobody_listens(self):
        p = self.capture("--json", "-", "tcp")
        self.curl("refused.live.example", port=NOBODY_LISTENS, status=CURL_REFUSED)
        row = self.one_failure(p)
        self.assertEqual((row["outcome"], row["conn_state"], row["server_port"]), ("refused", "REJ", NOBODY_LISTENS))

    def test_failures_and_successes_side_by_side(self):
        """Row for row what was done, with the table of connections under way and --emit close."""
        p = self.capture("--json", "-", "--emit", "close", "tcp")
        good = []
        for i in range(3):
            good += self.curl(f"good{i}.live.example")
            self.curl(f"bad{i}.live.example", status=CURL_BAD_CERTIFICATE, trust=False)
            self.curl("refused.live.example", port=NOBODY_LISTENS, status=CURL_REFUSED)
        rows = self.json_rows(p)
        self.assertEqual(sorted(r["outcome"] for r in rows), ["complete"] * 3 + ["failed"] * 3 + ["refused"] * 3)
        self.compare([r for r in rows if r["outcome"] == "complete"], good)
        for r in rows:
            if r["outcome"] == "complete":
                # nginx does not keep alive here and says so ("Connection: close"): both close after the answer, and on
                # a busy machine curl may be first.
                self.assertIn(r["closed_by"], ("server", "client"))
                self.assertIn(r["conn_state"], ("SF", "RSTO"), "curl may leave its last bytes unread: RST")


if __name__ == "__main__":
    LivePeers.BINARY = binary_from_arguments()
    os.umask(0o022)
    unittest.main()

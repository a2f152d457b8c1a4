"""Handshakes that fail, or complete and are then given up: alerts in the clear, encrypted alerts, and silence."""

import os
import re

from book import sample
from openssl_peers import PEERS, SERVER_NAME, Pair, must

ALERTS = {40: "handshake_failure", 45: "certificate_expired", 48: "unknown_ca", 70: "protocol_version", 112: "unrecognized_name",
          116: "certificate_required", 42: "bad_certificate", 120: "no_application_protocol", 109: "missing_extension"}


def alert(s, server, client, number, sent_by, note="", version="", cipher=False, sni=SERVER_NAME, **kw):
    """One connection that ends with this alert. The receiving peer names its number; a sender's own words are in `note`."""
    with Pair(s, server, **kw) as pair:
        facts = pair.client(*client, sni=sni)
        said = facts.text + pair.server.text
    must(f"SSL alert number {number}" in said, f"no alert {number} ({ALERTS[number]}):\n{pair_text(said)}")
    text = f"alert {ALERTS[number]} ({number}) from the {sent_by}"
    s.truth(sni=sni, version=version, cipher=facts.cipher if cipher else "", outcome="failed", resumed="",
            note=f"{text}; {note}" if note else text)
    return facts


def pair_text(text):
    return text[-2000:]


@sample("fail-no-shared-cipher-tls12.pcap", "fail", "openssl s_server -cipher ECDHE-RSA-AES256-GCM-SHA384, s_client -cipher ECDHE-RSA-AES128-GCM-SHA256", "no ServerHello: a plaintext alert handshake_failure from the server")
def no_cipher(s):
    alert(s, ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"], ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], 40,
          "server", "no shared cipher")


@sample("fail-no-shared-cipher-tls13.pcap", "fail", "as before with -ciphersuites and -tls1_3", "the same in TLS 1.3")
def no_cipher13(s):
    alert(s, ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"], ["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"], 40,
          "server", "no shared cipher")


@sample("fail-no-shared-group-tls13.pcap", "fail", "openssl s_server -groups P-384, s_client -groups X25519, -tls1_3", "no common group: an alert, no HelloRetryRequest")
def no_group(s):
    alert(s, ["-tls1_3", "-groups", "P-384"], ["-tls1_3", "-groups", "X25519"], 40, "server", "no shared group")


@sample("fail-version-client-too-new.pcapng", "fail", "openssl s_server -tls1_2, s_client -tls1_3", "alert protocol_version from the server")
def too_new(s):
    alert(s, ["-tls1_2"], ["-tls1_3"], 70, "server")


@sample("fail-version-client-too-old.pcap", "fail", "openssl s_server -tls1_3, s_client -tls1_2", "a TLS 1.2 client at a server that wants 1.3")
def too_old(s):
    alert(s, ["-tls1_3"], ["-tls1_2"], 70, "server")


@sample("fail-alpn-no-overlap.pcap", "fail", "openssl s_server -alpn h2 , s_client -alpn http/1.1, -tls1_2", "alert no_application_protocol")
def no_alpn(s):
    alert(s, ["-tls1_2", "-alpn", "h2"], ["-tls1_2", "-alpn", "http/1.1"], 120, "server")


@sample("fail-expired-cert-tls12.pcap", "fail", "openssl s_server with a certificate that ended in 2021, s_client -CAfile root -verify_return_error", "alert certificate_expired from the client, in the clear, before its ClientKeyExchange")
def expired(s):
    alert(s, ["-tls1_2"], ["-tls1_2", "-CAfile", s.pki["root"][0], "-verify_return_error"], 45, "client", version="TLS 1.2",
          cert="expired")


@sample("fail-self-signed-tls12.pcap", "fail", "openssl s_server with a self-signed certificate, s_client -CAfile root -verify_return_error", "alert unknown_ca from the client for a self-signed certificate")
def self_signed(s):
    alert(s, ["-tls1_2"], ["-tls1_2", "-CAfile", s.pki["root"][0], "-verify_return_error"], 48, "client", version="TLS 1.2",
          cert="self", note="self-signed certificate")


@sample("fail-unknown-ca-tls12.pcapng", "fail", "openssl s_server, s_client -CAfile another-root -verify_return_error, -tls1_2", "the client rejects the issuer: alert unknown_ca in the clear")
def unknown_ca(s):
    alert(s, ["-tls1_2"], ["-tls1_2", "-CAfile", s.pki["other"][0], "-verify_return_error"], 48, "client", version="TLS 1.2")


@sample("fail-unknown-ca-tls13.pcap", "fail", "as before with -tls1_3", "the same rejection in TLS 1.3: OpenSSL sends this alert in the clear, as it has not yet switched its sending keys")
def unknown_ca13(s):
    alert(s, ["-tls1_3"], ["-tls1_3", "-CAfile", s.pki["other"][0], "-verify_return_error"], 48, "client", version="TLS 1.3",
          note="alert in the clear, although the server's flight is encrypted")


@sample("fail-unknown-ca-tls13-java.pcap", "fail", "openssl s_server, a JDK client that trusts another root, TLS 1.3", "the client's alert is encrypted: without keys only its size and the close show it", needs=["java"])
def unknown_ca_java(s):
    with Pair(s, ["-tls1_3"]) as pair:
        text = pair.lab.run("c", ["java", "-XX:TieredStopAtLevel=1", os.path.join(PEERS, "JavaClient.java"), "10.77.0.2", "443",
                                  SERVER_NAME, s.pki["other"][0], "TLSv1.3"], seconds=60)
        said = pair.server.text
    number = re.search(r"SSL alert number (\d+)", said)
    must("SSLHandshakeException" in text and number, text + said)
    s.truth(sni=SERVER_NAME, version="TLS 1.3", outcome="failed",
            note=f"encrypted alert {number.group(1)} from the client: a reader without keys can only infer the failure")


@sample("fail-missing-intermediate-tls12.pcap", "fail", "openssl s_server with the leaf only, s_client -CAfile root -verify_return_error", "a server that forgets its intermediate: alert unknown_ca")
def missing_intermediate(s):
    alert(s, ["-tls1_2"], ["-tls1_2", "-CAfile", s.pki["root"][0], "-verify_return_error"], 48, "client", version="TLS 1.2",
          cert="leaf", note="Certificate message with one certificate of two needed")


@sample("fail-sni-unrecognized-tls12.pcap", "fail", "openssl s_server -servername www.example.com -servername_fatal, s_client -servername wrong.example", "alert unrecognized_name for a wrong SNI")
def sni_fatal(s):
    cert, key = s.pki["ecdsa"]
    alert(s, ["-tls1_2", "-servername", SERVER_NAME, "-servername_fatal", "-cert2", cert, "-key2", key], ["-tls1_2"], 112, "server",
          sni="wrong.example")


@sample("fail-mtls-no-client-cert-tls12.pcap", "fail", "openssl s_server -Verify 1, s_client without a certificate, -tls1_2", "client certificate required and not given: empty Certificate, alert handshake_failure from the server")
def mtls12(s):
    alert(s, ["-tls1_2", "-Verify", "1", "-CAfile", s.pki["root"][0]], ["-tls1_2"], 40, "server", version="TLS 1.2",
          note="the client sent an empty Certificate")


@sample("fail-mtls-no-client-cert-tls13.pcap", "fail", "openssl s_server -Verify 1, s_client without a certificate, -tls1_3", "the same in TLS 1.3: the client believes it is done, then an encrypted alert certificate_required comes")
def mtls13(s):
    alert(s, ["-tls1_3", "-Verify", "1", "-CAfile", s.pki["root"][0]], ["-tls1_3"], 116, "server", version="TLS 1.3", cipher=True,
          note="encrypted alert after the client's Finished: the client had counted the handshake as done")


@sample("fail-wrong-name-curl.pcap", "fail", "openssl s_server, curl --cacert root https://other.example/", "SNI and certificate do not match: the handshake finishes in TLS 1.3, then the client goes", needs=["curl"])
def wrong_name(s):
    with Pair(s, ["-tls1_3"]) as pair:
        text = pair.lab.run("c", ["curl", "-sv", "--cacert", s.pki["root"][0], "--resolve", "other.example:443:10.77.0.2",
                                  "https://other.example/"])
    must("does not match target host name" in text or "no alternative certificate subject name" in text, text)
    s.truth(sni="other.example", version="TLS 1.3", outcome="complete", resumed="no",
            note="curl gives up after the handshake: the certificate is not for other.example")


@sample("sni-wrong-name-tls12.pcap", "fail", "openssl s_server, s_client -servername wrong.example without verification, -tls1_2", "the name asked for is not in the certificate, and nobody minds: complete, but worth a finding")
def wrong_sni(s):
    with Pair(s, ["-tls1_2"]) as pair:
        facts = pair.client("-tls1_2", sni="wrong.example")
    s.truth(sni="wrong.example", resumed="no", note="certificate is for www.example.com", **facts.as_truth())

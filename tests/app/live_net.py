"""Two network namespaces joined by a veth pair, and a TLS server in one of them. For the tests here and for tools/soak."""

import os
import subprocess
import time

PATIENCE = 60  # seconds; nothing takes more than a few, but the machine may be busy and the program sanitized
SERVER_IP, CLIENT_IP = "10.78.0.2", "10.78.0.1"
CLIENT_DEVICE, SERVER_DEVICE = "tc0", "ts0"


class Unavailable(Exception):
    """Something this machine does not have; a test skips, a proof says so and fails."""


def run(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=PATIENCE, **more)


def inside(namespace, *words):
    """`ip netns exec` becomes the program it starts: signals and /proc/PID meet the program itself."""
    return ["ip", "netns", "exec", namespace, *words]


class Network:
    """tc0 in the client's namespace, ts0 in the server's. Gone with remove(), whatever happened in between."""

    def __init__(self):
        self.client, self.server = f"tlsscope-c{os.getpid()}", f"tlsscope-s{os.getpid()}"
        if os.geteuid() != 0:
            raise Unavailable("needs root")
        try:
            self._make()
        except (subprocess.CalledProcessError, FileNotFoundError) as e:
            self.remove()
            raise Unavailable(f"no network namespaces here: {e}") from e

    def _make(self):
        for namespace in (self.client, self.server):
            run("ip", "netns", "add", namespace)
        run("ip", "link", "add", CLIENT_DEVICE, "netns", self.client, "type", "veth", "peer", "name", SERVER_DEVICE,
            "netns", self.server)
        ends = ((self.client, CLIENT_DEVICE, CLIENT_IP), (self.server, SERVER_DEVICE, SERVER_IP))
        for namespace, device, address in ends:
            run(*inside(namespace, "ip", "addr", "add", f"{address}/24", "dev", device))
            run(*inside(namespace, "ip", "link", "set", device, "up"))
            run(*inside(namespace, "ip", "link", "set", "lo", "up"))

    def remove(self):
        for namespace in (self.client, self.server):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)

    def retransmitted(self):
        """TCP segments that both hosts sent again since they were made, as their kernels counted (RFC 4022)."""
        total = 0
        for namespace in (self.client, self.server):
            names, values = (line.split() for line in run(*inside(namespace, "grep", "^Tcp:", "/proc/net/snmp")).stdout.splitlines())
            total += int(values[names.index("RetransSegs")])
        return total

    def counters(self, namespace, device):
        """What the interface counted itself: name -> number."""
        folder = f"/sys/class/net/{device}/statistics"
        out = run(*inside(namespace, "grep", "-H", "", "-r", folder)).stdout
        return {os.path.basename(path): int(value) for path, value in (line.split(":", 1) for line in out.splitlines())}


def make_certificate(folder, name="live.example"):
    """Self-signed, ECDSA P-256: paths of key and certificate."""
    key, cert = os.path.join(folder, f"{name}.key.pem"), os.path.join(folder, f"{name}.pem")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
        "-out", cert, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},DNS:*.{name}", "-days", "2")
    return key, cert


NGINX_MAIN = """
daemon off;
master_process {master};
worker_processes {workers};
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 4096; }}
http {{
    log_format facts '$remote_port\t$ssl_protocol\t$ssl_cipher\t$ssl_server_name\t$ssl_session_reused\t$ssl_curve'
                     '\t$ssl_alpn_protocol\t$server_protocol\t$server_port\t$connection\t$ssl_client_verify';
    access_log {access};
    client_body_temp_path {folder}/t1;
    proxy_temp_path {folder}/t2;
    fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4;
    scgi_temp_path {folder}/t5;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:sessions:4m;
    keepalive_timeout 0;
    root {folder};
{servers}
}}
"""
NGINX_FACTS = ("client_port", "version", "cipher", "sni", "reused", "curve", "alpn", "http", "server_port", "connection",
               "client_verify")


def nginx_server(port, more="", flags="ssl http2"):
    return f"    server {{ listen {port} {flags}; {more} location / {{ return 200 'ok'; }} location /files/ {{ }} }}"


class Nginx:
    """Debian's nginx, with a configuration and logs of its own in `folder`."""

    def __init__(self, network, folder, servers, log=True, workers=1):
        self.folder = folder
        key, cert = make_certificate(folder)
        self.cert = cert
        access = os.path.join(folder, "access.log")
        config = NGINX_MAIN.format(folder=folder, key=key, cert=cert, servers="\n".join(servers), workers=workers,
                                   master="on" if workers > 1 else "off", access=f"{access} facts" if log else "off")
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w", encoding="utf-8") as out:
            out.write(config)
        try:
            self.process = subprocess.Popen(inside(network.server, "nginx", "-c", path, "-e", f"{folder}/error.log"),
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except FileNotFoundError as e:
            raise Unavailable(f"no nginx: {e}") from e
        self._await_start(network)

    def _await_start(self, network):
        for _ in range(100):
            if self.process.poll() is not None:
                why = self.process.stderr.read().decode(errors="replace")
                self.process.stderr.close()
                raise Unavailable(f"nginx does not start: {why}")
            if "LISTEN" in run(*inside(network.server, "ss", "-Hltn")).stdout:
                return
            time.sleep(0.1)
        self.stop()
        raise Unavailable("nginx does not listen")

    def facts(self):
        """One dictionary for each request it answered, in the order of its log."""
        with open(os.path.join(self.folder, "access.log"), encoding="utf-8") as file:
            return [dict(zip(NGINX_FACTS, line.rstrip("\n").split("\t"))) for line in file]

    def errors(self):
        with open(os.path.join(self.folder, "error.log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()


def openssl_to_iana():
    """Names of cipher suites as RFCs spell them, by OpenSSL's names."""
    out = run("openssl", "ciphers", "-stdname", "-s", "ALL:COMPLEMENTOFALL").stdout
    pairs = [line.split()[:3] for line in out.splitlines()]
    return {words[2]: words[0] for words in pairs if len(words) == 3 and words[1] == "-"}

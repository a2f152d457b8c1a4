"""What tshark sees, stream by stream; its output is kept in a cache, because it is slow."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tempfile

from facts import HELLO_RETRY
from names import is_grease

PREFERENCES = {
    "tcp.reassemble_out_of_order": "TRUE", "tcp.check_checksum": "FALSE", "ip.check_checksum": "FALSE",
    "tcp.desegment_tcp_streams": "TRUE", "tls.desegment_ssl_records": "TRUE", "tls.desegment_ssl_application_data": "TRUE",
    "tls.keylog_file": "",
}
FIELDS = {
    "frame": "frame.number", "stream": "tcp.stream", "protocols": "frame.protocols", "ip_src": "ip.src", "ip_dst": "ip.dst",
    "ipv6_src": "ipv6.src", "ipv6_dst": "ipv6.dst", "sport": "tcp.srcport", "dport": "tcp.dstport", "types": "tls.handshake.type",
    "legacy_version": "tls.handshake.version", "supported_version": "tls.handshake.extensions.supported_version",
    "cipher": "tls.handshake.ciphersuite", "sni": "tls.handshake.extensions_server_name",
    "alpn": "tls.handshake.extensions_alpn_str", "groups": "tls.handshake.extensions_supported_group",
    "key_share": "tls.handshake.extensions_key_share_group", "key_share_retry": "tls.handshake.extensions_key_share_selected_group",
    "curve": "tls.handshake.server_named_curve", "random": "tls.handshake.random", "session_id": "tls.handshake.session_id",
    "certificate": "tls.handshake.certificate", "ja3": "tls.handshake.ja3", "ja3s": "tls.handshake.ja3s",
    "ssl2_cipher": "tls.handshake.cipherspec", "initial_rtt": "tcp.analysis.initial_rtt",
}
# An SSLv2 hello has a handshake type and no handshake of its own; segments of one reassembled later have neither.
FILTER = "tcp && (tls.handshake || tls.handshake.type)"
SEPARATOR = "\x1f"  # occurs in no field tshark prints
TIME_LIMIT = 300
REVISION = 2  # of _readable(): what is cached depends on it


class Tshark:
    """Rows of `tshark -T fields` for one capture, from the cache when the file has not changed."""

    def __init__(self, cache):
        self.cache = cache
        os.makedirs(cache, exist_ok=True)
        self.version = subprocess.run(["tshark", "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                      check=True).stdout.splitlines()[0]

    def rows(self, path, tls_ports=()):
        stat = os.stat(path)
        identity = [REVISION, os.path.realpath(path), stat.st_size, stat.st_mtime_ns, self.version, PREFERENCES, FILTER, FIELDS, list(tls_ports)]
        name = hashlib.sha256(json.dumps(identity).encode()).hexdigest() + ".json.gz"
        kept = os.path.join(self.cache, name)
        if os.path.exists(kept):
            with gzip.open(kept, "rt", encoding="utf-8") as file:
                return json.load(file)
        rows = self._run(path, tls_ports)
        with tempfile.NamedTemporaryFile(dir=self.cache, delete=False) as file:
            file.write(gzip.compress(json.dumps(rows).encode()))
        os.replace(file.name, kept)
        return rows

    def _run(self, path, tls_ports):
        with tempfile.TemporaryDirectory() as folder:
            command = ["tshark", "-n", "-2", "-r", self._readable(path, folder), "-Y", FILTER, "-T", "fields",
                       "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=" + SEPARATOR]
            for name, value in PREFERENCES.items():
                command += ["-o", f"{name}:{value}"]
            for port in tls_ports:
                command += ["-d", f"tcp.port=={port},tls"]
            for field in FIELDS.values():
                command += ["-e", field]
            try:
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=TIME_LIMIT, check=False)
            except subprocess.TimeoutExpired:
                return []
        rows = []
        for line in done.stdout.decode("utf-8", "replace").split("\n"):
            if line:
                rows.append({k: v.split(SEPARATOR) if v else [] for k, v in zip(FIELDS, line.split("\t"))})
        return rows

    @staticmethod
    def _readable(path, folder):
        """The capture without what would give tshark more than the packets (embedded keys), and without zstd."""
        if path.endswith(".zst"):
            plain = os.path.join(folder, os.path.basename(path)[:-4])
            subprocess.run(["zstd", "-q", "-d", "-f", path, "-o", plain], check=True)
            path = plain
        with open(path, "rb") as file:
            data = file.read()
        # A Decryption Secrets Block has type 10; these four bytes elsewhere only cost a needless copy.
        embedded = data.startswith(b"\x0a\x0d\x0d\x0a") and (b"\x0a\0\0\0" in data or b"\0\0\0\x0a" in data)
        if embedded and shutil.which("editcap"):
            bare = os.path.join(folder, "bare.pcapng")
            if subprocess.run(["editcap", "--discard-all-secrets", path, bare], stderr=subprocess.DEVNULL, check=False).returncode == 0:
                return bare
        return path


def numbers(values):
    return [int(v, 0) for v in values]


def endpoint(row, side):
    """Innermost address and port of a frame's "src" or "dst": tunnels repeat the fields."""
    layers = [p for p in (row["protocols"] or [""])[0].split(":") if p in ("ip", "ipv6", "tcp")]
    inner = layers[:layers.index("tcp")][-1:] if "tcp" in layers else []
    addresses = row["ipv6_" + side] if inner == ["ipv6"] else row["ip_" + side]
    ports = row["sport" if side == "src" else "dport"]
    return (addresses or [""])[-1], int(ports[-1]) if ports else 0


def version_of(row):
    """The version a hello speaks for: the highest in supported_versions, else the legacy field."""
    listed = [v for v in numbers(row["supported_version"]) if not is_grease(v)]
    if listed:
        return max(listed, key=lambda v: (0x0304 if v == 0x0304 else 0x0303 + 0.5 if v > 0x0304 else v, v))  # a draft of 1.3 is above 1.2
    return first(numbers(row["legacy_version"]))


def first(values, default=""):
    return values[0] if values else default


class Stream:
    """Folds the rows of one TCP stream into facts."""

    def __init__(self):
        self.facts, self.server = {}, None

    def add(self, row):
        types = row["types"]
        if row["initial_rtt"]:
            whole, _, fraction = row["initial_rtt"][0].partition(".")
            self.facts.setdefault("initial_rtt", int(whole) * 10**9 + int((fraction + "0" * 9)[:9]))
        if "1" in types and "2" not in types:
            self._client_hello(row)
        if "2" in types and "1" not in types:
            self._server_hello(row)
        if "11" in types and row["certificate"] and (self.server is None or endpoint(row, "src") == self.server):
            leaf = bytes.fromhex(row["certificate"][0].replace(":", ""))
            self.facts.setdefault("cert_sha256", hashlib.sha256(leaf).hexdigest())
        if "12" in types and row["curve"] and "group" not in self.facts:
            self.facts["group"] = numbers(row["curve"])[0]

    def _roles(self, client, server):
        self.server = server
        self.facts.update(client=client[0], client_port=client[1], server=server[0], server_port=server[1])

    def _client_hello(self, row):
        if "client_random" in self.facts:
            return
        self._roles(endpoint(row, "src"), endpoint(row, "dst"))
        # An SSLv2 hello lists three-byte ciphers, of which those that begin with 0 are cipher suites (RFC 5246 appendix E.2).
        ssl2 = [c for c in numbers(row["ssl2_cipher"]) if c <= 0xffff]
        self.facts.update(
            ssl2=bool(ssl2), client_hellos=row["types"].count("1"), ch_frame=int(row["frame"][0]), sni=first(row["sni"]),
            version_offered=version_of(row), ciphers_offered=ssl2 or numbers(row["cipher"]), alpn_offered=row["alpn"],
            groups_offered=numbers(row["groups"]), client_random=first(row["random"]).replace(":", ""),
            session_id=first(row["session_id"]).replace(":", ""), ja3=first(row["ja3"]))

    def _server_hello(self, row):
        random = first(row["random"]).replace(":", "")
        if self.facts.get("server_random") not in (None, HELLO_RETRY):
            return
        if self.server is None:
            self._roles(endpoint(row, "dst"), endpoint(row, "src"))
        group = first(numbers(row["key_share"])) if row["key_share"] else first(numbers(row["key_share_retry"]))
        self.facts.update(
            sh_frame=int(row["frame"][0]), version=version_of(row), cipher=first(numbers(row["cipher"])), alpn=first(row["alpn"]),
            server_random=random, session_id_server=first(row["session_id"]).replace(":", ""), ja3s=first(row["ja3s"]))
        if group != "":
            self.facts["group"] = group


def streams(rows):
    """stream number -> facts, for streams with a hello."""
    found = {}
    for row in rows:
        if row["stream"]:
            found.setdefault(int(row["stream"][-1]), Stream()).add(row)
    return {n: s.facts for n, s in found.items() if "client_random" in s.facts or "server_random" in s.facts}

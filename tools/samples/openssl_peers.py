"""openssl s_server and s_client as peers, and what they say about their connection."""

import os
import re
import time
from functools import lru_cache

from lab import SERVER4, Failed, Lab, command
from pki import SERVER_NAME

GET = f"GET / HTTP/1.0\r\nHost: {SERVER_NAME}\r\n\r\n"
PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")  # helper programs in other languages
VERSIONS = {"TLSv1": "TLS 1.0", "TLSv1.0": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}


@lru_cache(1)
def iana_names():
    """OpenSSL's cipher names -> IANA's, as this OpenSSL itself tells them."""
    text = command(["openssl", "ciphers", "-stdname", "-s", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"])
    text += command(["openssl", "ciphers", "-stdname", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"])
    return {m.group(2): m.group(1) for m in re.finditer(r"- (\S+)\s+- (\S+)", text)}


def iana(name):
    return iana_names().get(name, name)


class Facts:
    """What s_client reported."""

    def __init__(self, text):
        self.text = text
        new = re.search(r"^(New|Reused), (\S+), Cipher is (\S+)", text, re.M)
        self.resumed = bool(new and new.group(1) == "Reused")
        session = re.search(r"^\s+Protocol  : (\S+)", text, re.M)
        name = session.group(1) if session else new.group(2) if new else ""
        self.version = VERSIONS.get(name, "")
        self.cipher = iana(new.group(3)) if new and new.group(3) != "(NONE)" else ""
        alpn = re.search(r"^ALPN protocol: (\S+)", text, re.M)
        self.alpn = alpn.group(1) if alpn else ""
        alert = re.search(r"SSL alert number (\d+)", text)
        self.alert = int(alert.group(1)) if alert else None

    def as_truth(self):
        return dict(version=self.version, cipher=self.cipher, alpn=self.alpn)


class Pair:
    """One lab with an s_server, a recording, and any number of s_client runs; use as a context manager."""

    def __init__(self, s, server, cert="rsa", port=443, offload="off", tap="c", record=(), mode="-www", chain=None,
                 host=SERVER4, lab=None, loopback=False, iface="eth0"):
        self.s, self.port, self.host = s, port, "127.0.0.1" if loopback else host
        self.lab = lab or Lab(offload)
        self.client_side = "s" if loopback else "c"
        self.tap, self.record = ("s", "lo") if loopback else (tap, iface), record
        self.server_args = ["openssl", "s_server", "-accept", str(port), *([mode] if mode else []), *server]
        if cert:
            pem, key = s.pki[cert]
            self.server_args += ["-cert", pem, "-key", key]
        if chain:
            self.server_args += ["-cert_chain", s.pki.chain(*chain)]
        self.facts = []

    def __enter__(self):
        self.lab.__enter__()
        try:
            self.before()
            self.server = self.lab.listen("s", self.server_args, self.port)
            self.recording = self.lab.record(*self.tap, extra=self.record)
            self.recording.__enter__()
        except BaseException:
            self.lab.close()
            raise
        return self

    def before(self):
        pass

    def client(self, *args, sni=SERVER_NAME, stdin=GET, script=None, keylog=None, seconds=20, connect=None):
        """One s_client run. `script`: (text, pause) pairs sent while it is connected; otherwise all of `stdin` at once."""
        cmd = ["openssl", "s_client", "-connect", connect or f"{self.host}:{self.port}"]
        cmd += ["-servername", sni] if sni else ["-noservername"]
        if keylog:
            cmd += ["-keylogfile", keylog]
        proc = self.lab.start(self.client_side, [*cmd, *args] + ([] if script else ["-ign_eof"]))
        if script:
            for text, pause in script:
                time.sleep(pause)
                proc.send(text)
        elif stdin:
            proc.send(stdin)
        proc.wait(seconds)
        if proc.popen.stdin:
            proc.popen.stdin.close()
        facts = Facts(proc.text)
        self.facts.append(facts)
        time.sleep(0.1)
        return facts

    def __exit__(self, kind, *rest):
        try:
            self.recording.__exit__(kind, *rest)
            if kind is None:
                self.recording.save(self.s.path)
        finally:
            self.lab.close()


def must(condition, text, facts=None):
    if not condition:
        raise Failed(text + ("\n" + facts.text[-2500:] if facts else ""))


def save_keylog(source, target):
    """Keeps the key log without the line that names the program that wrote it."""
    with open(source) as f:
        lines = [line for line in f if line.strip() and not line.startswith("#")]
    with open(target, "w") as f:
        f.writelines(lines)
    os.chmod(target, 0o644)

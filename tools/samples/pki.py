"""A throw-away public key infrastructure: fixed names, serial numbers and dates; keys are made anew and never kept."""

import os
import shutil
import tempfile

from lab import command

VALID = ("20250101000000Z", "20450101000000Z")
PAST = ("20200101000000Z", "20210101000000Z")
SERVER_NAME = "www.example.com"

CONFIG = """
[ca]
default_ca = d
[d]
dir = {dir}
database = {dir}/index.txt
serial = {dir}/serial
new_certs_dir = {dir}
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
email_in_dn = no
[any]
commonName = supplied
organizationName = optional
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[middle]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com,DNS:example.com,DNS:*.api.example,IP:10.77.0.2,IP:fd77::2
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[wide]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com,{wide}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectAltName = email:alice@example.com
"""

WIDE = ",".join(f"DNS:tenant-{n:03}.hosting.example.com" for n in range(200))  # a certificate of 8 KB

KEYS = {
    "rsa": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "big": ["RSA", "-pkeyopt", "rsa_keygen_bits:4096"],
    "ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
}

# name: (key kind, issuer, extensions, subject, dates, serial)
CERTS = {
    "root": ("rsa", None, "root", "/O=Example Trust/CN=Example Root CA", VALID, 0x1001),
    "ecroot": ("ec", None, "root", "/O=Example Trust/CN=Example EC Root CA", VALID, 0x1002),
    "other": ("rsa", None, "root", "/O=Somebody Else/CN=Unrelated Root CA", VALID, 0x1003),
    "middle": ("big", "root", "middle", "/O=Example Trust/CN=Example Issuing CA 1", VALID, 0x2001),
    "rsa": ("rsa", "root", "server", "/O=Example/CN=www.example.com", VALID, 0x3001),
    "ecdsa": ("ec", "ecroot", "server", "/O=Example/CN=www.example.com", VALID, 0x3002),
    "leaf": ("big", "middle", "server", "/O=Example/CN=www.example.com", VALID, 0x3003),
    "expired": ("rsa", "root", "server", "/O=Example/CN=www.example.com", PAST, 0x3004),
    "self": ("rsa", None, "server", "/O=Example/CN=www.example.com", VALID, 0x3005),
    "wide": ("rsa", "root", "wide", "/O=Example/CN=www.example.com", VALID, 0x3006),
    "client": ("rsa", "root", "client", "/O=Example/CN=alice", VALID, 0x4001),
}


class Pki:
    """Makes each certificate when it is first asked for: `pki["rsa"]` -> (certificate, key)."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="tlsscope-pki-")
        os.chmod(self.dir, 0o755)
        self.config = os.path.join(self.dir, "openssl.cnf")
        with open(self.config, "w") as f:
            f.write(CONFIG.format(dir=self.dir, wide=WIDE))
        open(os.path.join(self.dir, "index.txt"), "w").close()
        self.made = {}

    def path(self, name):
        return os.path.join(self.dir, name)

    def __getitem__(self, name):
        if name not in self.made:
            self.made[name] = self.make(name)
        return self.made[name]

    def make(self, name):
        kind, issuer, extensions, subject, dates, serial = CERTS[name]
        cert, key, request = (self.path(name + end) for end in (".pem", ".key", ".csr"))
        command(["openssl", "genpkey", "-algorithm", *KEYS[kind], "-out", key])
        command(["openssl", "req", "-new", "-config", self.config, "-key", key, "-subj", subject, "-out", request])
        signer = ["-selfsign", "-keyfile", key] if issuer is None else ["-cert", self[issuer][0], "-keyfile",
                                                                        self[issuer][1]]
        with open(self.path("serial"), "w") as f:  # after the issuer, which moves it on
            f.write(f"{serial:04X}\n")
        command(["openssl", "ca", "-batch", "-notext", "-config", self.config, "-extensions", extensions, "-startdate",
                 dates[0], "-enddate", dates[1], "-in", request, "-out", cert, *signer])
        return cert, key

    def chain(self, *names):
        """One file with these certificates, in this order."""
        path = self.path("chain-" + "-".join(names) + ".pem")
        with open(path, "w") as sink:
            for name in names:
                with open(self[name][0]) as f:
                    sink.write(f.read())
        return path

    def ocsp_response(self, name):
        """A DER OCSP response 'good' for the certificate, signed by its issuer."""
        issuer = CERTS[name][1]
        cert, _ = self[name]
        request, response = self.path(name + ".ocspreq"), self.path(name + ".ocsp")
        command(["openssl", "ocsp", "-issuer", self[issuer][0], "-cert", cert, "-reqout", request, "-no_nonce"])
        command(["openssl", "ocsp", "-index", self.path("index.txt"), "-rsigner", self[issuer][0], "-rkey",
                 self[issuer][1], "-CA", self[issuer][0], "-reqin", request, "-respout", response, "-ndays", "3650"])
        return response

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)

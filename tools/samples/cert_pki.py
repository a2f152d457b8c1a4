"""Certificates with one thing wrong each, or nearly: dates count from today, unlike those of pki.py."""

import datetime
import os

from lab import command

ROOT = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
MIDDLE = ("basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
          "authorityKeyIdentifier=keyid\n")
LEAF = "basicConstraints=critical,CA:false\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nkeyUsage=critical,digitalSignature\n"
SERVER = LEAF + "extendedKeyUsage=serverAuth\n"
CLIENT = LEAF + "extendedKeyUsage=clientAuth\nsubjectAltName=email:alice@example.com\n"
FETCHABLE = "authorityInfoAccess=caIssuers;URI:http://ca.example.com/issuing.crt\n"


def san(*names):
    return "subjectAltName=" + ",".join("DNS:" + name for name in names) + "\n"


class Workshop:
    """`issue` makes a certificate with its key; `pem` joins several into a file."""

    def __init__(self, pki):
        self.pki, self.now = pki, datetime.datetime.utcnow()

    def path(self, name):
        return self.pki.path("workshop-" + name)

    def issue(self, name, issuer, extensions, subject=None, days=(-30, 60), key="ec", digest="sha256"):
        kinds = {"ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa1024": ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
                 "rsa2048": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]}
        cert, private, request, sections = (self.path(name + end) for end in (".pem", ".key", ".csr", ".ext"))
        command(["openssl", "genpkey", "-algorithm", *kinds[key], "-out", private])
        command(["openssl", "req", "-new", "-config", self.pki.config, "-key", private, "-subj",
                 subject or f"/O=Example/CN={name}.example.com", "-out", request])
        with open(sections, "w") as f:
            f.write("[this]\n" + extensions)
        signer = ["-selfsign", "-keyfile", private] if issuer is None else ["-cert", self.path(issuer + ".pem"), "-keyfile",
                                                                            self.path(issuer + ".key")]
        self.pki.last_serial = getattr(self.pki, "last_serial", 0x6000) + 1  # the database wants each once, also after a failure
        with open(self.pki.path("serial"), "w") as f:
            f.write(f"{self.pki.last_serial:04X}\n")
        start, end = ((self.now + datetime.timedelta(days=d)).strftime("%Y%m%d%H%M%SZ") for d in days)
        command(["openssl", "ca", "-batch", "-notext", "-config", self.pki.config, "-extfile", sections, "-extensions", "this",
                 "-startdate", start, "-enddate", end, "-md", digest, "-in", request, "-out", cert, *signer])
        return name

    def pem(self, target, *names):
        with open(target, "w") as sink:
            for name in names:
                with open(self.path(name + ".pem")) as f:
                    sink.write(f.read())
        os.chmod(target, 0o644)
        return target

    def break_signature(self, name):
        """Changes the last byte of the certificate, which is the signature's."""
        der = self.path(name + ".der")
        command(["openssl", "x509", "-in", self.path(name + ".pem"), "-outform", "DER", "-out", der])
        with open(der, "r+b") as f:
            data = bytearray(f.read())
            data[-1] ^= 1
            f.seek(0)
            f.write(data)
        command(["openssl", "x509", "-inform", "DER", "-in", der, "-out", self.path(name + ".pem")])

    def key(self, name):
        return self.path(name + ".key")


def authorities(shop):
    """The CAs of both captures; `roots`, and two servers of the near misses, are what the checking side trusts."""
    subject = "/O=Example Trust/CN={}".format
    shop.issue("root", None, ROOT, subject("Example Root CA"), (-4000, 4000))
    shop.issue("sha1root", None, ROOT, subject("Example Old Root CA"), (-4000, 4000), digest="sha1")
    shop.issue("stranger", None, ROOT, "/O=Somebody Else/CN=Unrelated Root CA", (-4000, 4000))
    shop.issue("middle", "root", MIDDLE, subject("Example Issuing CA 1"), (-1000, 1000))
    shop.issue("oldmiddle", "root", MIDDLE, subject("Example Issuing CA 0"), (-1000, -3))
    shop.issue("nomiddle", "root", SERVER, subject("No CA At All"), (-1000, 1000))
    shop.issue("narrow", "root", MIDDLE + "nameConstraints=critical,permitted;DNS:inside.example.com\n", subject("Example Narrow CA"),
               (-1000, 1000))

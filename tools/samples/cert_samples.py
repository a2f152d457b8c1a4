"""What a client checks of certificates: one connection for each rule, and one that just misses it. TLS 1.2, one nginx with a
name for each certificate; clients that verify nothing, unless they are to refuse."""

import os

from book import sample
from cert_pki import CLIENT, FETCHABLE, LEAF, SERVER, Workshop, authorities, san
from lab import SERVER4, Lab, Failed
from openssl_peers import Facts, must

SERVER_BLOCK = """
  server {{
    listen 443 ssl;
    server_name {host};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {chain};
    ssl_certificate_key {key};
    {extra}
  }}
"""
NGINX = """
worker_processes 1;
daemon off;
master_process off;
user root;
pid {dir}/nginx.pid;
error_log {dir}/nginx-error.log info;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3; uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
  server_names_hash_bucket_size 128;
  ssl_session_tickets off;
  {servers}
}}
"""
# Keys and signatures that this machine's OpenSSL would not touch.
OPENSSL = "openssl_conf = c\n[c]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\nCipherString = DEFAULT:@SECLEVEL=0\n"
ROOTS = "cert-roots.pem"
TIMESTAMPS = "0418" "0016" "0008" "0001020304050607" "000a" "00010203040506070809"  # a list of two (RFC 6962), of nonsense


class Story:
    """Connections one after the other: which name is asked for, what is served, and why it is there."""

    def __init__(self, s):
        self.s, self.shop, self.servers, self.talks = s, Workshop(s.pki), {}, []
        authorities(self.shop)

    def serve(self, name, chain, cause, extra="", sni=None, client=(), key=None):
        host = f"{name}.example.com"
        if host not in self.servers:
            path = self.shop.pem(self.shop.path(f"{name}-chain.pem"), *chain)
            self.servers[host] = SERVER_BLOCK.format(host=host, chain=path, key=self.shop.key(key or chain[0]), extra=extra)
        self.talks.append((host if sni is None else sni, cause, client))

    def leaf(self, name, cause, issuer="middle", chain=("middle",), extensions=SERVER, names=None, more="", **how):
        options = {k: how.pop(k) for k in ("client", "sni", "extra") if k in how}
        self.shop.issue(name, issuer, extensions + san(*(names or [f"{name}.example.com"])) + more, **how)
        self.serve(name, (name, *chain), cause, **options)

    def play(self):
        with Lab() as lab:
            lab_file = lambda name: os.path.join(lab.dir, name)
            os.chmod(lab.dir, 0o755)
            with open(lab_file("openssl.cnf"), "w") as f:
                f.write(OPENSSL)
            with open(lab_file("nginx.conf"), "w") as f:
                f.write(NGINX.format(dir=lab.dir, servers="".join(self.servers.values())))
            env = {"OPENSSL_CONF": lab_file("openssl.cnf")}
            lab.listen("s", ["nginx", "-c", lab_file("nginx.conf"), "-e", lab_file("nginx-error.log")], 443, env=env)
            with lab.record() as recording:
                said = [self.talk(lab, env, *talk) for talk in self.talks]
            recording.save(self.s.path)
        for stream, ((sni, cause, client), facts) in enumerate(zip(self.talks, said)):
            if "-verify_return_error" in client:
                self.s.truth(stream=stream, sni=sni, version="TLS 1.2", outcome="failed", note=cause)
            else:
                self.s.truth(stream=stream, sni=sni, version=facts.version, cipher=facts.cipher, resumed="no", note=cause)

    def talk(self, lab, env, sni, cause, client):
        version = [] if "-tls1_3" in client else ["-tls1_2"]
        proc = lab.start("c", ["openssl", "s_client", "-connect", f"{SERVER4}:443", *version,
                               *(["-servername", sni] if sni else ["-noservername"]), *client, "-ign_eof"], env)
        proc.send("GET / HTTP/1.0\r\n\r\n")
        proc.wait(20)
        facts = Facts(proc.text)
        verifies = "-verify_return_error" in client
        must(verifies or facts.cipher, f"{sni}: {proc.text[-1500:]}")
        if verifies and facts.cipher:
            raise Failed(f"{sni}: was to be refused")
        return facts


@sample("cert-faults.pcap", "certs", "nginx with a name for each certificate, s_client -tls1_2 for each of them, without verification; the last two verify with -CAfile cert-roots.pem", "every rule for certificates has its case, with a known cause; the roots are in cert-roots.pem", needs=["nginx"])
def faults(s):
    story = Story(s)
    shop, leaf = story.shop, story.leaf
    leaf("expired", "expired 12 days ago", days=(-90, -12))
    leaf("future", "begins in 30 days", days=(30, 90))
    leaf("mismatch", "is for other.example.com and www.other.example.com", names=["other.example.com", "www.other.example.com"])
    shop.issue("selfsigned", None, SERVER + san("selfsigned.example.com"))
    story.serve("selfsigned", ("selfsigned",), "self-signed")
    leaf("unknown", "of a root that is not in the store, and is sent", issuer="stranger", chain=("stranger",))
    leaf("forgotten", "the intermediate is not sent; caIssuers says where it is", chain=(), more=FETCHABLE)
    leaf("unsaid", "the intermediate is not sent, and nothing says where it is", chain=())
    leaf("purpose", "extKeyUsage clientAuth only", extensions=LEAF + "extendedKeyUsage=clientAuth\n")
    leaf("signsonly", "keyUsage keyCertSign only", extensions="basicConstraints=CA:false\nkeyUsage=keyCertSign\n", key="rsa2048")
    leaf("weakkey", "RSA key of 1024 bits", key="rsa1024")
    leaf("weaksig", "signed with SHA-1", digest="sha1")
    leaf("noca", "issued by a certificate that is no CA", issuer="nomiddle", chain=("nomiddle",))
    leaf("outside", "its CA may issue for inside.example.com only", issuer="narrow", chain=("narrow",))
    leaf("broken", "the last bit of its signature is wrong")
    shop.break_signature("broken")
    shop.pem(shop.path("broken-chain.pem"), "broken", "middle")
    leaf("critical", "a critical extension nobody knows", more="1.3.6.1.4.1.99999.1=critical,DER:0500\n")
    leaf("oldca", "its CA's certificate expired 3 days ago", issuer="oldmiddle", chain=("oldmiddle",))
    leaf("soon", "5 of 90 days are left", days=(-85, 5))
    leaf("long", "valid for 900 days", days=(-30, 870))
    leaf("both", "expired and of a strange root", issuer="stranger", chain=("stranger",), days=(-90, -1))
    for name, cause, days, usage in (("lateclient", "client certificate expired 12 days ago", (-90, -12), CLIENT),
                                     ("servercert", "client certificate is a server's", (-30, 60), SERVER)):
        shop.issue(name, "middle", usage, days=days)
        chain = shop.pem(shop.path(name + "-all.pem"), "middle")
        leaf("asks" + name, cause, extra="ssl_verify_client optional_no_ca;",
             client=["-cert", shop.path(name + ".pem"), "-key", shop.key(name), "-cert_chain", chain])
    leaf("hidden", "TLS 1.3: nothing of this can be seen", days=(-90, -12), client=["-tls1_3"])
    roots = shop.pem(os.path.join(s.stage, ROOTS), "root")
    for name, cause in (("expired", "refused: expired 12 days ago"), ("forgotten", "refused: the intermediate is not sent")):
        story.serve(name, (), cause, client=["-CAfile", roots, "-verify_return_error"])
    story.play()
    shop.pem(os.path.join(s.stage, ROOTS), "root")


@sample("cert-near-misses.pcap", "certs", "as cert-faults, with certificates that just miss each rule; cert-near-misses-roots.pem is what is trusted", "no rule fires where nothing is wrong", needs=["nginx"])
def near_misses(s):
    story = Story(s)
    shop, leaf = story.shop, story.leaf
    leaf("good", "nothing is wrong; timestamps in the certificate",
         more=f"1.3.6.1.4.1.11129.2.4.2=DER:{TIMESTAMPS}\n")
    leaf("nearend", "15 of 90 days are left", days=(-75, 15))
    leaf("short", "5 of 6 days are left", days=(-1, 5))
    leaf("fresh", "began a minute ago", days=(-1 / 1440, 60))
    leaf("wild", "a wildcard of one label", names=["*.example.com"])
    leaf("upper", "the same name in capitals", names=["UPPER.EXAMPLE.COM"])
    story.serve("good", (), "no SNI: the name cannot be checked", sni="")
    shop.issue("pinned", None, SERVER + san("pinned.example.com"))
    story.serve("pinned", ("pinned",), "self-signed, and in the store")
    leaf("rootsent", "the root is sent, too; it is signed with SHA-1, by itself", issuer="sha1root", chain=("sha1root",))
    leaf("fetchable", "caIssuers, and the intermediate is sent", more=FETCHABLE)
    leaf("anypurpose", "serverAuth and clientAuth", extensions=LEAF + "extendedKeyUsage=clientAuth,serverAuth\n")
    leaf("nopurpose", "no extKeyUsage at all", extensions=LEAF)
    leaf("rsa", "RSA key of 2048 bits", key="rsa2048")
    leaf("a.inside", "its CA may issue for inside.example.com only, and did", issuer="narrow", chain=("narrow",))
    leaf("optional", "an extension nobody knows, but not critical", more="1.3.6.1.4.1.99999.1=DER:0500\n")
    leaf("stray", "a certificate too many in the chain, of a strange root", chain=("middle", "stranger"))
    leaf("long", "valid for 825 days", days=(-30, 795))
    shop.issue("alice", "middle", CLIENT)
    leaf("asksalice", "client certificate without fault", extra="ssl_verify_client optional_no_ca;",
         client=["-cert", shop.path("alice.pem"), "-key", shop.key("alice"), "-cert_chain", shop.pem(shop.path("alice-all.pem"), "middle")])
    story.play()
    shop.pem(os.path.join(s.stage, "cert-near-misses-roots.pem"), "root", "sha1root", "pinned")

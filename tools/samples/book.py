"""The register of samples: what there is to make, and the two tables that say what was made."""

import os
import re
import shutil
import tempfile

from capfile import connections

REGISTER = []  # in the order of definition
TRUTH = ["file", "stream", "sni", "version", "cipher", "alpn", "resumed", "outcome", "note"]
TIMES = ["file", "stream", "tap", "delay_c2s_ms", "delay_s2c_ms", "jitter_ms", "injected", "rtt_server_ms", "rtt_client_ms",
         "note"]
OUTCOMES = {"complete", "failed", "refused", "no_answer", "reset", "not_tls", "unknown"}


class Definition:
    def __init__(self, file, group, how, proves, needs, make):
        self.file, self.group, self.how, self.proves, self.needs, self.make = file, group, how, proves, needs, make

    @property
    def name(self):
        return self.file.split(".")[0]


def sample(file, group, how, proves, needs=()):
    """Registers a function that makes one capture. `needs`: programs that must be there, or the sample is skipped."""

    def register(make):
        REGISTER.append(Definition(file, group, how, proves, tuple(needs), make))
        return make

    return register


class Sample:
    """What a maker works with: where the capture goes, the keys, and the rows that it states.

    Files are made in a directory of their own; `publish` moves them to `out`, so that a maker that fails leaves what was
    there untouched.
    """

    def __init__(self, definition, out, pki):
        self.definition, self.out, self.pki = definition, out, pki
        self.stage = tempfile.mkdtemp(prefix="tlsscope-stage-")
        self.path = os.path.join(self.stage, definition.file)
        self.truths, self.times, self.facts = [], [], []

    @property
    def keylog(self):
        return os.path.join(self.stage, self.definition.name + ".keylog")

    def publish(self):
        for name in os.listdir(self.stage):
            shutil.copyfile(os.path.join(self.stage, name), os.path.join(self.out, name))
        self.path = os.path.join(self.out, self.definition.file)

    def discard(self):
        shutil.rmtree(self.stage, ignore_errors=True)

    def other(self, file):
        """Another sample this one is built from."""
        path = os.path.join(self.out, file)
        if not os.path.exists(path):
            raise FileNotFoundError(f"needs {file}: make that one first")
        return path

    def truth(self, stream=0, sni="", version="", cipher="", alpn="", resumed="", outcome="complete", note=""):
        assert outcome in OUTCOMES, outcome
        promised = re.match(r"tls1(\d)-", self.definition.file)
        assert not (promised and version) or version == f"TLS 1.{promised.group(1)}", f"the file name promises otherwise: {version}"
        self.truths.append(dict(file=self.definition.file, stream=str(stream), sni=sni, version=version, cipher=cipher,
                                alpn=alpn, resumed=str(resumed), outcome=outcome, note=note))

    def time(self, stream=0, **row):
        self.times.append({**dict.fromkeys(TIMES, ""), "file": self.definition.file, "stream": str(stream),
                           **{k: str(v) for k, v in row.items()}})

    def fact(self, text):
        self.facts.append(text)

    def stream_of(self, client_port):
        return connections(self.path).index(client_port)

    def expected(self):
        """One cell of the README."""
        parts = []
        for row in self.truths:
            said = [row["version"], row["cipher"], f"SNI {row['sni']}" if row["sni"] else "no SNI" if row["version"] else "",
                    f"ALPN {row['alpn']}" if row["alpn"] else "",
                    f"resumed ({row['resumed']})" if row["resumed"] not in ("", "no") else "",
                    f"**{row['outcome']}**", row["note"]]
            lead = f"stream {row['stream']}: " if len(self.truths) > 1 else ""
            parts.append(lead + ", ".join(part for part in said if part))
        for row in self.times:
            if row["rtt_server_ms"]:
                parts.append(f"rtt_server about {row['rtt_server_ms']} ms, rtt_client about {row['rtt_client_ms']} ms")
        return "<br>".join(cell(part) for part in parts + self.facts)


def cell(text):
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


def read_tsv(path, columns):
    if not os.path.exists(path):
        return []
    with open(path) as f:
        lines = [line.rstrip("\n") for line in f if not line.startswith("#")]
    return [dict(zip(columns, line.split("\t"))) for line in lines[1:] if line]


def write_tsv(path, columns, rows):
    with open(path, "w") as f:
        f.write("\t".join(columns) + "\n")
        for row in rows:
            f.write("\t".join(re.sub(r"\s+", " ", row.get(c, "")) for c in columns) + "\n")


def merge(old, new, made):
    """Rows of the samples just made replace theirs; the order is the register's."""
    order = {d.file: i for i, d in enumerate(REGISTER)}
    rows = [r for r in old if r["file"] not in made and r["file"] in order] + new
    return sorted(rows, key=lambda r: (order[r["file"]], int(r["stream"] or 0)))


INTRO = """# Sample captures

Written by `tools/make-samples`; do not edit by hand. Real peers talk in network namespaces on one machine, tcpdump records
(groups `tls10` to `tcp` and `relay`); the groups `built-*` are built packet by packet, or are real handshakes put into other
wrappings, because no peer here produces them. No packet has left the machine: addresses are 10.77.0.0/24 and fd77::/64, names
are those of RFC 2606. Certificates and keys were made for the run, and no private key is kept.

- [`truth.tsv`](truth.tsv): what the **peers** said about each connection (not what a dissector found); `stream` is 0-based in order of
  first packet. `cipher` is the IANA name; `resumed` is `no`, `session_id`, `ticket` or `psk`; `outcome` is `complete` (the handshake finished at
  both ends), `failed` (an alert or a give-up during the handshake), `reset` (RST during the handshake), `refused` (RST answers the SYN),
  `no_answer` (nothing answers the SYN), `not_tls`, or `unknown` (the capture does not show enough to tell, or no peer said). An empty cell means: not stated.
- [`timing.tsv`](timing.tsv): for the relay samples, what was injected and where the tap was. `rtt_server_ms` is SYN to SYN/ACK and
  `rtt_client_ms` SYN/ACK to ACK, as seen from that tap. This is the injected delay: the real time is that plus up to about 2 ms of relay and scheduling.
- `<name>.keylog`: the TLS secrets of that capture (`SSLKEYLOGFILE` format).
- `cert-roots.pem`, `cert-near-misses-roots.pem`: the CAs that the checking side of `cert-faults` and `cert-near-misses` trusts (`--ca-file`).

`tools/make-samples --check` compares every capture with `truth.tsv` through tshark. A recording made again differs in times, ports,
random values and keys; the facts in the tables stay. Built samples are the same byte for byte as long as their source is.

"""


def write_readme(path, results, out, versions):
    rows, old_versions = {}, {}
    if os.path.exists(path):
        with open(path) as f:
            for line in f:
                found = re.match(r"\| `([^`]+)` \|", line)
                if found:
                    rows[found.group(1)] = line.rstrip("\n")
                found = re.match(r"- (\S+): `(.+)`$", line)
                if found:
                    old_versions[found.group(1)] = found.group(2)
    for result in results:
        d = result.definition
        size = os.path.getsize(result.path)
        rows[d.file] = f"| `{d.file}` | {size} | {cell(d.how)} | {cell(d.proves)} | {result.expected()} |"
    with open(path, "w") as f:
        f.write(INTRO)
        f.write("The peers, as far as this machine had them when the samples were made:\n\n")
        for name, version in sorted({**old_versions, **versions}.items()):
            f.write(f"- {name}: `{version}`\n")
        for group in dict.fromkeys(d.group for d in REGISTER):
            lines = [rows[d.file] for d in REGISTER
                     if d.group == group and d.file in rows and os.path.exists(os.path.join(out, d.file))]
            if lines:
                f.write(f"\n## {group}\n\n| file | bytes | how it was made | what it proves | expected facts |\n"
                        "| --- | ---: | --- | --- | --- |\n" + "\n".join(lines) + "\n")


def write_tables(results, out, versions):
    made = {r.definition.file for r in results}
    for file, columns, attribute in (("truth.tsv", TRUTH, "truths"), ("timing.tsv", TIMES, "times")):
        path = os.path.join(out, file)
        new = [row for r in results for row in getattr(r, attribute)]
        write_tsv(path, columns, merge(read_tsv(path, columns), new, made))
    write_readme(os.path.join(out, "README.md"), results, out, versions)

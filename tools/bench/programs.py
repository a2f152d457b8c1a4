"""Who takes part: the floors, tlsscope with each report, and the peers that are installed."""

import csv
import dataclasses
import re
import shutil
import typing

import truth as facts
from truth import Found


@dataclasses.dataclass
class Program:
    """`command` and `stdout` may name {capture} and {out}; `part`: how much of the capture it gets."""
    name: str
    command: list[str]
    part: float = 1.0
    found: typing.Callable = None  # (path of the output, Truth) -> Found

    def words(self, capture, out):
        return [w.format(capture=capture, out=out) for w in self.command]

    @property
    def writes_itself(self):
        return any("{out}" in w for w in self.command)


def floors(bench):
    return [Program("cat", ["cat", "{capture}"]), Program("empty libpcap loop", [bench.binary("bench_pcap_loop"), "{capture}"])]


def tlsscope(bench, threads):
    """Each report alone, then the summary on the terminal."""
    ours = bench.binary("tlsscope")
    reports = {"CSV": (["-q", "--csv", "{out}"], lambda out, truth: facts.found_in(truth, facts.tlsscope_csv(out))),
               "JSON": (["-q", "--json", "{out}"], lambda out, truth: facts.found_in(truth, facts.tlsscope_json(out))),
               "HTML": (["-q", "--html", "{out}"], None),
               "summary": (["--summary"], lambda out, truth: facts.tlsscope_summary(out))}
    return [Program(f"tlsscope {report}, {n} thread{'s' if n > 1 else ''}", [ours, "{capture}", *words, "--threads", str(n)], found=found)
            for report, (words, found) in reports.items() for n in threads]


FIELDS = ["ip.src", "tcp.srcport", "ip.dst", "tcp.dstport", "tls.handshake.type", "tls.handshake.extensions_server_name", "tls.handshake.version",
          "tls.handshake.extensions.supported_version"]
VERSIONS = {"0x0303": "TLS 1.2", "0x0304": "TLS 1.3", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}


def tshark_fields(out, truth):
    """SNI of the first ClientHello, version of the last ServerHello: a HelloRetryRequest comes before it."""
    names, versions = {}, {}
    with open(out, encoding="utf-8") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            where = facts.ends(*columns[:4])
            types = columns[4].split(",")
            if "1" in types and columns[5]:
                names.setdefault(where, columns[5].split(",")[0])
            if "2" in types:
                versions[where] = VERSIONS.get((columns[7] or columns[6]).split(",")[0], "")
    return Found(None, truth.right("sni", names), truth.right("version", versions))


def ndpi_csv(out, truth):
    """nDPI's flows of TCP; those of UDP are no connections."""
    names, versions, connections = {}, {}, 0
    with open(out, encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            if row["protocol"] != "6":
                continue
            connections += 1
            where = facts.ends(row["src_ip"], row["src_port"], row["dst_ip"], row["dst_port"])
            if row["ndpi_proto"].startswith("TLS"):
                names[where] = row["server_name_sni"]
            versions[where] = VERSIONS.get(row["tls_version"], "")
    return Found(connections, truth.right("sni", names), truth.right("version", versions))


def ssldump_text(out, truth):
    where_of, names = {}, {}
    number = ""
    with open(out, encoding="utf-8", errors="replace") as file:
        for line in file:
            if new := re.match(r"New TCP connection #(\d+): (\S+?)\((\d+)\) <-> (\S+?)\((\d+)\)", line):
                where_of[new.group(1)] = facts.ends(*new.groups()[1:])
            elif head := re.match(r"(\d+) \d+ ", line):
                number = head.group(1)
            elif "host_name: " in line and number in where_of:
                names.setdefault(where_of[number], line.split("host_name: ")[1].strip())
    return Found(len(where_of), truth.right("sni", names))


def lines_with(pattern):
    def found(out, _truth):
        with open(out, encoding="utf-8", errors="replace") as file:
            return Found(sum(1 for line in file if re.search(pattern, line)))
    return found


def peers(part):
    """Those that take seconds per 100 MB get a part of the capture, ssldump a tenth of that."""
    fields = [word for field in FIELDS for word in ("-e", field)]
    hellos = "tls.handshake.type == 1 || tls.handshake.type == 2"
    programs = [
        Program("tcpdump -w /dev/null", ["tcpdump", "-n", "-r", "{capture}", "-w", "/dev/null"]),
        Program("ndpiReader", ["ndpiReader", "-q", "-i", "{capture}", "-C", "{out}"], found=ndpi_csv),
        Program("tcptrace", ["tcptrace", "-n", "{capture}"], part, lines_with(r"^\s*\d+: \S+ - \S+ \(")),
        Program("tshark fields", ["tshark", "-n", "-r", "{capture}", "-Y", hellos, "-T", "fields", *fields], part, tshark_fields),
        Program("tshark -z conv,tcp", ["tshark", "-n", "-r", "{capture}", "-q", "-z", "conv,tcp"], part, lines_with(" <-> ")),
        Program("ssldump", ["ssldump", "-n", "-r", "{capture}"], part / 10, ssldump_text),
    ]
    return [p for p in programs if shutil.which(p.command[0])], [p.name for p in programs if not shutil.which(p.command[0])]

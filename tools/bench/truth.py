"""What each connection of a generated capture is (FILE.truth.tsv), and what programs say of it."""

import csv
import json
import re
import sys

# Column of the truth file -> column of tlsscope.
COLUMNS = {"tls": "service", "client_ip": "client_ip", "client_port": "client_port", "server_ip": "server_ip", "server_port": "server_port", "sni": "sni",
           "version": "version", "cipher": "cipher", "alpn": "alpn", "group": "group", "resumed": "resumption_kind", "retried": "hrr",
           "client_auth": "client_auth", "outcome": "outcome", "client_random": "client_random"}
# Where these are empty, nobody can know from the capture.
MAY_BE_UNKNOWN = {"tls", "resumed", "retried", "client_auth", "outcome"}


class Truth:
    """The rows by stream number, and by endpoints for programs that have no such number."""

    def __init__(self, capture):
        with open(capture + ".truth.tsv", encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file, delimiter="\t"))
        self.by_ends = {ends(*(row[c] for c in ("client_ip", "client_port", "server_ip", "server_port"))): row for row in self.rows}

    @property
    def connections(self):
        return len(self.rows)

    def having(self, column):
        return sum(1 for row in self.rows if row[column])

    def right(self, column, said):
        """How many of `said` (ends -> value) are true."""
        return sum(1 for where, value in said.items() if value and self.by_ends.get(where, {}).get(column) == value)


def ends(ip_a, port_a, ip_b, port_b):
    """The same for both directions."""
    return frozenset(((ip_a, int(port_a)), (ip_b, int(port_b))))


class Found:
    """What a program found: connections, and names and versions that are right; None where it does not say."""

    def __init__(self, connections=None, names=None, versions=None):
        self.connections, self.names, self.versions = connections, names, versions


def normal(column, value):
    """tlsscope's word in the words of the truth file."""
    if column == "tls":
        return "yes" if value == "tls" else "no" if not value else value
    if column == "retried":
        return "yes" if value == "true" else "no"
    if column == "resumed":
        return value or "no"
    return value


def same_ends(row, mine):
    """Where the capture has neither SYN nor hello, nobody can tell client from server."""
    names = ("client_ip", "client_port", "server_ip", "server_port")
    return ends(*(row[n] for n in names)) == ends(*(mine.get(n) or 0 for n in names))


def wrong_values(truth, rows):
    """Every value of every connection: tlsscope column -> how many are wrong, with an example on standard error."""
    wrong = {}
    for row in truth.rows:
        mine = rows.get(row["stream"], {})
        turned = row["kind"] == "midstream" and same_ends(row, mine)
        for theirs, column in COLUMNS.items():
            if turned and theirs.endswith(("_ip", "_port")) or theirs in MAY_BE_UNKNOWN and not row[theirs]:
                continue
            if mine.get(column) is not None and normal(theirs, mine[column]) == row[theirs]:
                continue
            if column not in wrong:
                print(f"stream {row['stream']} ({row['kind']}) {column}: {mine.get(column)!r}, truth {row[theirs]!r}", file=sys.stderr)
            wrong[column] = wrong.get(column, 0) + 1
    return wrong


def found_in(truth, rows):
    right = {column: sum(1 for row in truth.rows if row[column] and rows.get(row["stream"], {}).get(column) == row[column])
             for column in ("sni", "version")}
    return Found(len(rows), right["sni"], right["version"])


def tlsscope_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return {row["stream"]: row for row in csv.DictReader(file)}


def tlsscope_json(path):
    with open(path, encoding="utf-8") as file:
        return {str(row["stream"]): row for row in map(json.loads, file) if "stream" in row}


def tlsscope_summary(path):
    with open(path, encoding="utf-8") as file:
        found = re.search(r"([\d,]+) connections", file.read())
    return Found(int(found.group(1).replace(",", "")) if found else None)

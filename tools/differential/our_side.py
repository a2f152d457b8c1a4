"""What tlsscope says (`--json`), in the same words as facts.py."""

import json
import os
import subprocess
import tempfile
from decimal import Decimal

from names import Names, is_grease

TIME_LIMIT = 300
# Facts that are columns of the same kind; the others need their names turned into code points.
COLUMNS = {
    "client": "client_ip", "client_port": "client_port", "server": "server_ip", "server_port": "server_port",
} | {name: name for name in ("sni", "alpn", "client_random", "server_random", "session_id", "session_id_server", "cert_sha256", "ja3",
                             "ja3s", "ch_frame", "sh_frame")}


class BinaryFault(Exception):
    """The binary did not do what its manual promises."""


def run(binary, path):
    """Rows of the JSON report, one dict per connection."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.json")
        try:
            done = subprocess.run([binary, path, "--json", out, "-q"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, timeout=TIME_LIMIT, check=False)
        except subprocess.TimeoutExpired as late:
            raise BinaryFault(f"no answer within {TIME_LIMIT} s") from late
        if done.returncode not in (0, 2, 3):
            raise BinaryFault(f"exit {done.returncode}: {done.stderr.decode(errors='replace')[-1500:]}")
        if not os.path.exists(out):
            return []
        with open(out, encoding="utf-8") as file:
            rows = [json.loads(line, parse_float=Decimal) for line in file if line.strip()]
    return [row for row in rows if "stream" in row]


def facts_of(row, names):
    """One row as facts."""
    facts = {key: row.get(column, "") for key, column in COLUMNS.items()}
    for key in ("version", "version_offered"):
        value = row.get(key)
        facts[key] = "" if value in (None, "") else names.version(value)
    facts["cipher"] = code_or_empty(row.get("cipher"), names.ciphers)
    facts["group"] = code_or_empty(row.get("group"), names.groups)
    facts["ciphers_offered"] = [Names.code(names.ciphers, n) for n in row.get("ciphers_offered") or []]
    facts["groups_offered"] = [Names.code(names.groups, n) for n in row.get("groups_offered") or []]
    facts["alpn_offered"] = list(row.get("alpn_offered") or [])
    connect = row.get("connect_ms")
    facts["initial_rtt"] = "" if connect in (None, "") else int(Decimal(connect) * 10**6)
    facts["syn_retries"] = int(row.get("syn_retries") or 0) + int(row.get("synack_retries") or 0)
    facts["anomalies"] = row.get("anomalies") or []
    return facts


def code_or_empty(text, table):
    return "" if text in (None, "") else Names.code(table, text)


def without_grease(codes):
    return [c for c in codes if not (isinstance(c, int) and is_grease(c))]


def streams(binary, path, names):
    return {int(row["stream"]): facts_of(row, names) for row in run(binary, path)}

"""The second reference: facts.tsv beside the corpus of captures, one row per TCP stream with a TLS hello."""

import csv


def read(path):
    """capture (relative to captures/) -> stream -> facts."""
    captures = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            captures.setdefault(row["capture"], {})[int(row["stream"])] = facts_of(row)
    return captures


def facts_of(row):
    number = lambda text: int(text, 0) if text else ""
    whole, _, fraction = row["initial_rtt"].partition(".")
    return {
        "client": row["client"], "client_port": number(row["client_port"]), "server": row["server"], "server_port": number(row["server_port"]),
        "ch_frame": number(row["ch_frame"]), "sh_frame": number(row["sh_frame"]), "sni": row["sni"], "client_random": row["client_random"],
        "ciphers_count": number(row["ciphers_offered"]), "alpn_offered": row["alpn_offered"].split(";") if row["alpn_offered"] else [],
        "ja3": row["ja3"], "version": number(row["version"]), "cipher": number(row["cipher"]), "server_random": row["server_random"],
        "session_id_server": row["session_id_server"], "ja3s": row["ja3s"],
        "initial_rtt": int(whole) * 10**9 + int((fraction + "0" * 9)[:9]) if row["initial_rtt"] else "",
    }

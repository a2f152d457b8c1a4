"""Compares the captures with truth.tsv through tshark: an opinion from outside, not the truth itself."""

import os
import re
import shutil
import subprocess
import tempfile

from book import TIMES, TRUTH, read_tsv

VERSIONS = {"0x0300": "SSL 3.0", "0x0301": "TLS 1.0", "0x0302": "TLS 1.1", "0x0303": "TLS 1.2", "0x0304": "TLS 1.3"}
FIELDS = ["frame.number", "tcp.stream", "tls.handshake.type", "tls.handshake.extensions_server_name", "tls.handshake.version",
          "tls.handshake.extensions.supported_version", "tls.handshake.ciphersuite", "tls.handshake.extensions_alpn_str",
          "tls.alert_message.desc", "tcp.flags.reset", "tcp.srcport", "tls.record.content_type", "frame.time_epoch", "tcp.flags"]


def tshark(path, ports):
    decode = [a for port in ports for a in ("-d", f"tcp.port=={port},tls")]
    args = ["tshark", "-n", "-r", path, "-2", *decode, "-o", "tcp.check_checksum:FALSE", "-o",
            "tcp.reassemble_out_of_order:TRUE", "-T", "fields", "-E", "occurrence=a"]
    if path.endswith(".zst"):  # not every build of tshark reads zstd
        handle, args[3] = tempfile.mkstemp(suffix=".pcap")
        os.close(handle)
        subprocess.run(["zstd", "-q", "-d", "-f", path, "-o", args[3]], check=True)
    for field in FIELDS:
        args += ["-e", field]
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if path.endswith(".zst"):
        os.remove(args[3])
    return [dict(zip(FIELDS, line.split("\t"))) for line in done.stdout.splitlines()], done.stderr


def cipher_numbers():
    """Number -> IANA name, from OpenSSL's list."""
    text = ""
    for extra in ([], ["-s"]):
        text += subprocess.run(["openssl", "ciphers", "-stdname", "-V", *extra, "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
                               stdout=subprocess.PIPE, text=True, check=False).stdout
    return {f"0x{a}{b}".lower(): name for a, b, name in re.findall(r"0x(\w\w),0x(\w\w) - (\S+)", text)}


def facts(rows, numbers):
    """What tshark sees of one stream."""
    seen = dict(sni="", version="", cipher="", alpn="", server_hello=False, tls=False, alert="", reset=False, packets=len(rows))
    for row in rows:
        types = row["tls.handshake.type"].split(",")
        seen["reset"] |= row["tcp.flags.reset"] in ("1", "True")
        seen["tls"] |= bool(row["tls.record.content_type"])
        if row["tls.alert_message.desc"] and not seen["alert"]:
            seen["alert"] = row["tls.alert_message.desc"]
        if "1" in types and not seen["sni"]:
            seen["sni"] = row["tls.handshake.extensions_server_name"]
        if "2" in types:
            seen["server_hello"] = True
            version = row["tls.handshake.extensions.supported_version"] or row["tls.handshake.version"]
            seen["version"] = VERSIONS.get(version.split(",")[0], version)
            number = row["tls.handshake.ciphersuite"].split(",")[0].lower()
            seen["cipher"] = numbers.get(number, number)
        if {"2", "8"} & set(types) and row["tls.handshake.extensions_alpn_str"]:
            seen["alpn"] = row["tls.handshake.extensions_alpn_str"]
    return seen


def compare(truth, seen):
    """Complaints about one stream."""
    wrong = []
    for key in ("sni", "version", "cipher"):
        if truth[key] and truth[key] != seen[key]:
            wrong.append(f"{key}: peers say {truth[key]}, tshark {seen[key] or 'nothing'}")
    if not truth["sni"] and seen["sni"]:
        wrong.append(f"sni: not stated, tshark {seen['sni']}")
    if seen["alpn"] and truth["alpn"] and seen["alpn"] != truth["alpn"]:
        wrong.append(f"alpn: peers say {truth['alpn']}, tshark {seen['alpn']}")
    outcome = truth["outcome"]
    if outcome == "complete" and not seen["server_hello"]:
        wrong.append("complete, but no ServerHello")
    if outcome in ("refused", "reset") and not seen["reset"]:
        wrong.append(f"{outcome}, but no RST")
    if outcome in ("refused", "no_answer") and seen["tls"]:
        wrong.append(f"{outcome}, but TLS in it")
    return wrong


def round_trips(rows):
    """(SYN to SYN/ACK, SYN/ACK to ACK) in ms, from the SYN and the SYN/ACK that were answered."""
    syn = answer = None
    for row in rows:
        flags, when = int(row["tcp.flags"], 16) & 0x17, float(row["frame.time_epoch"])
        if flags == 0x02:
            syn = when
        elif flags == 0x12:
            server, answer = (when - syn) * 1000, when
        elif flags == 0x10 and answer:
            return server, (when - answer) * 1000
    return None


def compare_times(row, rows):
    """The injected delay against what the capture shows: never less, and not much more."""
    seen = round_trips(rows)
    if not seen:
        return ["no three-way handshake"]
    wrong, play = [], float(row["jitter_ms"] or 0)
    for name, value in zip(("rtt_server_ms", "rtt_client_ms"), seen):
        if row[name] and not float(row[name]) - play - 0.2 <= value <= float(row[name]) + play + 8:
            wrong.append(f"{name}: injected {row[name]}, seen {value:.3f}")
    return wrong


def main(out, files, say):
    if not shutil.which("tshark"):
        say("--check needs tshark")
        return 1
    times = read_tsv(os.path.join(out, "timing.tsv"), TIMES)
    numbers, bad, checked = cipher_numbers(), 0, 0
    rows = [row for row in read_tsv(os.path.join(out, "truth.tsv"), TRUTH) if row["file"] in files]
    for file in dict.fromkeys(row["file"] for row in rows):
        mine = [row for row in rows if row["file"] == file]
        ports = {port for row in mine for port in re.findall(r"\bport (\d+)", row["note"])}
        found, complaint = tshark(os.path.join(out, file), ports)
        streams = {row["tcp.stream"] for row in found if row["tcp.stream"]}
        lines = [f"{len(streams)} streams, {len(mine)} rows"] if len(streams) != len(mine) else []
        for truth in mine:
            seen = facts([r for r in found if r["tcp.stream"].split(",")[0] == truth["stream"]], numbers)
            lines += [f"stream {truth['stream']}: {text}" for text in compare(truth, seen)]
            checked += 1
        for row in times:
            if row["file"] == file:
                mine_only = [r for r in found if r["tcp.stream"].split(",")[0] == row["stream"]]
                lines += [f"stream {row['stream']}: {text}" for text in compare_times(row, mine_only)]
        words = [line for line in complaint.splitlines() if line.strip() and "Running as user" not in line]
        if words:
            say(f"{file}: (for information) {words[0]}")
        for line in lines:
            say(f"{file}: {line}")
        bad += bool(lines)
    say(f"{checked} connections compared, {bad} captures with remarks")
    return 1 if bad else 0

#!/usr/bin/env python3
"""Writes corpus/tls_records: the payloads of sample captures in the input format of tls_records_fuzz.cpp.

usage: streams_of_samples.py SAMPLE... (needs tshark). Each act is a flag byte (0 client, 1 server), two bytes of length and a
segment's payload; the first byte of a file says whether the capture begins midstream. Payloads are cut to keep the files small.
"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
MAX_SEGMENT = 6000
MAX_FILE = 12000


def segments(capture):
    fields = ["tcp.stream", "tcp.srcport", "tcp.payload"]
    command = ["tshark", "-r", str(capture), "-Y", "tcp.len > 0 && !tcp.analysis.retransmission", "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        stream, port, payload = line.split("\t")
        yield stream, port, bytes.fromhex(payload)


def main():
    target = HERE / "corpus" / "tls_records"
    target.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:]:
        capture = pathlib.Path(name)
        out, client, first = b"\x00", None, None
        for stream, port, payload in segments(capture):
            first = first or stream
            if stream != first or len(out) > MAX_FILE:
                continue
            client = client or port
            payload = payload[:MAX_SEGMENT]
            out += bytes([0 if port == client else 1]) + len(payload).to_bytes(2, "big") + payload
        (target / capture.name.split(".")[0]).write_bytes(out)


if __name__ == "__main__":
    main()

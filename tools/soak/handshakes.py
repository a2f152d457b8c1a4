"""TLS handshakes at a steady rate, one connection each: run inside the client's namespace, as often as a rate needs.

handshakes.py HOST PORT PREFIX RATE SECONDS: the i-th asks for the server name PREFIX-i.soak.example, sends a request, reads
the answer and closes. Prints one JSON object at the end: how many were tried, and which did not get their answer.
"""

import json
import socket
import ssl
import sys
import time

PATIENCE = 10  # s for one connection


def contexts():
    """TLS 1.3 and TLS 1.2 in turns, always full handshakes: a session is never offered again."""
    made = []
    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.maximum_version = version
        made.append(context)
    return made


def one(context, address, name):
    with socket.create_connection(address, timeout=PATIENCE) as plain:
        with context.wrap_socket(plain, server_hostname=name) as peer:
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b""
            while data := peer.recv(4096):
                answer += data
            if not answer.startswith(b"HTTP/1.1 200"):
                raise OSError("no answer")


def main():
    host, port, prefix, rate, seconds = sys.argv[1:]
    address, rate, seconds = (host, int(port)), float(rate), float(seconds)
    some, failed, tried, latest = contexts(), {}, 0, 0.0
    start = time.monotonic()
    # By a timetable, so that a slow one is made up for and the rate holds on average.
    while (due := tried / rate) < seconds:
        ahead = start + due - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        else:
            latest = max(latest, -ahead)
        if time.monotonic() - start > seconds + PATIENCE:
            break  # this machine cannot hold the rate: say so with what was done
        try:
            one(some[tried % len(some)], address, f"{prefix}-{tried}.soak.example")
        except OSError as e:  # ssl.SSLError is one, too
            failed[tried] = str(e)
        tried += 1
    print(json.dumps({"tried": tried, "failed": failed, "seconds": time.monotonic() - start, "latest_s": latest}))


if __name__ == "__main__":
    main()

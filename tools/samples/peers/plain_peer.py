"""Small TCP and TLS peers with one odd habit each: plain_peer.py HABIT key=value ... ; prints one JSON line of facts."""

import json
import os
import socket
import ssl
import struct
import sys
import threading
import time

OPTIONS = dict(part.split("=", 1) for part in sys.argv[2:])
PORT = int(OPTIONS.get("port", "443"))
HOST = OPTIONS.get("host", "10.77.0.2")
NAME = OPTIONS.get("sni", "www.example.com")


def listener():
    family = socket.AF_INET6 if ":" in OPTIONS.get("bind", "") else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if "rcvbuf" in OPTIONS:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(OPTIONS["rcvbuf"]))
    sock.bind((OPTIONS.get("bind", ""), PORT))
    sock.listen(8)
    return sock


def server_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(OPTIONS["cert"], OPTIONS["key"])
    limit(context)
    return context


def client_context():
    context = ssl.create_default_context(cafile=OPTIONS["ca"])
    limit(context)
    return context


def limit(context):
    if OPTIONS.get("tls") == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2


def facts(tls, **more):
    name, version, _ = tls.cipher()
    print(json.dumps({"version": tls.version(), "cipher": name, "alpn": tls.selected_alpn_protocol() or "",
                      "resumed": tls.session_reused, "port": tls.getsockname()[1], **more}), flush=True)


def abort_on_close(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def connect():
    sock = socket.socket()
    if "rcvbuf" in OPTIONS:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(OPTIONS["rcvbuf"]))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if "from" in OPTIONS:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("", int(OPTIONS["from"])))
    sock.settimeout(10)
    sock.connect((HOST, PORT))
    return sock


def tls_connect():
    return client_context().wrap_socket(connect(), server_hostname=NAME)


def raw_of(tls):
    """A second handle on the TCP socket below a TLS one."""
    return socket.socket(fileno=os.dup(tls.fileno()))


# servers: one thread a connection


def serve_tls(sock):
    """Answers each request line with one line; `close=server` closes after `after` seconds from the first answer."""
    tls = server_context().wrap_socket(sock, server_side=True)
    at = float(OPTIONS.get("after", "0"))
    while True:
        data = tls.recv(4096)
        if not data:
            break
        tls.sendall(b"answer to " + data)
        if OPTIONS.get("close") == "server":
            time.sleep(at)
            break
        if OPTIONS.get("close") == "rst":
            time.sleep(0.05)
            abort_on_close(tls)
            break
    if OPTIONS.get("close") == "unwrap":
        tls.unwrap()
    tls.close()


def serve_reset_after_hello(sock):
    sock.recv(4096)
    abort_on_close(sock)
    sock.close()


def serve_close_after_hello(sock):
    sock.recv(4096)
    sock.close()


def serve_silent(sock):
    """Takes the ClientHello and never answers."""
    sock.recv(4096)
    time.sleep(20)


def serve_slow(sock):
    """Thinks `think` seconds about the ClientHello."""
    time.sleep(float(OPTIONS["think"]))
    serve_tls(sock)


def serve_nagle(sock):
    """Writes its flight in two pieces, the second smaller than a segment, and lets Nagle's algorithm hold that back."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = server_context().wrap_bio(incoming, outgoing, server_side=True)

    def send(_number, data):
        sock.sendall(data[:-100])
        sock.sendall(data[-100:])

    handshake_by_hand(tls, incoming, outgoing, sock, send)
    while sock.recv(4096):
        pass
    sock.close()


def handshake_by_hand(tls, incoming, outgoing, sock, send):
    """`send` is given the number of the flight and its bytes."""
    number = 0
    while True:
        try:
            tls.do_handshake()
            done = True
        except ssl.SSLWantReadError:
            done = False
        data = outgoing.read()
        if data:
            send(number, data)
            number += 1
        if done:
            return
        received = sock.recv(65536)
        if not received:
            raise OSError("closed in the middle of the handshake")
        incoming.write(received)


def serve_half_close(sock):
    """Reads to the client's FIN, then goes on sending for a while."""
    tls = server_context().wrap_socket(sock, server_side=True)
    tls.recv(4096)
    for number in range(5):
        time.sleep(0.08)
        tls.sendall(b"line %d of five, after your FIN\n" % number)
    tls.close()


def serve_flood(sock):
    """More than the client's window holds, at once."""
    tls = server_context().wrap_socket(sock, server_side=True)
    tls.recv(4096)
    tls.sendall(b"x" * 60000)
    tls.close()


def serve_plain_http(sock):
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 12\r\nConnection: close\r\n\r\nBad Request\n")
    sock.close()


def serve_smtp(sock):
    sock.sendall(b"220 mail.example.com ESMTP sample\r\n")
    sock.recv(4096)
    sock.sendall(b"250-mail.example.com\r\n250-SIZE 10000000\r\n250 STARTTLS\r\n")
    sock.recv(4096)
    sock.sendall(b"220 2.0.0 Ready to start TLS\r\n")
    tls = server_context().wrap_socket(sock, server_side=True)
    tls.recv(4096)
    tls.sendall(b"250 mail.example.com\r\n")
    tls.recv(4096)
    tls.sendall(b"221 2.0.0 Bye\r\n")
    tls.close()


def serve_connect_proxy(sock):
    """An HTTP proxy that answers CONNECT and is its own origin."""
    while b"\r\n\r\n" not in sock.recv(4096, socket.MSG_PEEK):
        time.sleep(0.01)
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    serve_tls(sock)


def serve(habit):
    sock = listener()
    while True:
        peer, _ = sock.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=run_quietly, args=(habit, peer), daemon=True).start()


def run_quietly(habit, peer):
    try:
        habit(peer)
    except OSError as error:
        print(f"server: {error}", flush=True)


# clients


def client_tls():
    """One request; then `close=client` (default), `rst`, `wait` for the server, or close at the answer + `after` seconds."""
    tls = tls_connect()
    facts(tls)
    tls.sendall(b"request one\n")
    tls.recv(4096)
    time.sleep(float(OPTIONS.get("after", "0.05")))
    how = OPTIONS.get("close", "client")
    if how == "rst":
        abort_on_close(tls)
    elif how == "wait":
        try:
            while tls.recv(4096):
                pass
        except OSError:
            pass
    elif how == "unwrap":
        tls.unwrap()
    tls.close()


def client_half_close():
    tls = tls_connect()
    facts(tls)
    tls.sendall(b"this is all I have to say\n")
    raw_of(tls).shutdown(socket.SHUT_WR)
    total = 0
    try:
        while True:
            data = tls.recv(4096)
            if not data:
                break
            total += len(data)
    except ssl.SSLError:
        pass
    print(f"read {total}", flush=True)
    tls.close()


def client_slow_reader():
    tls = tls_connect()
    facts(tls)
    tls.sendall(b"send me all of it\n")
    time.sleep(1.5)
    total = 0
    while total < 60000:
        data = tls.recv(65536)
        if not data:
            break
        total += len(data)
    tls.close()


def client_keepalive():
    """TCP keep-alive probes each second on an idle connection."""
    sock = connect()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    tls = client_context().wrap_socket(sock, server_hostname=NAME)
    facts(tls)
    tls.sendall(b"request one\n")
    tls.recv(4096)
    time.sleep(3.6)
    tls.sendall(b"request two\n")
    tls.recv(4096)
    tls.close()


def client_smtp():
    sock = connect()
    sock.recv(4096)
    sock.sendall(b"EHLO client.example.com\r\n")
    sock.recv(4096)
    sock.sendall(b"STARTTLS\r\n")
    sock.recv(4096)
    tls = client_context().wrap_socket(sock, server_hostname=NAME)
    facts(tls)
    tls.sendall(b"EHLO client.example.com\r\n")
    tls.recv(4096)
    tls.sendall(b"QUIT\r\n")
    tls.recv(4096)
    tls.close()


def client_preface():
    """Sends `preface` in the clear, reads an answer to it when `answer=1`, then TLS and an HTTP request."""
    sock = connect()
    sock.sendall(OPTIONS["preface"].encode().decode("unicode_escape").encode("latin-1"))
    if OPTIONS.get("answer"):
        sock.recv(4096)
    tls = client_context().wrap_socket(sock, server_hostname=NAME)
    facts(tls)
    tls.sendall(f"GET / HTTP/1.0\r\nHost: {NAME}\r\n\r\n".encode())
    while OPTIONS.get("answer") is None and tls.recv(4096):
        pass
    if OPTIONS.get("answer"):
        tls.recv(4096)
    tls.close()


def client_slow_hello():
    """The ClientHello in pieces of a few bytes, 30 ms apart."""

    def send(sock, number, data):
        step = int(OPTIONS.get("piece", "64")) if number == 0 else len(data)
        for at in range(0, len(data), step):
            sock.sendall(data[at:at + step])
            if number == 0:
                time.sleep(0.03)

    client_by_hand(send)


def client_slow():
    """Thinks `think` seconds about the server's flight."""

    def send(sock, number, data):
        time.sleep(float(OPTIONS["think"]) if number else 0)
        sock.sendall(data)

    client_by_hand(send)


def client_delays_acks():
    """A program that answers at once leaves the kernel in this mode: an ACK waits for data to go with it."""

    def send(sock, _number, data):
        sock.sendall(data)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)

    client_by_hand(send)


def client_gives_up():
    """Waits `after` seconds for the handshake, then closes."""
    sock = connect()
    sock.settimeout(float(OPTIONS["after"]))
    try:
        client_context().wrap_socket(sock, server_hostname=NAME)
        print("the handshake was completed", flush=True)
    except OSError as error:
        print(f"gave up: {error}", flush=True)
    sock.close()


def client_by_hand(send):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = client_context().wrap_bio(incoming, outgoing, server_hostname=NAME)
    sock = connect()
    handshake_by_hand(tls, incoming, outgoing, sock, lambda number, data: send(sock, number, data))
    name, _, _ = tls.cipher()
    print(json.dumps({"version": tls.version(), "cipher": name, "alpn": "", "resumed": False}), flush=True)
    if OPTIONS.get("think"):
        return sock.close()
    tls.write(b"request one\n")
    sock.sendall(outgoing.read())
    sock.recv(65536)
    sock.close()


def main():
    name = sys.argv[1].replace("-", "_")
    if name.startswith("serve_"):
        serve(globals()[name])
    else:
        globals()[name]()


main()

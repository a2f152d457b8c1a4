"""A capture of TLS 1.2 handshakes whose names are given: server name, protocol names, names in the certificate.

usage: capture.py FILE      writes one connection for each text of strings.py
"""

import struct
import sys

import strings

MAX_RECORD = 16384
MAX_SEGMENT = 32000
LONGEST_ALPN = 255
LONGEST_NAME = 20000  # three of them in a certificate, which may have 128 KiB
RSA_SHA256 = bytes.fromhex("06092a864886f70d01010b0500")
RSA_KEY = bytes.fromhex("06092a864886f70d0101010500")
COMMON_NAME = bytes.fromhex("0603550403")
SUBJECT_ALT_NAME = bytes.fromhex("0603551d11")


def sized(body, width):
    return len(body).to_bytes(width, "big") + body


# Certificates


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    width = (len(body).bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + sized(body, width)


def name(common):
    return der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0C, common))))


def certificate(text):
    """Issued by and for the text, also as its alternative name; unsigned in truth."""
    text = text[:LONGEST_NAME]
    key = der(0x30, der(0x30, RSA_KEY), der(0x03, b"\0", der(0x30, der(0x02, b"\0" + b"\xc5" * 256), der(0x02, b"\1\0\1"))))
    names = der(0x30, SUBJECT_ALT_NAME, der(0x04, der(0x30, der(0x82, text), der(0x82, b"second.example"))))
    validity = der(0x30, der(0x17, b"250101000000Z"), der(0x17, b"350101000000Z"))
    algorithm = der(0x30, RSA_SHA256)
    tbs = der(0x30, der(0xA0, der(0x02, b"\2")), der(0x02, b"\1"), algorithm, name(text), validity, name(text), key,
              der(0xA3, der(0x30, names)))
    return der(0x30, tbs, algorithm, der(0x03, b"\0" + b"\x5a" * 256))


# TLS


def extension(kind, body):
    return struct.pack(">H", kind) + sized(body, 2)


def alpn(*protocols):
    return extension(16, sized(b"".join(sized(p, 1) for p in protocols), 2))


def handshake(kind, body):
    return bytes([kind]) + sized(body, 3)


def records(kind, data):
    pieces = [data[i:i + MAX_RECORD] for i in range(0, len(data), MAX_RECORD)]
    return b"".join(bytes([kind, 3, 3]) + sized(p, 2) for p in pieces)


def client_hello(text):
    extensions = extension(0, sized(b"\0" + sized(text, 2), 2)) + alpn(text[:LONGEST_ALPN], b"h2")
    body = b"\3\3" + bytes(32) + b"\0" + sized(b"\xc0\x2f", 2) + b"\1\0" + sized(extensions, 2)
    return records(22, handshake(1, body))


def server_flight(text):
    hello = handshake(2, b"\3\3" + bytes(32) + b"\0\xc0\x2f\0" + sized(alpn(text[:LONGEST_ALPN]), 2))
    chain = handshake(11, sized(sized(certificate(text), 3), 3))
    return records(22, hello + chain + handshake(14, b""))


CLIENT_END = records(22, handshake(16, b"\x41" + bytes(65))) + records(20, b"\1") + records(22, bytes([0x80] * 40))
SERVER_END = records(20, b"\1") + records(22, bytes([0x80] * 40))

# Packets


class Conversation:
    """Ethernet frames of one TCP connection, as bytes in `frames`."""

    FIN, SYN, ACK = 1, 2, 16

    def __init__(self, number):
        self.ports = (20000 + number, 443)
        self.next = [1000, 5000]
        self.frames = []
        self.send(0, b"", self.SYN)
        self.send(1, b"", self.SYN | self.ACK)
        self.send(0, b"", self.ACK)

    def send(self, side, data, flags=ACK):
        for at in range(0, max(1, len(data)), MAX_SEGMENT):
            piece = data[at:at + MAX_SEGMENT]
            ack = self.next[1 - side] if flags & self.ACK else 0
            tcp = struct.pack(">HHIIBBHHH", self.ports[side], self.ports[1 - side], self.next[side], ack, 0x50, flags, 65535, 0, 0)
            hosts = (b"\x0a\0\0\1", b"\x0a\0\0\2")
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(piece), 1, 0, 64, 6, 0) + hosts[side] + hosts[1 - side]
            self.frames.append(bytes(12) + b"\x08\0" + ip + tcp + piece)
            self.next[side] += len(piece) + (1 if flags & (self.SYN | self.FIN) else 0)


def conversation(number, text):
    c = Conversation(number)
    c.send(0, client_hello(text))
    c.send(1, server_flight(text))
    c.send(0, CLIENT_END)
    c.send(1, SERVER_END)
    c.send(0, b"", Conversation.FIN | Conversation.ACK)
    c.send(1, b"", Conversation.FIN | Conversation.ACK)
    c.send(0, b"")
    return c.frames


def capture(texts):
    """The bytes of a pcap file: connection n has the n-th text."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    for number, text in enumerate(texts):
        for i, frame in enumerate(conversation(number, text)):
            out.append(struct.pack("<IIII", 1_750_000_000 + number, 1000 * i, len(frame), len(frame)) + frame)
    return b"".join(out)


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(capture(strings.ALL.values()))

"""Builds packets byte by byte, with right lengths and checksums."""

import struct

CLIENT_MAC, SERVER_MAC = bytes.fromhex("027700000001"), bytes.fromhex("027700000002")
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
IPV4, IPV6, VLAN, QINQ, MPLS, PPPOE = 0x0800, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8864


def address(text):
    if ":" in text:
        left, _, right = text.partition("::")
        head = [int(x, 16) for x in left.split(":") if x]
        tail = [int(x, 16) for x in right.split(":") if x]
        return struct.pack("!8H", *head, *[0] * (8 - len(head) - len(tail)), *tail)
    return bytes(map(int, text.split(".")))


CLIENT, SERVER = address("10.77.0.1"), address("10.77.0.2")
OUTER_A, OUTER_B = address("10.77.0.101"), address("10.77.0.102")  # tunnel ends


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethernet(kind, payload, src=CLIENT_MAC, dst=SERVER_MAC):
    return dst + src + struct.pack("!H", kind) + payload


def ipv4(protocol, payload, src=CLIENT, dst=SERVER, ident=0, offset=0, more=False, ttl=64, df=True):
    flags = (0x4000 if df and not more and not offset else 0) | (0x2000 if more else 0) | offset // 8
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, flags, ttl, protocol, 0, src, dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(following, payload, src, dst, hops=64):
    return struct.pack("!IHBB16s16s", 0x60000000, len(payload), following, hops, src, dst) + payload


def pseudo(src, dst, protocol, length):
    if len(src) == 4:
        return src + dst + struct.pack("!BBH", 0, protocol, length)
    return src + dst + struct.pack("!IHBB", length, 0, 0, protocol)


def tcp(sport, dport, seq, ack, flags, payload=b"", window=64240, options=b"", src=CLIENT, dst=SERVER):
    options += bytes(-len(options) % 4)
    head = struct.pack("!HHIIBBHHH", sport, dport, seq % 2**32, ack % 2**32, (20 + len(options)) // 4 << 4, flags, window, 0, 0)
    segment = head + options + payload
    total = checksum(pseudo(src, dst, 6, len(segment)) + segment)
    return segment[:16] + struct.pack("!H", total) + segment[18:]


def udp(sport, dport, payload, src=OUTER_A, dst=OUTER_B):
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    total = checksum(pseudo(src, dst, 17, 8 + len(payload)) + head + payload) or 0xFFFF
    return head[:6] + struct.pack("!H", total) + payload


MSS = struct.pack("!BBH", 2, 4, 1460)


class Talk:
    """A TCP conversation made up step by step; each step gives one IPv4 packet with its sender."""

    def __init__(self, client_isn, server_isn, sport=40000, dport=443):
        self.next = {"c": client_isn, "s": server_isn}
        self.port = {"c": sport, "s": dport}
        self.steps, self.ident = [], {"c": 1, "s": 1}

    def segment(self, who, flags, payload=b"", options=b"", seq=None, ack=None):
        other = "s" if who == "c" else "c"
        src, dst = (CLIENT, SERVER) if who == "c" else (SERVER, CLIENT)
        number = self.next[who] if seq is None else seq
        answer = (self.next[other] if ack is None else ack) if flags & ACK else 0
        data = tcp(self.port[who], self.port[other], number, answer, flags, payload, options=options, src=src, dst=dst)
        self.steps.append((who, ipv4(6, data, src, dst, self.ident[who])))
        self.ident[who] += 1
        if seq is None:
            self.next[who] = (number + len(payload) + bool(flags & SYN) + bool(flags & FIN)) % 2**32
        return self

    def open(self):
        return self.segment("c", SYN, options=MSS).segment("s", SYN | ACK, options=MSS).segment("c", ACK)

    def say(self, who, payload):
        return self.segment(who, PSH | ACK, payload)

    def acknowledge(self, who):
        return self.segment(who, ACK)

    def close(self, first="c"):
        other = "s" if first == "c" else "c"
        return self.segment(first, FIN | ACK).acknowledge(other).segment(other, FIN | ACK).acknowledge(first)

    def frames(self):
        """Ethernet frames."""
        return [framed(who, packet) for who, packet in self.steps]


def framed(who, packet, kind=IPV4):
    src, dst = (CLIENT_MAC, SERVER_MAC) if who == "c" else (SERVER_MAC, CLIENT_MAC)
    return ethernet(kind, packet, src, dst)

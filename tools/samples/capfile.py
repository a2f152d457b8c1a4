"""Reads classic pcap files (also .gz and .zst); writes pcap and pcapng block by block, well formed or not on purpose."""

import gzip
import struct
import subprocess

ETHERNET, RAW, NULL, LOOP, PPP, SLL, SLL2 = 1, 101, 0, 108, 9, 113, 276


class Frame:
    def __init__(self, time_ns, data, wire_len=None):
        self.time_ns, self.data = time_ns, bytes(data)
        self.wire_len = len(self.data) if wire_len is None else wire_len


def load(path):
    if path.endswith(".gz"):
        with gzip.open(path) as f:
            return f.read()
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-q", "-d", "-c", path], stdout=subprocess.PIPE, check=True).stdout
    with open(path, "rb") as f:
        return f.read()


def read_pcap(path):
    """(link type, [Frame]) of a little-endian classic capture, or of a one-interface pcapng as editcap writes it."""
    raw = load(path)
    if raw[:4] == b"\x0a\x0d\x0d\x0a":
        return read_pcapng(raw)
    magic, = struct.unpack_from("<I", raw)
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    link, = struct.unpack_from("<I", raw, 20)
    frames, at = [], 24
    while at + 16 <= len(raw):
        sec, frac, kept, wire = struct.unpack_from("<IIII", raw, at)
        frames.append(Frame(sec * 10**9 + frac * unit, raw[at + 16:at + 16 + kept], wire))
        at += 16 + kept
    return link, frames


def read_pcapng(raw):
    link, unit, frames, at = None, 1000, [], 0
    while at + 12 <= len(raw):
        kind, size = struct.unpack_from("<II", raw, at)
        if kind == 1:
            link, = struct.unpack_from("<H", raw, at + 8)
            option = at + 16
            while option + 4 <= at + size - 4:
                code, length = struct.unpack_from("<HH", raw, option)
                if code == 9:
                    unit = 10 ** (9 - raw[option + 4])
                option += 4 + (length + 3) // 4 * 4
        elif kind == 6:
            _, high, low, kept, wire = struct.unpack_from("<IIIII", raw, at + 8)
            frames.append(Frame(((high << 32) | low) * unit, raw[at + 28:at + 28 + kept], wire))
        at += size
    return link, frames


def pcap_bytes(frames, link, order="<", nano=False, magic=None, snaplen=262144, extra=b""):
    """A classic capture; `extra` goes between each record header and its data (the "modified" format)."""
    magic = magic or (0xA1B23C4D if nano else 0xA1B2C3D4)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for frame in frames:
        sec, rest = divmod(frame.time_ns, 10**9)
        out.append(struct.pack(order + "IIII", sec, rest if nano else rest // 1000, len(frame.data), frame.wire_len))
        out.append(extra)
        out.append(frame.data)
    return b"".join(out)


class NgWriter:
    """pcapng blocks, in either byte order."""

    def __init__(self, order="<"):
        self.order, self.out = order, []

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def option(self, code, value):
        return self.pack("HH", code, len(value)) + value + bytes(-len(value) % 4)

    def options(self, pairs):
        return b"".join(self.option(c, v) for c, v in pairs) + (self.option(0, b"") if pairs else b"")

    def block(self, kind, body):
        body += bytes(-len(body) % 4)
        size = self.pack("I", 12 + len(body))
        self.out.append(self.pack("I", kind) + size + body + size)

    def section(self, options=()):
        self.block(0x0A0D0D0A, self.pack("IHHq", 0x1A2B3C4D, 1, 0, -1) + self.options(options))

    def interface(self, link, snaplen=0, options=()):
        self.block(1, self.pack("HHI", link, 0, snaplen) + self.options(options))

    def enhanced(self, interface, ticks, frame, options=()):
        body = self.pack("IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(frame.data), frame.wire_len)
        self.block(6, body + pad(frame.data) + self.options(options))

    def old_packet(self, interface, drops, ticks, frame):
        body = self.pack("HHIIII", interface, drops, ticks >> 32, ticks & 0xFFFFFFFF, len(frame.data), frame.wire_len)
        self.block(2, body + pad(frame.data))

    def simple(self, frame):
        self.block(3, self.pack("I", frame.wire_len) + frame.data)

    def names(self, address4, name):
        value = bytes(map(int, address4.split("."))) + name.encode() + b"\0"
        self.block(4, self.pack("HH", 1, len(value)) + pad(value) + self.pack("HH", 0, 0))

    def secrets(self, keylog):
        self.block(10, self.pack("II", 0x544C534B, len(keylog)) + keylog)

    def statistics(self, interface, ticks, received, dropped):
        options = self.options([(4, self.pack("Q", received)), (5, self.pack("Q", dropped))])
        self.block(5, self.pack("III", interface, ticks >> 32, ticks & 0xFFFFFFFF) + options)

    def bytes(self):
        return b"".join(self.out)


def pad(data):
    return data + bytes(-len(data) % 4)


def tcp_of(link, data):
    """(source, destination, source port, destination port, flags, payload length) of a plain TCP frame, or None."""
    at = {ETHERNET: 14, SLL2: 20, RAW: 0}.get(link)
    if at is None or len(data) < at + 40:
        return None
    if data[at] >> 4 == 4 and data[at + 9] == 6:
        head = (data[at] & 15) * 4
        src, dst, total = data[at + 12:at + 16], data[at + 16:at + 20], struct.unpack_from("!H", data, at + 2)[0]
    elif data[at] >> 4 == 6 and data[at + 6] == 6:
        head = 40
        src, dst, total = data[at + 8:at + 24], data[at + 24:at + 40], 40 + struct.unpack_from("!H", data, at + 4)[0]
    else:
        return None
    tcp = at + head
    sport, dport = struct.unpack_from("!HH", data, tcp)
    total = total or len(data) - at  # a segment larger than 64 KiB still on its way through the kernel
    return src, dst, sport, dport, data[tcp + 13], total - head - (data[tcp + 12] >> 4) * 4


def connections(path):
    """Client ports in order of first packet: the index of a port is the number of its stream."""
    link, frames = read_pcap(path)
    seen, ports = set(), []
    for frame in frames:
        tcp = tcp_of(link, frame.data)
        if not tcp:
            continue
        src, dst, sport, dport, _, _ = tcp
        key = frozenset([(src, sport), (dst, dport)])
        if key not in seen:
            seen.add(key)
            ports.append(sport)
    return ports

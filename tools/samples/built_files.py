"""Capture files of every kind and state of repair, written block by block."""

import struct

from book import sample
from built_tcp import SOURCE, START, payloads, recorded, replay, source_truth, write
from capfile import ETHERNET, RAW, Frame, NgWriter, pcap_bytes
from packets import Talk

OTHER = "tls12-openssl-ecdsa.pcap"
ALL = "same facts as the recording"


def one(s):
    return [frame for _, frame in recorded(s)]


def two(s):
    """A second connection out of another recording, as raw IPv4 packets one ms apart."""
    talk = replay(Talk(3000, 6000, sport=50000), payloads(s, OTHER))
    return [Frame(START + i * 1_000_000, packet) for i, (_, packet) in enumerate(talk.steps)]


def micro(frame):
    return frame.time_ns // 1000


def simple_ng(order="<"):
    ng = NgWriter(order)
    ng.section([(4, b"make-samples")])
    ng.interface(ETHERNET, 262144, [(2, b"eth0"), (9, b"\x06")])
    return ng


@sample("pcap-big-endian.pcap", "built-files", f"built: {SOURCE} as a big-endian classic capture", "classic pcap of the other byte order")
def big_endian(s):
    write(s, pcap_bytes(one(s), ETHERNET, order=">"))
    s.truth(note=ALL, **source_truth(s))


@sample("pcap-big-endian-nanosecond.pcap", "built-files", f"built: {SOURCE} as a big-endian nanosecond capture", "magic a1 b2 3c 4d")
def big_nano(s):
    write(s, pcap_bytes(one(s), ETHERNET, order=">", nano=True))
    s.truth(note=ALL, **source_truth(s))


@sample("pcap-modified.pcap", "built-files", f"built: {SOURCE} with magic 0xa1b2cd34 and 24-byte record headers", "Kuznetsov's modified format of old Linux tcpdumps")
def modified(s):
    write(s, pcap_bytes(one(s), ETHERNET, magic=0xA1B2CD34, extra=struct.pack("<IHBB", 2, 0x0008, 0, 0)))
    s.truth(note=ALL, **source_truth(s))


@sample("pcap-torn-last-record.pcap", "built-files", f"built: {SOURCE} with the last record cut in the middle of its data", "a file that ends in mid-record: what is whole is reported, and that something is missing")
def torn(s):
    data = pcap_bytes(one(s), ETHERNET)
    write(s, data[:-30])
    s.truth(note="the last frame is torn off", **source_truth(s))


@sample("pcap-absurd-record-length.pcap", "built-files", f"built: {SOURCE} with a record length of 0xffffff00 in the eleventh record", "a damaged record header: stop there, say so, keep what was read")
def absurd(s):
    frames = one(s)
    data = bytearray(pcap_bytes(frames, ETHERNET))
    at = 24 + sum(16 + len(f.data) for f in frames[:10])
    data[at + 8:at + 12] = struct.pack("<I", 0xFFFFFF00)
    write(s, bytes(data))
    s.truth(**{**source_truth(s), "note": "readable up to frame 10, which includes the handshake"})


@sample("pcap-empty.pcap", "built-files", "built: a file header and no packet", "no packets: an empty report, not an error")
def empty(s):
    write(s, pcap_bytes([], ETHERNET))
    s.fact("no frames, no connections")


@sample("pcapng-empty.pcapng", "built-files", "built: a section header and no interface", "no packets in pcapng")
def empty_ng(s):
    ng = NgWriter()
    ng.section()
    write(s, ng.bytes())
    s.fact("no frames, no connections")


@sample("pcapng-big-endian.pcapng", "built-files", f"built: {SOURCE} in a big-endian section", "pcapng of the other byte order")
def ng_big(s):
    ng = simple_ng(">")
    for frame in one(s):
        ng.enhanced(0, micro(frame), frame)
    write(s, ng.bytes())
    s.truth(note=ALL, **source_truth(s))


@sample("pcapng-two-sections-mixed-endian.pcapng", "built-files", f"built: {SOURCE} in a little-endian section, {OTHER} (new numbers) in a big-endian one after it", "two sections: interfaces count anew, byte order turns round")
def sections(s):
    ng = simple_ng()
    for frame in one(s):
        ng.enhanced(0, micro(frame), frame)
    second = NgWriter(">")
    second.section()
    second.interface(RAW, 0, [(9, b"\x09")])
    for frame in two(s):
        second.enhanced(0, frame.time_ns, frame)
    write(s, ng.bytes() + second.bytes())
    s.truth(0, note="first section, Ethernet", **source_truth(s))
    s.truth(1, note="second section, raw IP", **source_truth(s, OTHER))


@sample("pcapng-two-interfaces-tsresol.pcapng", "built-files", f"built: {SOURCE} on an Ethernet interface with nanoseconds, {OTHER} on a raw-IP interface with 2^-20 s and a time offset", "interfaces of different link type, resolution (a power of two) and offset in one section; their packets interleave")
def interfaces(s):
    first = one(s)
    shift = START - first[0].time_ns
    second = two(s)
    ng = NgWriter()
    ng.section([(2, b"none"), (3, b"none"), (4, b"make-samples")])
    ng.interface(ETHERNET, 262144, [(2, b"eth0"), (9, b"\x09")])
    ng.interface(RAW, 65535, [(2, b"tun0"), (9, bytes([0x80 | 20])), (14, struct.pack("<q", 1_700_000_000))])
    marked = [(f.time_ns + shift, 0, f) for f in first] + [(f.time_ns, 1, f) for f in second]
    for when, interface, frame in sorted(marked, key=lambda m: m[:2]):
        if interface == 0:
            ng.enhanced(0, when, frame)
        else:
            seconds, rest = divmod(when - 1_700_000_000 * 10**9, 10**9)
            ng.enhanced(1, seconds << 20 | (rest << 20) // 10**9, frame)
    write(s, ng.bytes())
    s.truth(0, note="interface eth0, times moved to 2026-01-01", **source_truth(s))
    s.truth(1, note="interface tun0: 1 ms between packets, in units of 2^-20 s after epoch 1700000000", **source_truth(s, OTHER))


@sample("pcapng-keys-names-comments.pcapng", "built-files", "built: tls13-openssl-rsa.pcapng with its key log as a Decryption Secrets Block, a Name Resolution Block, an Interface Statistics Block, packet comments, a custom and an unknown block", "all the blocks that are not packets")
def keys(s):
    source = "tls13-openssl-rsa.pcapng"
    with open(s.other("tls13-openssl-rsa.keylog"), "rb") as f:
        keylog = f.read()
    ng = simple_ng()
    ng.names("10.77.0.2", "www.example.com")
    ng.secrets(keylog)
    frames = [frame for _, frame in recorded(s, source)]
    for i, frame in enumerate(frames):
        ng.enhanced(0, micro(frame), frame, [(1, f"comment on frame {i + 1}".encode())] if i % 5 == 0 else ())
        if i == 3:
            ng.block(0x00000BAD, struct.pack("<I", 32473) + b"a custom block")
            ng.block(0x0A0B0C0D, b"a block of a kind that nobody has defined")
    ng.statistics(0, micro(frames[-1]), len(frames), 3)
    write(s, ng.bytes())
    s.truth(note="3 packets dropped by the interface, says the statistics block", **source_truth(s, source))


@sample("pcapng-old-packet-block.pcapng", "built-files", f"built: {SOURCE} in (obsolete) Packet Blocks", "block type 2")
def old_block(s):
    ng = simple_ng()
    for frame in one(s):
        ng.old_packet(0, 0xFFFF, micro(frame), frame)
    write(s, ng.bytes())
    s.truth(note=ALL, **source_truth(s))


@sample("pcapng-simple-packet-block.pcapng", "built-files", f"built: {SOURCE} in Simple Packet Blocks, snaplen 262144", "packets without a time: every duration must be empty or zero, not invented")
def spb(s):
    ng = simple_ng()
    for frame in one(s):
        ng.simple(frame)
    write(s, ng.bytes())
    s.truth(note="no timestamps in the file", **source_truth(s))


@sample("pcapng-damaged-block.pcapng", "built-files", f"built: {SOURCE} with a block length that is not a multiple of four after frame 12", "damage in mid-file: what came before is reported")
def damaged(s):
    ng = simple_ng()
    for i, frame in enumerate(one(s)):
        if i == 12:
            ng.out.append(struct.pack("<II", 6, 0x1235) + b"\xff" * 20)
        ng.enhanced(0, micro(frame), frame)
    write(s, ng.bytes())
    s.truth(**{**source_truth(s), "note": "12 frames before the damage, which include the handshake"})


@sample("pcapng-unknown-section-length-torn.pcapng", "built-files", f"built: {SOURCE}, the file ends in the middle of its last block", "what a killed capture program leaves behind")
def ng_torn(s):
    ng = simple_ng()
    for frame in one(s):
        ng.enhanced(0, micro(frame), frame)
    write(s, ng.bytes()[:-37])
    s.truth(note="the last frame is torn off", **source_truth(s))


@sample("times-step-back.pcap", "built-files", f"built: {SOURCE} with the clock set back by 5 s after frame 8", "time runs backwards inside the handshake: negative spans are named, not hidden")
def step_back(s):
    frames = [Frame(f.time_ns - (5 * 10**9 if i >= 8 else 0), f.data) for i, f in enumerate(one(s))]
    write(s, pcap_bytes(frames, ETHERNET))
    s.truth(note="5 s back from frame 9 on", **source_truth(s))


@sample("not-a-capture.pcap", "built-files", "built: a text file with the name of a capture", "a clear message and exit code 2")
def not_capture(s):
    write(s, b"This is not a capture file, whatever its name says.\n")
    s.fact("refused: not a capture")

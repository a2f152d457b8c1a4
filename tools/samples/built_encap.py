"""A recorded handshake in other wrappings: tunnels, tags and link types that no peer here speaks."""

import struct

from book import sample
from built_tcp import SOURCE, recorded, source_truth, write
from capfile import ETHERNET, LOOP, NULL, PPP, RAW, SLL, Frame, pcap_bytes
from packets import (CLIENT_MAC, IPV4, IPV6, MPLS, OUTER_A, OUTER_B, PPPOE, QINQ, SERVER_MAC, VLAN, address, checksum,
                     framed, ipv4, ipv6, pseudo, udp)


def wrapped(s, wrap, link=ETHERNET, note=""):
    """Writes the recorded handshake with `wrap(who, ethernet frame)` in place of each frame."""
    frames = [Frame(frame.time_ns, wrap(who, frame.data)) for who, frame in recorded(s)]
    write(s, pcap_bytes(frames, link))
    s.truth(note=note, **source_truth(s))


def packet(frame):
    """The IPv4 packet of an Ethernet frame, without padding."""
    return frame[14:14 + struct.unpack_from("!H", frame, 16)[0]]


def ends(who):
    return (OUTER_A, OUTER_B) if who == "c" else (OUTER_B, OUTER_A)


def outer(who, protocol, payload):
    src, dst = ends(who)
    return framed(who, ipv4(protocol, payload, src, dst, df=False))


def outer_udp(who, sport, dport, payload):
    src, dst = ends(who)
    return outer(who, 17, udp(sport, dport, payload, src, dst))


def built(file, what, proves, link=ETHERNET, note=""):
    """Registers a wrapping function as a sample."""

    def register(wrap):
        sample(file, "built-encap", f"built: the frames of {SOURCE}, {what}", proves)(lambda s: wrapped(s, wrap, link, note))
        return wrap

    return register


@built("encap-vlan.pcap", "with an 802.1Q tag (VLAN 77, priority 3)", "one VLAN tag")
def vlan(who, frame):
    return frame[:12] + struct.pack("!HH", VLAN, 3 << 13 | 77) + frame[12:]


@built("encap-qinq.pcap", "with an 802.1ad tag (VLAN 700) and an 802.1Q tag (VLAN 77)", "two VLAN tags")
def qinq(who, frame):
    return frame[:12] + struct.pack("!HHHH", QINQ, 700, VLAN, 77) + frame[12:]


@built("encap-mpls.pcap", "behind two MPLS labels", "MPLS: the payload's kind is known from its first nibble only")
def mpls(who, frame):
    labels = struct.pack("!II", 16001 << 12 | 64, 16002 << 12 | 1 << 8 | 64)
    return framed(who, labels + packet(frame), MPLS)


@built("encap-pppoe.pcap", "in a PPPoE session (session 0x1234)", "PPPoE: Ethernet type 0x8864, PPP protocol 0x0021")
def pppoe(who, frame):
    inner = struct.pack("!H", 0x0021) + packet(frame)
    return framed(who, struct.pack("!BBHH", 0x11, 0, 0x1234, len(inner)) + inner, PPPOE)


@built("encap-vxlan.pcap", "as VXLAN (UDP 4789, network 5001)", "VXLAN: Ethernet in UDP; the connection is the inner one", note="inner addresses count")
def vxlan(who, frame):
    return outer_udp(who, 51000, 4789, struct.pack("!II", 0x08000000, 5001 << 8) + frame)


@built("encap-geneve.pcap", "as GENEVE (UDP 6081) with one 4-byte option", "GENEVE with options", note="inner addresses count")
def geneve(who, frame):
    option = struct.pack("!HBBI", 0x0102, 0x80, 1, 0xDEADBEEF)
    return outer_udp(who, 51001, 6081, struct.pack("!BBHI", len(option) // 4, 0, 0x6558, 5002 << 8) + option + frame)


@built("encap-gre.pcap", "in GRE with IPv4 inside", "plain GRE", note="inner addresses count")
def gre(who, frame):
    return outer(who, 47, struct.pack("!HH", 0, IPV4) + packet(frame))


@built("encap-gre-key-bridged.pcap", "in GRE with key, sequence number and checksum, Ethernet inside (0x6558)", "GRE with all optional fields, bridged Ethernet", note="inner addresses count")
def gre_key(who, frame):
    head = struct.pack("!HHHHII", 0xB000, 0x6558, 0, 0, 77, 1)
    head = head[:4] + struct.pack("!H", checksum(head + frame)) + head[6:]
    return outer(who, 47, head + frame)


@built("encap-gtp-u.pcap", "in GTP-U (UDP 2152, TEID 0x77) with a PDU session extension header", "GTP-U with an extension header", note="inner addresses count")
def gtp(who, frame):
    inner = packet(frame)
    rest = struct.pack("!HBB", 0, 0, 0x85) + bytes([1, 0x10 if who == "c" else 0, 9, 0]) + inner
    return outer_udp(who, 2152, 2152, struct.pack("!BBHI", 0x34, 0xFF, len(rest), 0x77) + rest)


@built("encap-ipip.pcap", "as IPv4 in IPv4 (protocol 4)", "IP in IP", note="inner addresses count")
def ipip(who, frame):
    return outer(who, 4, packet(frame))


@built("encap-4in6.pcap", "as IPv4 in IPv6 (next header 4)", "IPv4 in IPv6", note="inner addresses count")
def four_in_six(who, frame):
    src, dst = (address("fd77::101"), address("fd77::102")) if who == "c" else (address("fd77::102"), address("fd77::101"))
    return framed(who, ipv6(4, packet(frame), src, dst), IPV6)


@built("encap-vlan-vxlan-vlan.pcap", "VLAN, VXLAN, VLAN", "wrappings nested in each other", note="inner addresses count")
def nested(who, frame):
    return vlan(who, vxlan(who, vlan(who, frame)))


@built("ipv6-extension-headers.pcap", "moved to IPv6 (fd77::1, fd77::2) behind hop-by-hop, segment-routing and destination-options headers", "a chain of IPv6 extension headers")
def extension(who, frame):
    segment = packet(frame)[20:]
    src, dst = (address("fd77::1"), address("fd77::2")) if who == "c" else (address("fd77::2"), address("fd77::1"))
    clean = segment[:16] + b"\0\0" + segment[18:]
    segment = clean[:16] + struct.pack("!H", checksum(pseudo(src, dst, 6, len(clean)) + clean)) + clean[18:]
    hop = bytes([43, 0, 1, 4, 0, 0, 0, 0])
    routing = bytes([60, 2, 4, 0, 0, 0, 0, 0]) + dst  # segment routing, no segment left
    destination = bytes([6, 1, 1, 12]) + bytes(12)
    return framed(who, ipv6(0, hop + routing + destination + segment, src, dst), IPV6)


@built("ethernet-padding.pcap", "with six bytes that look like TLS (16 03 01 02 00 01) behind the IP packet of each short frame", "padding behind the IP packet is no payload")
def padding(who, frame):
    return frame if len(frame) >= 72 else frame + b"\x16\x03\x01\x02\x00\x01"


@built("link-null.pcap", "as BSD loopback (DLT_NULL), family in the writer's byte order", "link type 0", NULL)
def null(who, frame):
    return struct.pack("<I", 2) + packet(frame)


@built("link-loop.pcap", "as OpenBSD loopback (DLT_LOOP), family big-endian", "link type 108", LOOP)
def loop(who, frame):
    return struct.pack(">I", 2) + packet(frame)


@built("link-raw-ip.pcap", "as raw IP", "link type 101", RAW)
def raw(who, frame):
    return packet(frame)


@built("link-sll.pcap", "as Linux cooked v1", "link type 113", SLL)
def sll(who, frame):
    mac = CLIENT_MAC if who == "c" else SERVER_MAC
    return struct.pack("!HHH", 4 if who == "c" else 0, 1, 6) + mac + b"\0\0" + struct.pack("!H", IPV4) + packet(frame)


@built("link-ppp.pcap", "as PPP with address and control bytes", "link type 9", PPP)
def ppp(who, frame):
    return b"\xff\x03\x00\x21" + packet(frame)

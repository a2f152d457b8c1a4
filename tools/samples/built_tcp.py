"""Samples built packet by packet: TCP as the textbook has it, and captures that show only a part."""

import gzip
import os

from book import TRUTH, read_tsv, sample
from capfile import ETHERNET, Frame, pcap_bytes, read_pcap, tcp_of
from packets import ACK, CLIENT, FIN, IPV4, MSS, PSH, SERVER, SYN, Talk, framed, ipv4

START = 1_767_225_600 * 10**9  # 2026-01-01 00:00:00 UTC
STEP = 10_000_000  # 10 ms between built frames
SOURCE = "tls13-openssl-ecdsa.pcap.gz"  # the recorded handshake that is wrapped, cut and renumbered


def stamped(frames, step=STEP):
    return [Frame(START + i * step, data) for i, data in enumerate(frames)]


def write(s, data):
    with open(s.path, "wb") as f:
        f.write(gzip.compress(data, mtime=0) if s.path.endswith(".gz") else data)
    os.chmod(s.path, 0o644)


def recorded(s, source=SOURCE):
    """The TCP frames of a recorded sample, as (sender, Frame): its handshake is what the built samples wrap."""
    link, frames = read_pcap(s.other(source))
    assert link == ETHERNET
    found, client = [], None
    for frame in frames:
        tcp = tcp_of(link, frame.data)
        if tcp:
            client = client or tcp[0]
            found.append(("c" if tcp[0] == client else "s", frame))
    return found


def source_truth(s, source=SOURCE):
    """What the peers of the recorded sample said."""
    row = next(r for r in read_tsv(os.path.join(s.out, "truth.tsv"), TRUTH) if r["file"] == source)
    return {k: row[k] for k in ("sni", "version", "cipher", "alpn", "resumed", "outcome")}


def payloads(s, source=SOURCE):
    """The stream of the recorded sample as (sender, payload) pairs."""
    out = []
    for who, frame in recorded(s, source):
        length = tcp_of(ETHERNET, frame.data)[5]
        if length:
            total = 14 + int.from_bytes(frame.data[16:18], "big")
            out.append((who, frame.data[total - length:total]))
    return out


def replay(talk, pairs):
    """Opens, carries the payloads with an acknowledgement each, closes as the server wishes."""
    talk.open()
    for who, data in pairs:
        talk.say(who, data).acknowledge("s" if who == "c" else "c")
    return talk.close("s")


@sample("textbook-three-way-four-way.pcap", "built-tcp", "built: ISN 1000 and 5000, 10 ms between packets, 'hello' (5 bytes) and 'world!' (6 bytes), four-way close by the client", "the three-way handshake and the four-way close, with numbers one can add up in one's head")
def textbook(s):
    talk = Talk(1000, 5000, dport=7).open()
    talk.say("c", b"hello").acknowledge("s").say("s", b"world!").acknowledge("c").close("c")
    write(s, pcap_bytes(stamped(talk.frames()), ETHERNET))
    s.truth(outcome="not_tls", note="11 packets; client 1000..1007, server 5000..5008; connect 20 ms, rtt_server 10 ms, rtt_client 10 ms")


@sample("textbook-three-segment-close.pcap", "built-tcp", "built: as before, the server answers FIN with FIN+ACK", "FIN, FIN+ACK, ACK: a close in three segments")
def three_segment(s):
    talk = Talk(1000, 5000, dport=7).open().say("c", b"hello").acknowledge("s")
    talk.segment("c", FIN | ACK).segment("s", FIN | ACK).acknowledge("c")
    write(s, pcap_bytes(stamped(talk.frames()), ETHERNET))
    s.truth(outcome="not_tls", note="8 packets")


@sample("simultaneous-open.pcap", "built-tcp", "built: both ends send SYN, both answer SYN+ACK (RFC 9293, figure 7)", "simultaneous open and simultaneous close: one connection, no clear client")
def simultaneous_open(s):
    talk = Talk(1000, 5000, sport=40000, dport=40001)
    talk.segment("c", SYN, options=MSS).segment("s", SYN, options=MSS)
    talk.segment("c", SYN | ACK, options=MSS, seq=1000, ack=5001).segment("s", SYN | ACK, options=MSS, seq=5000, ack=1001)
    talk.say("c", b"hello").acknowledge("s")
    talk.segment("c", FIN | ACK, ack=5001).segment("s", FIN | ACK, ack=1006)
    talk.segment("c", ACK, seq=1007, ack=5002).segment("s", ACK, seq=5002, ack=1007)
    write(s, pcap_bytes(stamped(talk.frames()), ETHERNET))
    s.truth(outcome="not_tls", note="both SYNs cross, both FINs cross")


@sample("sequence-wrap-in-client-hello.pcap", "built-tcp", f"built: the payloads of {SOURCE} in a new conversation whose client sequence numbers wrap in the ClientHello (cut in three) and whose server numbers wrap in its flight", "32-bit sequence wrap-around in the middle of a handshake message")
def wrap(s):
    pairs = payloads(s)
    who, hello = pairs[0]
    assert who == "c"
    cut = [("c", hello[:50]), ("c", hello[50:150]), ("c", hello[150:])]
    talk = replay(Talk(2**32 - 101, 2**32 - 501), cut + pairs[1:])
    write(s, pcap_bytes(stamped(talk.frames()), ETHERNET))
    s.truth(note="client ISN 4294967195, server ISN 4294966795", **source_truth(s))


@sample("one-byte-segments.pcap.gz", "built-tcp", f"built: the payloads of {SOURCE}, every segment of the handshake one byte long; gzip", "any segmentation gives the same facts")
def one_byte(s):
    talk = Talk(7000, 9000).open()
    for who, data in payloads(s)[:4]:
        for at in range(len(data)):
            talk.say(who, data[at:at + 1])
        talk.acknowledge("s" if who == "c" else "c")
    for who, data in payloads(s)[4:]:
        talk.say(who, data).acknowledge("s" if who == "c" else "c")
    talk.close("s")
    write(s, pcap_bytes(stamped(talk.frames(), 100_000), ETHERNET))
    s.truth(note="100 us between packets", **source_truth(s))


@sample("overlap-conflicting-data.pcap", "built-tcp", f"built: {SOURCE} with the ClientHello sent twice, the copy with another SNI in the same bytes", "an overlapping copy that differs: the first copy wins, an anomaly")
def overlap(s):
    pairs = payloads(s)
    hello = pairs[0][1]
    other = hello.replace(b"www.example.com", b"bad.example.net")
    assert other != hello and len(other) == len(hello)
    talk = Talk(1000, 5000).open().say("c", hello)
    talk.segment("c", PSH | ACK, other, seq=1001).acknowledge("s")
    for who, data in pairs[1:]:
        talk.say(who, data).acknowledge("s" if who == "c" else "c")
    talk.close("s")
    write(s, pcap_bytes(stamped(talk.frames()), ETHERNET))
    s.truth(note="frame 5 repeats frame 4 with other bytes (SNI bad.example.net)", **source_truth(s))


@sample("gap-in-server-flight.pcap", "built-tcp", f"built: {SOURCE} without the server's second data segment, which the client acknowledges all the same", "a hole that was never captured: missed bytes, the rest still read")
def gap(s):
    """The recorded frames with one taken out; the client's ACK for it stays."""
    frames, data_seen = [], 0
    for who, frame in recorded(s):
        if who == "s" and tcp_of(ETHERNET, frame.data)[5]:
            data_seen += 1
            if data_seen == 2:
                continue
        frames.append(frame)
    write(s, pcap_bytes(frames, ETHERNET))
    s.truth(note="one server segment missing from the capture", **source_truth(s))


@sample("mid-stream-pickup.pcap", "built-tcp", "nginx-download-300k-mtu-tls12.pcap without its first 40 frames, cut to 60", "a connection already running: no SYN, no handshake")
def mid_stream(s):
    link, frames = read_pcap(s.other("nginx-download-300k-mtu-tls12.pcap"))
    write(s, pcap_bytes(frames[40:100], link))
    s.truth(outcome="unknown", note="the handshake was before the capture; application data records only")


@sample("one-sided-client-only.pcap", "built-tcp", "tls12-openssl-rsa.pcapng, only the packets of the client", "a tap that sees one direction")
def one_sided(s):
    frames = [frame for who, frame in recorded(s, "tls12-openssl-rsa.pcapng") if who == "c"]
    write(s, pcap_bytes(frames, ETHERNET))
    row = source_truth(s, "tls12-openssl-rsa.pcapng")
    s.truth(sni=row["sni"], outcome="unknown", note="only the client's packets: what the server chose is not in the capture")


@sample("one-sided-server-only.pcap", "built-tcp", "tls12-openssl-rsa.pcapng, only the packets of the server", "ServerHello without its ClientHello")
def server_only(s):
    frames = [frame for who, frame in recorded(s, "tls12-openssl-rsa.pcapng") if who == "s"]
    write(s, pcap_bytes(frames, ETHERNET))
    row = source_truth(s, "tls12-openssl-rsa.pcapng")
    s.truth(version=row["version"], cipher=row["cipher"], outcome="unknown", note="only the server's packets: no SNI to be seen")


@sample("snaplen-96.pcap", "built-tcp", "tls12-openssl-rsa.pcapng, each frame cut to 96 bytes, wire lengths kept", "a snaplen too short for the hellos: timing stays, the facts are partial")
def snaplen(s):
    frames = [Frame(f.time_ns, f.data[:96], len(f.data)) for _, f in recorded(s, "tls12-openssl-rsa.pcapng")]
    write(s, pcap_bytes(frames, ETHERNET, snaplen=96))
    s.truth(outcome="unknown", note="30 bytes of TCP payload kept of each frame: record header and the first bytes of the hello; the handshake did complete")


@sample("ip-fragmented-client-hello.pcap", "built-tcp", f"built: {SOURCE} with the ClientHello's IPv4 packet in fragments of 96 bytes, the second one last", "IPv4 reassembly below TCP, out of order")
def fragments(s):
    out, done = [], False
    for who, frame in recorded(s):
        if done or who == "s" or tcp_of(ETHERNET, frame.data)[5] < 200:
            out.append(frame)
            continue
        body = frame.data[34:14 + int.from_bytes(frame.data[16:18], "big")]
        pieces = [ipv4(6, body[at:at + 96], CLIENT, SERVER, ident=4711, offset=at, more=at + 96 < len(body), df=False)
                  for at in range(0, len(body), 96)]
        for i, piece in enumerate([pieces[0], *pieces[2:], pieces[1]]):
            out.append(Frame(frame.time_ns + i * 1000, framed("c", piece, IPV4)))
        done = True
    write(s, pcap_bytes(out, ETHERNET))
    s.truth(note="the second fragment comes last", **source_truth(s))

"""A user-space wire: relay.py LEFT RIGHT RULES.json LOG

Carries Ethernet frames between two interfaces and does to them, on purpose, what a bad network does by accident. `left` is the
client's side. RULES: {"delay_ms": 20, "jitter_ms": 0, "seed": 1, "rule": NAME, "mtu": 0, "kbit": 0}; each line of LOG is one deed.
With `mtu`, IP packets that are longer vanish without a word; `kbit` is how many thousand bits pass in a second, each way.
"""

import heapq
import json
import random
import select
import socket
import struct
import sys
import time

LEFT, RIGHT = 0, 1  # the interface a frame came in by
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


class Tcp:
    """The few header fields that the rules look at."""

    def __init__(self, frame):
        self.ok = len(frame) >= 54 and frame[12:14] == b"\x08\x00" and frame[23] == 6
        if not self.ok:
            return
        head = (frame[14] & 15) * 4
        total, = struct.unpack_from("!H", frame, 16)
        at = 14 + head
        self.total, self.at = total, at
        self.seq, self.ack = struct.unpack_from("!II", frame, at + 4)
        self.flags = frame[at + 13]
        self.length = total - head - (frame[at + 12] >> 4) * 4


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", total ^ 0xFFFF)


def reset_for(frame, tcp, ttl):
    """What a filter sends to who sent this frame, in the name of the other side: a RST that acknowledges all of it."""
    source, target = frame[26:30], frame[30:34]
    ports = frame[tcp.at + 2:tcp.at + 4] + frame[tcp.at:tcp.at + 2]
    body = ports + struct.pack("!IIBBHHH", tcp.ack, tcp.seq + tcp.length & 0xFFFFFFFF, 0x50, RST | ACK, 0, 0, 0)
    body = body[:16] + checksum(target + source + struct.pack("!BBH", 0, 6, len(body)) + body) + body[18:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0x7A1E, 0, ttl, 6, 0) + target + source
    head = head[:10] + checksum(head) + head[12:]
    return frame[6:12] + frame[:6] + frame[12:14] + head + body


class Rules:
    """Decides, frame by frame: a list of (extra delay in seconds, frame, whether it goes back) to send on."""

    def __init__(self, options, log):
        self.rule, self.log = options.get("rule", ""), log
        self.mtu = options.get("mtu", 0)
        self.seen, self.frames, self.held = {}, 0, None

    def note(self, deed, side, tcp):
        self.log.write(json.dumps({"at": f"{time.time():.6f}", "deed": deed, "from": "client" if side == LEFT else "server",
                                   "seq": tcp.seq, "len": tcp.length}) + "\n")
        self.log.flush()

    def first(self, what):
        self.seen[what] = self.seen.get(what, 0) + 1
        return self.seen[what] == 1

    def nth(self, what, number):
        self.seen[what] = self.seen.get(what, 0) + 1
        return self.seen[what] == number

    def __call__(self, side, frame):
        """The (extra delay, frame, True when it goes back to where this one came from) of what leaves."""
        return [(*out, False)[:3] for out in self.judge(side, frame)]

    def judge(self, side, frame):
        tcp = Tcp(frame)
        if not tcp.ok:
            return [(0, frame)]
        data = tcp.length > 0
        if self.mtu and tcp.total > self.mtu:
            self.note("dropped: longer than the MTU", side, tcp)
            return []
        if self.rule == "drop-client-data" and side == LEFT and data:
            self.note("dropped a data segment of the client", side, tcp)
            return []
        if self.rule == "reset" and (self.seen or side == LEFT and data):
            if not self.first("data"):
                return []  # the server hears no more of it, and says nothing
            self.note("dropped, and answered with a RST in the server's name", side, tcp)
            return [(0, reset_for(frame, tcp, 57), True)]
        if self.rule == "drop-syn" and tcp.flags & (SYN | ACK) == SYN and self.first("syn"):
            self.note("dropped the first SYN", side, tcp)
            return []
        if self.rule == "drop-synack" and tcp.flags & (SYN | ACK) == SYN | ACK and self.first("synack"):
            self.note("dropped the first SYN/ACK", side, tcp)
            return []
        if self.rule == "drop-server-2" and side == RIGHT and data and self.nth("data", 2):
            self.note("dropped the second data segment of the server", side, tcp)
            return []
        if self.rule == "drop-client-hello" and side == LEFT and data and self.first("data"):
            self.note("dropped the first data segment of the client", side, tcp)
            return []
        if self.rule == "drop-server-last-fin" and tcp.flags & FIN and side == RIGHT and self.first("fin"):
            self.note("dropped the server's first FIN", side, tcp)
            return []
        if self.rule == "reorder" and side == RIGHT and data:
            return self.swap(side, frame, tcp)
        if self.rule == "duplicate":
            self.frames += 1
            if self.frames % 3 == 0:
                self.note("sent twice", side, tcp)
                return [(0, frame), (0.002, frame)]
        return [(0, frame)]

    def swap(self, side, frame, tcp):
        """Holds the server's first data segment back until just after its second; nothing else."""
        count = self.seen["data"] = self.seen.get("data", 0) + 1
        if count == 1:
            self.held = frame
            return []
        if count == 2:
            self.note("sent before the first data segment", side, tcp)
            return [(0, frame), (0, self.held)]
        return [(0, frame)]


def open_interface(name):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.bind((name, 0))
    sock.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex(name), 1, 0, bytes(8)))  # promiscuous
    return sock


def main():
    socks = [open_interface(name) for name in sys.argv[1:3]]
    options = json.loads(sys.argv[3])
    jitter = random.Random(options.get("seed", 1))
    waiting, number, last, free = [], 0, [0.0, 0.0], [0.0, 0.0]
    seconds_a_byte = 8 / (options["kbit"] * 1000) if options.get("kbit") else 0
    with open(sys.argv[4], "w") as log:
        rules = Rules(options, log)
        print("relay ready", flush=True)
        while True:
            pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 1.0
            ready, _, _ = select.select(socks, [], [], pause)
            now = time.monotonic()
            for sock in ready:
                frame, address = sock.recvfrom(65600)
                if address[2] == socket.PACKET_OUTGOING:
                    continue  # our own
                side = socks.index(sock)
                for extra, out, back in rules(side, frame):
                    free[side] = max(now, free[side]) + len(out) * seconds_a_byte
                    due = free[side] + extra + (0 if back else options.get("delay_ms", 0) / 1000) + jitter.uniform(0, options.get("jitter_ms", 0)) / 1000
                    if options.get("rule") != "reorder":
                        due = max(due, last[side])  # jitter alone must not reorder
                    last[side] = max(due, last[side])
                    number += 1
                    heapq.heappush(waiting, (due, number, side if back else 1 - side, out))
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                _, _, side, out = heapq.heappop(waiting)
                socks[side].send(out)


main()

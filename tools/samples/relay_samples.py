"""Ground truth for times: the wire between the peers is a program of ours that delays, loses, swaps and doubles on purpose."""

import json
import os
import sys

from book import sample
from lab import Lab
from openssl_peers import SERVER_NAME, Pair, must
from tcp_samples import talk

HERE = os.path.dirname(os.path.abspath(__file__))


def start_relay(lab, left, right, options, log):
    path = os.path.join(lab.dir, log)
    lab.start("m", [sys.executable, os.path.join(HERE, "relay.py"), left, right, json.dumps(options), path]).wait_text("relay ready")
    return path


class RelayPair(Pair):
    """openssl peers with a relay between; warms up ARP first, so that the first SYN meets nothing but the relay."""

    def __init__(self, s, options, tap="c", version="-tls1_3", **kw):
        super().__init__(s, [version], lab=Lab(middle=1), tap=tap, cert="leaf", chain=["middle"], mode="-rev", **kw)
        self.options = options

    def before(self):
        warm(self.lab)
        self.log = start_relay(self.lab, "toc", "tos", self.options, "deeds")

    def deeds(self):
        with open(self.log) as f:
            return [json.loads(line) for line in f]


def warm(lab):
    """Static neighbour entries: no ARP before the first SYN."""
    for which, other, mac in (("c", "10.77.0.2", "02:77:00:00:00:02"), ("s", "10.77.0.1", "02:77:00:00:00:01")):
        lab.ip(which, "neigh", "replace", other, "lladdr", mac, "dev", "eth0", "nud", "permanent")


def timed(s, delay, injected, rule="", jitter=0, tap="c", version="-tls1_3", deeds=None):
    """One connection through the relay: a line and its echo, then close by the client."""
    options = {"delay_ms": delay, "jitter_ms": jitter, "rule": rule, "seed": 7}
    with RelayPair(s, options, tap=tap, version=version) as pair:
        facts = pair.client(version, script=[("hello\n", 0.6 + delay / 100), ("Q\n", 0.6)])
        done = pair.deeds()
    must(facts.version, "no handshake", facts)
    must(deeds is None or (len(done) >= deeds), f"the relay did not do its deed: {done}")
    side = {"c": "client", "s": "server"}[tap]
    s.truth(sni=SERVER_NAME, resumed="no", note=f"tap at the {side}; {injected}", **facts.as_truth())
    near = jitter / 2 if jitter else 0
    round_trip = 2 * delay + 2 * near
    note = "; ".join(f"{d['deed']} ({d['from']}, seq {d['seq']}, len {d['len']}, epoch {d['at']})" for d in done[:12])
    s.time(tap=side, delay_c2s_ms=delay, delay_s2c_ms=delay, jitter_ms=jitter, injected=injected, note=note,
           rtt_server_ms=f"{round_trip:g}" if tap == "c" else 0, rtt_client_ms=0 if tap == "c" else f"{round_trip:g}")


@sample("delay-20ms.pcap", "relay", "openssl peers, relay with 20 ms each way, tap at the client", "rtt_server 40 ms, rtt_client 0, TLS 1.3 handshake of two round trips with connect")
def delay20(s):
    timed(s, 20, "20 ms each way")


@sample("delay-20ms-server-side.pcap", "relay", "the same, tap at the server", "rtt_server 0, rtt_client 40 ms")
def delay20_server(s):
    timed(s, 20, "20 ms each way", tap="s")


@sample("delay-20ms-tls12.pcapng", "relay", "the same with TLS 1.2, tap at the client", "one round trip more than TLS 1.3")
def delay20_tls12(s):
    timed(s, 20, "20 ms each way", version="-tls1_2")


@sample("delay-middle-5-15ms.pcap", "relay", "openssl peers, two relays in a row (5 ms, then 15 ms each way), tap between them", "a tap in mid-path: rtt_client 10 ms, rtt_server 30 ms")
def delay_middle(s):
    lab = Lab(middle=2)

    class Middle(Pair):
        def before(self):
            warm(self.lab)
            start_relay(self.lab, "toc", "xc", {"delay_ms": 5}, "one")
            start_relay(self.lab, "xs", "tos", {"delay_ms": 15}, "two")

    with Middle(s, ["-tls1_3"], lab=lab, tap="m", iface="xc", cert="leaf", chain=["middle"], mode="-rev") as pair:
        facts = pair.client("-tls1_3", script=[("hello\n", 0.8), ("Q\n", 0.5)])
    s.truth(sni=SERVER_NAME, resumed="no", note="tap between two relays: 5 ms to the client, 15 ms to the server", **facts.as_truth())
    s.time(tap="middle", delay_c2s_ms=20, delay_s2c_ms=20, jitter_ms=0, injected="5 ms client to tap, 15 ms tap to server, each way",
           rtt_server_ms=30, rtt_client_ms=10)


@sample("delay-20ms-jitter-10ms.pcap", "relay", "relay with 20 ms plus 0 to 10 ms at random each way, order kept; tap at the client", "jittered round trips between 40 and 60 ms")
def jitter(s):
    timed(s, 20, "20 ms plus 0 to 10 ms each way", jitter=10)


@sample("loss-syn.pcap", "relay", "relay with 20 ms, drops the first SYN; tap at the client", "one SYN retry after about 1 s: connect_ms about 1040, RTT taken from the answered SYN and ambiguous")
def loss_syn(s):
    timed(s, 20, "first SYN lost", "drop-syn", deeds=1)


@sample("loss-synack.pcap", "relay", "relay with 20 ms, drops the first SYN/ACK; tap at the client", "seen from the client as an unanswered SYN")
def loss_synack(s):
    timed(s, 20, "first SYN/ACK lost", "drop-synack", deeds=1)


@sample("loss-synack-server-side.pcap", "relay", "the same, tap at the server", "the SYN/ACK goes out twice, from here the SYN too")
def loss_synack_server(s):
    timed(s, 20, "first SYN/ACK lost", "drop-synack", tap="s", deeds=1)


@sample("loss-client-hello.pcap", "relay", "relay with 20 ms, drops the client's first data segment; tap at the client", "the ClientHello is retransmitted")
def loss_hello(s):
    timed(s, 20, "first data segment of the client lost", "drop-client-hello", deeds=1)


@sample("loss-server-flight.pcap", "relay", "relay with 20 ms, drops the server's second data segment; tap at the client", "a hole in the server's flight, filled later: out-of-order, SACK, stall")
def loss_flight(s):
    timed(s, 20, "second data segment of the server lost", "drop-server-2", deeds=1)


@sample("loss-server-flight-server-side-tls12.pcapng", "relay", "the same with TLS 1.2, tap at the server", "seen from the sender: a retransmission")
def loss_flight_server(s):
    timed(s, 20, "second data segment of the server lost", "drop-server-2", tap="s", version="-tls1_2", deeds=1)


@sample("reorder.pcap", "relay", "relay with 10 ms, swaps the server's first two data segments; tap at the client", "out-of-order data without loss; the server's flight arrives second half first")
def reorder(s):
    timed(s, 10, "first two data segments of the server swapped", "reorder", deeds=1)


@sample("duplicate.pcap", "relay", "relay with 10 ms, each third TCP frame sent twice, 2 ms apart; tap at the client", "duplicate segments of every kind")
def duplicate(s):
    timed(s, 10, "each third TCP frame twice", "duplicate", deeds=2)


@sample("close-lost-fin.pcap", "relay", "relay with 10 ms, drops the server's first FIN; tap at the client", "the close needs a retransmitted FIN")
def lost_fin(s):
    timed(s, 10, "first FIN of the server lost", "drop-server-last-fin", deeds=1)


@sample("close-simultaneous.pcap", "relay", "Python peers, relay with 20 ms; both close 60 ms after the server's answer left; tap at the client", "FINs cross on the way: CLOSING at both ends")
def simultaneous(s):
    class Wired(Lab):
        def build(self):
            super().build()
            warm(self)
            start_relay(self, "toc", "tos", {"delay_ms": 20}, "deeds")

    talk(s, "serve-tls", "client-tls", note="both ends close at about the same time", lab=Wired(middle=1), server_extra=["close=server", "after=0.060"],
         client_extra=["after=0.040"])
    s.time(tap="client", delay_c2s_ms=20, delay_s2c_ms=20, jitter_ms=0, injected="20 ms each way; FINs cross", rtt_server_ms=40,
           rtt_client_ms=0)

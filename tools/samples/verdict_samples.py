"""One cause each for the rules of src/verdict: slow and failed handshakes between real peers, with a wire, a kernel or a
program between them that does exactly one thing wrong."""

from book import sample
from lab import Lab
from openssl_peers import SERVER_NAME, must
from relay_samples import start_relay, warm
from tcp_samples import PLAIN, said


class Wired(Lab):
    """A lab with a relay in the middle."""

    def __init__(self, options, prepare=None):
        super().__init__(middle=1)
        self.options, self.prepare = options, prepare

    def build(self):
        super().build()
        warm(self)
        if self.prepare:
            self.prepare(self)
        self.log = start_relay(self, "toc", "tos", {"seed": 7, **self.options}, "deeds")

    def deeds(self):
        with open(self.log) as f:
            return f.read().splitlines()


def meet(s, options, server, client, tap="c", cert="rsa", prepare=None, deeds=0):
    """One Python client at one Python server; what the client said."""
    pem, key = s.pki[cert]
    with Wired(options, prepare) as lab:
        lab.listen("s", [*PLAIN, *server, f"cert={pem}", f"key={key}"], 443)
        with lab.record(tap) as recording:
            text = lab.run("c", [*PLAIN, *client, f"ca={s.pki['root'][0]}", f"sni={SERVER_NAME}"])
        recording.save(s.path)
        done = len(lab.deeds())
    must(done >= deeds, f"the relay did {done} deeds")
    return text


def complete(s, note, *args, **kw):
    rows = said(meet(s, *args, **kw))
    must(len(rows) == 1, "no handshake")
    s.truth(sni=SERVER_NAME, note=note, **rows[0])


def given_up(s, outcome, note, *args, **kw):
    text = meet(s, *args, **kw)
    must("gave up" in text, f"the client said: {text}")
    s.truth(sni=SERVER_NAME, outcome=outcome, note=f"{note}; the client: {text.strip()}")


def short_window(lab):
    """The server's kernel begins with two segments."""
    lab.ip("s", "route", "replace", "10.77.0.0/24", "dev", "eth0", "src", "10.77.0.2", "initcwnd", "2")


@sample("slow-server-think.pcap", "verdict", "relay with 10 ms each way; a server that thinks for 400 ms about the ClientHello", "`slow_server`: where the time went")
def slow_server(s):
    complete(s, "the server thought for 400 ms", {"delay_ms": 10}, ["serve-slow", "think=0.4", "close=unwrap"], ["client-tls", "close=unwrap"])


@sample("slow-client-think.pcap", "verdict", "relay with 10 ms each way; a client that thinks for 500 ms about the server's flight", "`slow_client`")
def slow_client(s):
    complete(s, "the client thought for 500 ms", {"delay_ms": 10}, ["serve-tls"], ["client-slow", "think=0.5"])


@sample("slow-network.pcap", "verdict", "relay with 120 ms each way, TLS 1.2", "`slow_network`: three round trips and nothing else")
def slow_network(s):
    complete(s, "120 ms each way", {"delay_ms": 120}, ["serve-tls", "tls=1.2", "close=unwrap"], ["client-tls", "tls=1.2", "close=unwrap"])


@sample("slow-transfer.pcap", "verdict", "relay with 10 ms each way and 160 kbit/s, TLS 1.2", "`slow_transfer`: the flight itself takes its time")
def slow_transfer(s):
    complete(s, "160 kbit/s", {"delay_ms": 10, "kbit": 160}, ["serve-tls", "tls=1.2", "close=unwrap"], ["client-tls", "tls=1.2", "close=unwrap"], cert="wide")


@sample("slow-flight-held.pcap", "verdict", "relay with 20 ms each way; a server whose initial window is two segments, with a certificate of 8 KB", "`flight_held`: round trips more")
def flight_held(s):
    complete(s, "the server's initial congestion window: 2 segments", {"delay_ms": 20}, ["serve-tls", "tls=1.2", "close=unwrap"], ["client-tls", "tls=1.2", "close=unwrap"],
             cert="wide", prepare=short_window)


@sample("slow-nagle.pcap", "verdict", "relay with 5 ms each way; a server of our own that writes its flight in two pieces without TCP_NODELAY, a client that delays its ACKs", "`nagle_delayed_ack`")
def nagle(s):
    complete(s, "Nagle's algorithm and delayed ACK", {"delay_ms": 5}, ["serve-nagle"], ["client-delays-acks"])


@sample("failed-reset-injected.pcap", "verdict", "relay with 20 ms each way that answers the ClientHello with a RST of TTL 57 in the server's name; tap at the client", "`reset_injected`")
def injected(s):
    given_up(s, "reset", "a RST by the relay", {"delay_ms": 20, "rule": "reset"}, ["serve-tls"], ["client-gives-up", "after=4"], deeds=1)


@sample("failed-hello-dropped.pcap", "verdict", "relay with 20 ms each way that drops all the client says; tap at the client", "`hello_dropped`")
def dropped(s):
    given_up(s, "failed", "the ClientHello never passes", {"delay_ms": 20, "rule": "drop-client-data"}, ["serve-tls"],
             ["client-gives-up", "after=4"], deeds=3)


@sample("failed-mtu-black-hole.pcap", "verdict", "relay with 20 ms each way that drops IP packets of more than 1000 bytes without a word; tap at the client", "`mtu_black_hole`, seen from the receiver")
def black_hole(s):
    given_up(s, "failed", "packets of more than 1000 bytes vanish", {"delay_ms": 20, "mtu": 1000}, ["serve-tls", "tls=1.2"],
             ["client-gives-up", "after=4", "tls=1.2"], cert="wide", deeds=3)


@sample("failed-mtu-black-hole-server-side.pcap", "verdict", "the same, tap at the server", "`mtu_black_hole`, seen from the sender")
def black_hole_server(s):
    given_up(s, "failed", "packets of more than 1000 bytes vanish", {"delay_ms": 20, "mtu": 1000}, ["serve-tls", "tls=1.2"],
             ["client-gives-up", "after=4", "tls=1.2"], tap="s", cert="wide", deeds=3)


def eight_times(s, note, server, cert, refusing=0):
    """Eight connections of one client, one after the other; then `refusing` of one that does not know the CA."""
    pem, key = s.pki[cert]
    with Wired({"delay_ms": 5}) as lab:
        lab.listen("s", [*PLAIN, *server, "close=unwrap", "tls=1.2", f"cert={pem}", f"key={key}"], 443)
        client = [*PLAIN, "client-tls", "close=unwrap", "tls=1.2", f"sni={SERVER_NAME}"]
        with lab.record("c") as recording:
            text = "".join(lab.run("c", [*client, f"ca={s.pki['root'][0]}"]) for _ in range(8))
            for _ in range(refusing):
                lab.run("c", [*client, f"ca={s.pki['other'][0]}"], ok=(1,))
        recording.save(s.path)
    rows = said(text)
    must(len(rows) == 8, f"{len(rows)} handshakes")
    for stream, row in enumerate(rows):
        s.truth(stream=stream, sni=SERVER_NAME, note=note, **row)
    for stream in range(8, 8 + refusing):
        s.truth(stream=stream, sni=SERVER_NAME, outcome="failed", note="the client does not know the CA")


@sample("compare-before.pcap", "verdict", "relay with 5 ms each way; one client, eight connections with TLS 1.2", "with the next one: `--compare`")
def compare_before(s):
    eight_times(s, "before", ["serve-tls"], "rsa")


@sample("compare-after.pcap", "verdict", "the same with a server that thinks for 60 ms, has another certificate of 8 KB, and is refused twice", "`--compare`: slower by the server's part, a certificate new and one gone, failures")
def compare_after(s):
    eight_times(s, "after: the server thought for 60 ms", ["serve-slow", "think=0.06"], "wide", refusing=2)

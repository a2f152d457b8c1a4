"""A SYN flood at full speed: every packet that crossed the wire is either in the accounting or among the drops, exactly."""

import os
import random
import re
import shutil
import struct
import subprocess
import time

from live_net import CLIENT_DEVICE, SERVER_DEVICE, SERVER_IP, Nginx, inside, nginx_server
from load import PORT, Handshakes
from program import Failed, Tlsscope

SEED = 20260728
REAL_RATE, REAL_SECONDS = 20, 12  # handshakes meanwhile; the flood is shorter
SETTLE = 2  # s until nothing is on the way any more
LIMIT = 300  # s for tcpreplay
# Locally administered, and nobody's: the flood is the capture's trouble, not the server's TCP.
ETHERNET = bytes.fromhex("02feed000002" "02feed000001" "0800")
TCP_OPTIONS = bytes.fromhex("020405b40402080a0000000000000000" "01030307")  # MSS, SACK permitted, time stamps, window scale


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def syn(source, port, to_port, sequence):
    destination = bytes(map(int, SERVER_IP.split(".")))
    tcp = struct.pack(">HHIIBBHHH", port, to_port, sequence, 0, (20 + len(TCP_OPTIONS)) // 4 << 4, 2, 64240, 0, 0) + TCP_OPTIONS
    pseudo = source + destination + struct.pack(">HH", 6, len(tcp))
    tcp = tcp[:16] + struct.pack(">H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), sequence & 0xFFFF, 0x4000, 64, 6, 0) + source + destination
    return ETHERNET + ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:] + tcp


def write_flood(path, packets):
    """Each from another source and port: none belongs to a connection that is there."""
    chance = random.Random(SEED)
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for i in range(packets):
            source = struct.pack(">I", chance.randrange(0x0B000000, 0x7F000000))
            frame = syn(source, chance.randrange(1024, 65536), chance.choice((80, 443, 8443)), chance.getrandbits(32))
            out.write(struct.pack("<IIII", 1_800_000_000 + i // 1_000_000, i % 1_000_000, len(frame), len(frame)) + frame)


def replay(setup, path):
    """(packets sent, packets a second) by tcpreplay's own word."""
    p = subprocess.run(inside(setup.network.client, "tcpreplay", "--topspeed", "--preload-pcap", "-i", CLIENT_DEVICE, path),
                       capture_output=True, text=True, timeout=LIMIT, check=False)
    sent = re.search(r"Successful packets:\s+(\d+)", p.stdout)
    speed = re.search(r"([\d.]+) pps", p.stdout)
    if p.returncode or not sent:
        raise Failed(f"tcpreplay: {p.stderr.strip() or p.stdout.strip()}")
    return int(sent.group(1)), float(speed.group(1)) if speed else 0.0


def on_the_wire(setup):
    """The capture sees both directions. What the interface itself lost on arrival it never handed on."""
    counters = setup.network.counters(setup.network.server, SERVER_DEVICE)
    return counters["rx_packets"], counters["tx_packets"], counters["rx_missed_errors"]


def flood_once(setup, path, words, say):
    program = Tlsscope(setup.binary, setup.network.server, SERVER_DEVICE, setup.reports, *setup.words, *words)
    setup.cleanup.callback(program.kill)
    before = on_the_wire(setup)
    load = Handshakes(setup.network, REAL_RATE, REAL_SECONDS, 1)
    setup.cleanup.callback(load.stop)
    time.sleep(2)  # some before, some during, some after
    cpu = program.cpu_seconds()
    sent, speed = replay(setup, path)
    cpu = program.cpu_seconds() - cpu
    load.wait()
    time.sleep(SETTLE)
    last = program.statistics()
    received, transmitted, missed = (b - a for a, b in zip(before, on_the_wire(setup)))
    peak = program.memory_kib()[1]
    program.finish()

    wire, accounted = received + transmitted + missed, last.packets + last.kernel + last.interface
    outcomes = {r["sni"]: r for r in program.rows() if r["sni"]}
    made = load.made()
    whole = {name for name in made if name in outcomes and outcomes[name]["outcome"] == "complete"}
    touched = {name for name in made - whole if name in outcomes}
    say(f"  sent                {sent:,} SYNs at {speed:,.0f} per second")
    say(f"  on the wire         {wire:,} = {received:,} received + {transmitted:,} sent + {missed:,} missed by the interface")
    say(f"  tlsscope            {accounted:,} = {last.packets:,} analyzed + {last.kernel:,} dropped by kernel + {last.interface:,} by interface"
        f"  {'exact' if wire == accounted else f'OFF BY {accounted - wire:+,}'}")
    say(f"  summary             {program.packets_accounted():,} packets, drops told: {program.drops_told()}")
    say(f"  real handshakes     {len(made)} made, {len(load.failed())} not; {len(whole)} rows complete, {len(touched)} rows of what was left, "
        f"{len(made) - len(whole) - len(touched)} without a row")
    for name in sorted(touched)[:3]:
        say(f"    {name}: {outcomes[name]['outcome']}, {outcomes[name]['anomalies']}")
    say(f"  peak RSS            {peak:,} KiB")
    say(f"  CPU during flood    {cpu:.2f} s, {1e6 * cpu / max(1, sent):.2f} us per SYN sent")
    if wire != accounted:
        raise Failed("packets are neither accounted for nor among the drops")
    if program.packets_accounted() != last.packets or program.drops_told() != (last.kernel, last.interface):
        raise Failed("the summary says something else than SIGUSR1")
    if last.kernel == 0 and len(whole) != len(made):
        raise Failed("nothing was dropped, and yet handshakes are missing")
    return last.kernel


def prove(setup, say):
    if shutil.which("tcpreplay") is None:
        raise Failed("no tcpreplay here: apt-get install tcpreplay")
    path = os.path.join(setup.folder, "flood.pcap")
    write_flood(path, setup.packets)
    nginx = Nginx(setup.network, setup.folder, [nginx_server(PORT)], log=False)
    setup.cleanup.callback(nginx.stop)
    dropped = 0
    for words, what in (((), "default buffer"), (("-B", "512"), "buffer of 512 KiB (-B 512)"), (("-B", "65536"), "buffer of 64 MiB")):
        say(f" {what}")
        dropped += flood_once(setup, path, words, say)
    if dropped == 0:
        say("  note: nothing was ever dropped, so the identity was not put to the test (--packets)")

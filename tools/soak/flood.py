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
REAL_RATE, REAL_SECONDS = 20, 15  # handshakes before, during and after: the flood takes some three seconds
BEFORE, RECOVERY = 2, 3  # s of handshakes before the flood; s after it, when its backlog must have been worked off
SETTLE = 1  # s without a packet more: nothing is on the way, and the program has caught up
CATCH_UP_LIMIT = 60  # s
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


def caught_up(program):
    """Its last statistics, when they stand still, and how long that took."""
    start, last = time.monotonic(), program.statistics()
    while time.monotonic() - start < CATCH_UP_LIMIT:
        time.sleep(SETTLE)
        before, last = last, program.statistics()
        if before[:3] == last[:3]:
            return last, time.monotonic() - start - SETTLE
    raise Failed(f"still behind {CATCH_UP_LIMIT} s after the last packet: {last}")


def by_phase(program, made, flood_end):
    """Phase -> [handshakes made, rows complete, rows of what was left of them]: each was due at its number / rate."""
    outcomes = {r["sni"]: r["outcome"] for r in program.rows() if r["sni"]}
    phases = {"before": [0, 0, 0], "during": [0, 0, 0], "after": [0, 0, 0]}
    for name in made:
        due = int(name.split(".")[0].split("-")[1]) / REAL_RATE
        phase = phases["before" if due < BEFORE - 1 else "during" if due < flood_end + RECOVERY else "after"]
        phase[0] += 1
        phase[1] += outcomes.get(name) == "complete"
        phase[2] += outcomes.get(name, "complete") != "complete"
    return phases


def told_of_loss(program):
    """What the rows of real handshakes that are not complete say of themselves."""
    rows = [r for r in program.rows() if r["sni"] and r["outcome"] != "complete"]
    named = sum("capture_loss" in r["anomalies"] for r in rows)
    return f"{named} of {len(rows)} name the loss (anomaly capture_loss)"


def flood_once(setup, path, words, say):
    program = Tlsscope(setup.binary, setup.network.server, SERVER_DEVICE, setup.reports, *setup.words, *words)
    setup.cleanup.callback(program.kill)
    before = on_the_wire(setup)
    load = Handshakes(setup.network, REAL_RATE, REAL_SECONDS, 1)
    setup.cleanup.callback(load.stop)
    start = time.monotonic()
    time.sleep(BEFORE)
    cpu = program.cpu_seconds()
    sent, speed = replay(setup, path)
    flood_end = time.monotonic() - start
    cpu = program.cpu_seconds() - cpu
    load.wait()
    last, behind = caught_up(program)
    received, transmitted, missed = (b - a for a, b in zip(before, on_the_wire(setup)))
    peak = program.memory_kib()[1]
    program.finish()

    wire, accounted = received + transmitted + missed, last.packets + last.kernel + last.interface
    phases = by_phase(program, load.made(), flood_end)
    say(f"  sent                {sent:,} SYNs at {speed:,.0f} per second")
    say(f"  on the wire         {wire:,} = {received:,} received + {transmitted:,} sent + {missed:,} missed by the interface")
    say(f"  tlsscope            {accounted:,} = {last.packets:,} analyzed + {last.kernel:,} dropped by kernel + {last.interface:,} by interface"
        f"  {'exact' if wire == accounted else f'OFF BY {accounted - wire:+,}'}")
    packets, _ = program.account("packets")
    link, line = program.account("link_packets")
    say(f"  summary             {packets:,} packets, drops told: {program.drops_told()}; {line or 'no account of the link'}")
    for phase, (made, whole, parts) in phases.items():
        say(f"  handshakes {phase:8} {made} made: {whole} rows complete, {parts} rows of what was left, {made - whole - parts} without a row")
    say(f"  of partial rows     {told_of_loss(program)}")
    say(f"  caught up           {behind:.0f} s after the last handshake, {REAL_SECONDS - flood_end:.0f} s after the flood")
    say(f"  peak RSS            {peak:,} KiB")
    say(f"  CPU during flood    {cpu:.2f} s, {1e6 * cpu / max(1, sent):.2f} us per SYN sent")
    if wire != accounted:
        raise Failed("packets are neither accounted for nor among the drops")
    if link not in (None, wire):
        raise Failed("the summary's account of the link is not what was on the wire")
    if packets != last.packets or program.drops_told() != (last.kernel, last.interface):
        raise Failed("the summary says something else than SIGUSR1")
    if phases["after"][0] != phases["after"][1]:
        raise Failed(f"handshakes are missing that came more than {RECOVERY} s after the flood")
    if last.kernel == 0 and any(made != whole for made, whole, _ in phases.values()):
        raise Failed("nothing was dropped, and yet handshakes are missing")
    return last.kernel


def prove(setup, say):
    if shutil.which("tcpreplay") is None:
        raise Failed("no tcpreplay here: apt-get install tcpreplay")
    path = os.path.join(setup.folder, "flood.pcap")
    write_flood(path, setup.packets)
    nginx = Nginx(setup.network, setup.folder, [nginx_server(PORT)], log=False)
    setup.cleanup.callback(nginx.stop)
    dropped, faults = 0, []
    for words, what in (((), "default buffer"), (("-B", "512"), "buffer of 512 KiB (-B 512)"), (("-B", "65536"), "buffer of 64 MiB")):
        say(f" {what}")
        try:
            dropped += flood_once(setup, path, words, say)
        except Failed as e:
            say(f"  FAILED: {e}")
            faults.append(str(e))
    if faults:
        raise Failed("; ".join(dict.fromkeys(faults)))
    if dropped == 0:
        say("  note: nothing was ever dropped, so the identity was not put to the test (--packets)")

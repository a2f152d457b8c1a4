#!/usr/bin/env python3
"""Writes the first inputs of corpus/conversation: scripts by name of their instructions (conversation_acts.cpp)."""

import pathlib

HERE = pathlib.Path(__file__).resolve().parent
ACTS = """open hello server client data notify junk ack fin close rst forge overlap cut reorder drop repeat twice wait edit
snap fragments noise connect another wrap turn keep""".split()

OPEN, CLOSE = "open 7 90 7", "close"
FULL12 = ["hello 0", "server 0", "client 0", "server 8"]
FULL13 = ["hello 1", "server 1", "client 1", "data 0 9 9", "data 128 9 99"]
SCRIPTS = {
    "tls12": [OPEN, *FULL12, "data 0 9 9", "data 128 9 99", CLOSE],
    "tls13": [OPEN, *FULL13, CLOSE],
    "retry": [OPEN, "hello 1", "server 2", "hello 1", "server 1", "client 1", CLOSE],
    "resumed": [OPEN, "hello 2 7", "server 3 7", "client 6", "notify 0 1", CLOSE],
    "client-certificate": [OPEN, "hello 0", "server 6 100 50", "client 2 200", "server 8", CLOSE],
    "refused-by-alert": [OPEN, "hello 0", "server 4 40", CLOSE],
    "split-and-shuffled": [OPEN, "hello 5 40", "cut 1 99", "reorder 0 7", "server 1", "cut 1 200", "reorder 1", "client 1", CLOSE],
    "lost-and-repeated": [OPEN, "hello 0", "cut 1 30", "repeat 1 4", "drop 1", "server 0", "cut 1 255", "repeat 2 7", "client 0"],
    "conflict": [OPEN, "hello 0", "overlap 20 40 9", "server 0", "overlap 200 90 1", "client 0", "server 8"],
    "forged": [OPEN, "forge 0 40", "hello 0", "rst 128 2 9", "server 0", "client 0", "forge 128 9 4", "server 8"],
    "odd-ends": [OPEN, "hello 0", "fin 0", "server 0", "fin 128 1", "rst 0 0", "ack 128"],
    "gaps-in-time": [OPEN, "wait 9", "hello 0", "wait 11", "server 0", "wait 10", "client 0", "edit 0 8 9", "server 8"],
    "cut-by-snaplen": [OPEN, "hello 0", "snap 0 120", "server 0", "snap 0 0 1", "client 0"],
    "fragments": [OPEN, "hello 0", "fragments 0 4", "server 0", "fragments 0 9 1", "client 0", "fragments 0 2 4", "server 8"],
    "mirrored-twice": [OPEN, *FULL12, CLOSE, "twice"],
    "interleaved": [OPEN, *FULL12, "another 1", OPEN, *FULL13, "another 2", OPEN, "hello 7 3 2", "server 0", CLOSE],
    "ports-again": [OPEN, *FULL12, CLOSE, "wait 10", "connect 0", OPEN, *FULL13, CLOSE],
    "wrapping": ["open 64 20 9", "hello 0", "cut 1 20", "server 0", "client 0", "server 8", CLOSE],
    "plain-text-first": [OPEN, "junk 128 1", "junk 0 2", "junk 128 3", *FULL13, "noise 0 9 9", CLOSE],
    "one-side": [OPEN, *FULL12, CLOSE, "keep 128"],
    "tags-and-flags": [OPEN, "edit 0 10 5", "hello 0", "edit 0 4 40", "server 0", "edit 0 3", "client 0", "edit 0 0"],
    "turned-round": [OPEN, *FULL12, CLOSE, "turn", "connect 1", OPEN, *FULL13],
}


def encode(script, carriers):
    out = bytes(carriers)
    for line in script:
        name, *numbers = line.split()
        out += bytes([ACTS.index(name), *map(int, numbers)]).ljust(4, b"\0")
    return out


def main():
    target = HERE / "corpus" / "conversation"
    target.mkdir(parents=True, exist_ok=True)
    for i, (name, script) in enumerate(SCRIPTS.items()):
        (target / name).write_bytes(encode(script, [i, i + 3]))


if __name__ == "__main__":
    main()

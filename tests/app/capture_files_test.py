#!/usr/bin/env python3
"""Capture files, right and wrong, as the program's user meets them: exit status, message, rows and memory.

capture_files_test.py BINARY [unittest arguments]. Standard library only. Names of cases carry the torture list's numbers.
"""

import bz2
import gzip
import lzma
import os
import struct
import sys
import unittest

import cli_test
from cli_test import DAMAGED, OK, USAGE, CliTest, sample

PACKETS_OF = sample("tls13-nanosecond.pcap")
NAME = "www.example.com"


def packets():
    """(seconds, nanoseconds, bytes) of a sample with one whole handshake."""
    with open(PACKETS_OF, "rb") as file:
        data = file.read()
    at, out = 24, []
    while at < len(data):
        seconds, fraction, captured, _ = struct.unpack_from("<IIII", data, at)
        out.append((seconds, fraction, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return out


def pcap_header(order="<", magic=0xA1B2C3D4, major=2, minor=4, snaplen=262144, link=1):
    return struct.pack(order + "IHHiIII", magic, major, minor, 0, 0, snaplen, link)


def pcap(order="<", nanoseconds=False, extra=b"", **header):
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    out = [pcap_header(order, header.pop("magic", magic), **header)]
    for seconds, fraction, data in packets():
        data += extra
        out.append(struct.pack(order + "IIII", seconds, fraction if nanoseconds else fraction // 1000, len(data), len(data)) + data)
    return b"".join(out)


def block(kind, body, length=None, trailer=None, order="<"):
    body += bytes(-len(body) % 4)
    whole = len(body) + 12 if length is None else length
    return struct.pack(order + "II", kind, whole) + body + struct.pack(order + "I", whole if trailer is None else trailer)


def section(order="<"):
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order=order)


def interface(link=1, snaplen=0, options=b"", order="<"):
    return block(1, struct.pack(order + "HHI", link, 0, snaplen) + options, order=order)


def enhanced(number, packet, order="<", captured=None):
    seconds, fraction, data = packet
    ticks = seconds * 10**6 + fraction // 1000
    size = len(data) if captured is None else captured
    return block(6, struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, size, size) + data, order=order)


def pcapng(extra=b"", after=5, order="<", interfaces=None):
    """The conversation with something between its packets."""
    out = [section(order), interfaces or interface(order=order)]
    out += [enhanced(0, p, order) for p in packets()]
    out.insert(2 + after, extra)
    return b"".join(out)


class FilesTest(CliTest):
    def run_on(self, status, data, *words, rows=None, name="case.pcap"):
        """Exit status, words of the message, and whether the conversation is in the report."""
        done = self.expect(status, [self.write(name, data), "--csv", "-"])
        if words:
            self.expect_message(done, name, *words)
        else:
            self.assertEqual(done.err, "")
        if rows is not None:
            self.assertEqual([r["sni"] for r in done.rows()], [NAME] * rows)
        return done

    def run_with_note(self, data, *words):
        """Odd but complete: all is read and nothing is wrong, so that only the summary (and -v) tells of it."""
        self.run_on(OK, data, rows=1)
        done = self.expect(OK, [self.path("case.pcap")])
        for word in words:
            self.assertIn(word, " ".join(done.out.split()))

    def peak(self, path):
        """Most memory of a run on this file, in bytes."""
        child = os.fork()
        if child == 0:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            os.execv(cli_test.BINARY, [cli_test.BINARY, path, "-q"])
        return os.wait4(child, 0)[2].ru_maxrss * 1024


class Pcap(FilesTest):
    def test_F01_to_F04_byte_orders_and_clocks(self):
        for order in "<>":
            for nanoseconds in (False, True):
                self.run_on(OK, pcap(order, nanoseconds), rows=1)

    def test_F06_short_file_header(self):
        self.run_on(USAGE, pcap()[:20], "20 of 24 bytes")

    def test_F07_torn_record_header(self):
        self.run_on(DAMAGED, pcap() + b"1234567", f"at byte {len(pcap())}", "7 of 16 bytes", rows=1)

    def test_F08_torn_record(self):
        last = 16 + len(packets()[-1][2])
        self.run_on(DAMAGED, pcap()[:-1], f"at byte {len(pcap()) - last}", "packet cut short", rows=1)

    def test_F09_empty(self):
        self.run_on(USAGE, b"", "empty")

    def test_F10_header_only(self):
        self.run_on(OK, pcap_header(), rows=0)

    def test_F11_longer_than_the_snapshot_length(self):
        self.run_with_note(pcap(snaplen=60), "snapshot length")

    def test_F12_impossible_length(self):
        self.run_on(DAMAGED, pcap() + struct.pack("<IIII", 1, 0, 0xFFFFFFFF, 60) + bytes(60), "4294967295", rows=1)

    def test_F15_version_3(self):
        self.run_on(USAGE, pcap(major=3, minor=0), "version 3.0")

    def test_F17_frame_check_sequences_are_no_payload(self):
        plain = self.run_on(OK, pcap(), rows=1).rows()[0]
        self.assertEqual(self.run_on(OK, pcap(extra=b"\xde\xad\xbe\xef", link=0x24000001), rows=1).rows()[0], plain)

    def test_F18_fraction_out_of_range(self):
        seconds, _, data = packets()[-1]
        late = struct.pack("<IIII", seconds, 1_000_001, len(data), len(data)) + data
        self.run_with_note(pcap() + late, "ts_bad")

    def test_F19_unknown_link_type(self):
        self.run_on(USAGE, pcap(link=147), "link type 147 (USER0)")

    def test_F20_patched_variants(self):
        for magic in (0xA1B2C3CB, 0xA12B3C4D):
            self.run_on(USAGE, pcap(magic=magic), "patched variant of pcap")

    def test_F22_time_going_back(self):
        records = [pcap_header()]
        for n, (seconds, _, data) in enumerate(packets()):
            records.append(struct.pack("<IIII", seconds - (3600 if n > 3 else 0), 0, len(data), len(data)) + data)
        row = self.run_on(OK, b"".join(records), rows=1).rows()[0]
        self.assertIn("time_back", row["anomalies"])

    def test_F23_the_first_and_the_last_second(self):
        for second in (0, 2**32 - 1):
            records = [struct.pack("<IIII", second, n, len(d), len(d)) + d for n, (_, _, d) in enumerate(packets())]
            self.run_on(OK, pcap_header() + b"".join(records), rows=1)

    def test_F24_two_files_joined_by_cat(self):
        self.run_on(DAMAGED, pcap() + pcap(), f"at byte {len(pcap())}", "mergecap", rows=1)


class Pcapng(FilesTest):
    def test_F26_to_F28_byte_orders(self):
        for order in "<>":
            self.run_on(OK, pcapng(order=order), rows=1)
        half = packets()
        mixed = section("<") + interface() + b"".join(enhanced(0, p) for p in half[:6])
        mixed += section(">") + interface(order=">") + b"".join(enhanced(0, p, ">") for p in half[6:])
        self.run_on(OK, mixed, rows=1)

    def test_F32_resolution_too_fine(self):
        option = struct.pack("<HHBxxx", 9, 1, 0x80 | 127)
        row = self.run_on(DAMAGED, pcapng(interfaces=interface(options=option)), "finer than", rows=1).rows()[0]
        self.assertEqual(row["tls_ms"], "", "no times rather than wrong ones")

    def test_F35_simple_packets_have_no_times(self):
        blocks = [block(3, struct.pack("<I", len(d)) + d) for _, _, d in packets()]
        done = self.run_on(OK, section() + interface() + b"".join(blocks), rows=1)
        self.assertNotIn("1970", done.out)
        for column in ("tls_ms", "connect_ms", "duration_ms"):
            self.assertEqual(done.rows()[0][column], "", column)

    def test_F36_and_F37_packets_of_no_interface(self):
        simple = block(3, struct.pack("<I", 60) + bytes(60))
        self.run_on(DAMAGED, section() + simple + pcapng()[28:], "before any interface", rows=1)
        self.run_on(DAMAGED, pcapng(enhanced(7, packets()[0])), "interface that is not described", rows=1)

    def test_F38_to_F41_impossible_block_lengths(self):
        for length in (2**32 - 4, 0, 8, 13):
            self.run_on(DAMAGED, pcapng(block(6, bytes(40), length), after=len(packets())), f"block length {length}", rows=1)

    def test_F42_wrong_trailer(self):
        self.run_with_note(pcapng(block(5, bytes(12), trailer=4711)), "both ends")

    def test_F45_secrets_reach_no_report(self):
        file = sample("pcapng-keys-names-comments.pcapng")
        data = self.read(file)
        at = data.index(b"CLIENT_HANDSHAKE_TRAFFIC_SECRET")
        secret = data[at:data.index(b"\n", at)].split()[2]
        self.assertGreater(len(secret), 60)
        page = self.path("page.html")
        done = self.expect(OK, [file, "--html", page, "--json", self.path("a.json")])
        explained = self.expect(OK, [file, "--explain", "0"]).out
        for text in (done.out.encode(), explained.encode(), self.read(page), self.read(self.path("a.json"))):
            self.assertNotIn(secret.lower(), text.lower())

    def test_F46_captured_length_beyond_its_block(self):
        self.run_on(DAMAGED, pcapng(enhanced(0, packets()[0], captured=5000)), "larger than its block", rows=1)

    def test_F49_no_section_header(self):
        self.run_on(USAGE, pcapng()[28:], "not a pcap or pcapng capture")

    def test_F50_two_link_types(self):
        seen = packets()
        both = section() + interface(1) + interface(101)
        both += b"".join(enhanced(n % 2, (s, f, d[14:] if n % 2 else d)) for n, (s, f, d) in enumerate(seen))
        self.run_on(OK, both, rows=1)

    def test_F51_torn_block(self):
        self.run_on(DAMAGED, pcapng()[:-5], "block cut short", rows=1)

    def test_F52_a_hundred_thousand_interfaces_need_no_memory(self):
        few = self.write("few.pcapng", pcapng())
        many = self.write("many.pcapng", pcapng(interfaces=interface() * 100_000))
        self.expect_message(self.expect(DAMAGED, [many]), "more than 1024 interfaces")
        self.assertLess(self.peak(many) - self.peak(few), 16 << 20)


class Compressed(FilesTest):
    def test_F53_gzip(self):
        squeezed = gzip.compress(pcap())
        cut = len(pcap()) // 2
        wrong = squeezed[:-8] + bytes([squeezed[-8] ^ 1]) + squeezed[-7:]
        self.run_on(OK, squeezed, rows=1)
        self.run_on(DAMAGED, squeezed[:-20], "cut short", rows=1)
        self.run_on(DAMAGED, wrong, "incorrect data check", rows=1)
        self.run_on(OK, gzip.compress(pcap()[:cut]) + gzip.compress(pcap()[cut:]), rows=1)
        self.run_with_note(squeezed + bytes(12), "12 bytes after the end")

    def test_F54_a_bomb_needs_no_memory(self):
        bomb = pcapng(block(0x80000001, bytes(400 << 20)))
        few = self.write("few.pcapng", pcapng())
        large = self.write("bomb.pcapng.gz", gzip.compress(bomb, 1))
        self.assertEqual([r["sni"] for r in self.expect(OK, [large, "--csv", "-"]).rows()], [NAME])
        self.assertLess(self.peak(large) - self.peak(few), 64 << 20)

    def test_F54_nested_and_other_kinds(self):
        self.run_on(USAGE, gzip.compress(gzip.compress(pcap())), "compressed twice")
        self.run_on(OK, lzma.compress(pcap()), rows=1)
        self.run_on(OK, bz2.compress(pcap()), rows=1)


if __name__ == "__main__":
    cli_test.BINARY = os.path.realpath(sys.argv.pop(1))
    unittest.main()

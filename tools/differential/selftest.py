#!/usr/bin/env python3
"""What the rules of compare.py and explanations.py explain, and above all what they must not. No tshark, no capture needed."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from compare import DEFINITIONS, Difference, compare, fields_for  # noqa: E402
from explanations import COLUMNS, Explanations  # noqa: E402
from facts import HELLO_RETRY  # noqa: E402

ENDS = {"client": "192.0.2.1", "client_port": 40000, "server": "192.0.2.2", "server_port": 443}
CLIENT, SERVER = "c1" * 32, "5e" * 32


def stream(**facts):
    return {**ENDS, "client_random": CLIENT, "server_random": SERVER, **facts}


def fields_that_differ(mine, other):
    """Names of the differences, with the mark of a definition."""
    return [d.field for d in compare("x.pcap", {0: mine}, {0: other}, fields_for(False) + ["ciphers_count"])[1]]


class Definitions(unittest.TestCase):
    def differ(self, mine, other, *expected):
        self.assertEqual(sorted(fields_that_differ(stream(**mine), stream(**other))), sorted(expected))

    def test_every_mark_has_a_reason(self):
        for field in DEFINITIONS:
            self.assertTrue(DEFINITIONS[field].strip())

    def test_initial_rtt_of_a_repeated_syn_is_the_shorter_one(self):
        self.differ({"initial_rtt": 10**9, "syn_retries": 1}, {"initial_rtt": 10**6}, "initial_rtt?")
        self.differ({"initial_rtt": 10**6, "syn_retries": 1}, {"initial_rtt": 10**9}, "initial_rtt")
        self.differ({"initial_rtt": "", "syn_retries": 1}, {"initial_rtt": 10**6}, "initial_rtt")
        self.differ({"initial_rtt": 10**9}, {"initial_rtt": 10**6}, "initial_rtt")
        self.differ({"initial_rtt": 0}, {"initial_rtt": 10**7}, "initial_rtt")

    def test_a_reference_that_stops_at_the_hello_retry_request(self):
        retry = {"server_random": HELLO_RETRY, "sh_frame": 5}
        self.differ({"sh_frame": 9}, retry, "server_random?", "sh_frame?")
        self.differ({"server_random": "", "sh_frame": ""}, retry, "server_random", "sh_frame")
        self.differ({"sh_frame": 3}, retry, "server_random", "sh_frame")

    def test_the_frame_of_a_hello_has_no_excuse(self):
        self.differ({"sh_frame": 7, "ch_frame": 3}, {"sh_frame": 9, "ch_frame": 4}, "sh_frame", "ch_frame")

    def test_ssl2_hello(self):
        other = {"client_random": "", "ssl2": True}
        self.differ({"ciphers_offered": [4, 5]}, {**other, "ciphers_offered": [4, 5]}, "client_random2", "ciphers_count2")
        self.differ({"ciphers_offered": [4]}, {**other, "ciphers_offered": [4], "ciphers_count": 2}, "client_random2", "ciphers_count")
        self.differ({}, {"client_random": ""}, "client_random")

    def test_suites_of_several_hellos_in_a_frame(self):
        several = {"ciphers_offered": [47, 53], "client_hellos": 2, "ciphers_count": 1}
        self.differ({"ciphers_offered": [47]}, several, "ciphers_offered+")
        self.differ({"ciphers_offered": [53]}, several, "ciphers_offered")
        self.differ({"ciphers_offered": [47]}, {**several, "client_hellos": 1}, "ciphers_offered")


class Pairing(unittest.TestCase):
    def test_a_hello_only_one_side_sees_is_a_difference(self):
        for ours, reference in (({}, {0: stream()}), ({0: stream()}, {})):
            self.assertEqual([d.field for d in compare("x.pcap", ours, reference, fields_for(False))[1]], ["stream"])

    def test_a_connection_in_which_only_we_miss_the_hello_differs_in_its_facts(self):
        self.assertEqual(fields_that_differ({**ENDS}, stream()), ["client_random", "server_random"])

    def test_the_same_hello_under_another_number_differs_in_its_number_only(self):
        counts, differences = compare("x.pcap", {4: stream()}, {0: stream()}, fields_for(False))
        self.assertEqual(differences, [Difference("x.pcap", 4, "number", 4, 0)])
        self.assertEqual(counts["client_random"], 1)


class Rows(unittest.TestCase):
    def explanations(self, *row, reference="tshark"):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rows.tsv")
            with open(path, "w", encoding="utf-8") as file:
                file.write("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n")
            return Explanations(path, reference)

    def test_a_row_explains_what_it_names_and_no_more(self):
        rows = self.explanations("a/*.pcap", "3", "sni,ja3", "ours", "any", "because")
        self.assertEqual(rows.reason(Difference("a/b.pcap", 3, "ja3", "x", "")), "because")
        for other in (Difference("b/b.pcap", 3, "ja3", "x", ""), Difference("a/b.pcap", 2, "ja3", "x", ""),
                      Difference("a/b.pcap", 3, "ja3s", "x", ""), Difference("a/b.pcap", 3, "ja3", "x", "y"),
                      Difference("a/b.pcap", 3, "ja3", "", "y")):
            self.assertIsNone(rows.reason(other), other)

    def test_a_row_for_the_other_reference_is_not_there(self):
        rows = self.explanations("a.pcap", "*", "sni", "ours", "facts", "because")
        self.assertIsNone(rows.reason(Difference("a.pcap", 0, "sni", "x", "")))
        self.assertEqual(rows.unused(), [])

    def test_a_row_without_reason_is_refused(self):
        self.assertRaises(ValueError, self.explanations, "a.pcap", "*", "sni", "ours", "any", " ")


if __name__ == "__main__":
    unittest.main()

"""Measures tlsscope on generated captures, against cat, an empty libpcap loop and the peers that are installed: see README.md."""

import argparse
import sys

import contest
import growth
import startup
from meter import Bench

MODES = {"table": contest, "growth": growth, "startup": startup}


def arguments():
    parser = argparse.ArgumentParser(prog="tools/dev bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mode", nargs="?", choices=MODES, default="table",
                        help="table: all programs on three captures, times and correctness (default)\n"
                             "growth: time and memory as captures become larger, and with open connections\n"
                             "startup: 1,000 small captures in one call and one by one")
    parser.add_argument("--scale", type=float, default=0.1, help="of the full figures, which need 8 GB of disk (growth: 25 GB) and an hour or two (default 0.1)")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many counts (default 3)")
    parser.add_argument("--threads", default="1,2", help="table: worker threads of tlsscope (default 1,2)")
    parser.add_argument("--only", action="append", help="table: bulk, handshakes, mixed; growth: size, connections, open")
    parser.add_argument("--part", type=float, default=0.1, help="table: what slow peers get of a capture (default 0.1)")
    parser.add_argument("--without-peers", action="store_true", help="table: only cat, the empty loop and tlsscope")
    parser.add_argument("--active", type=int, help="connections that talk at the same time (default 8,000, or a quarter of all)")
    parser.add_argument("--file", help="table: measure this capture instead; there is no truth to check")
    parser.add_argument("--memory", type=int, default=16384, help="growth: tlsscope's --memory, MiB, with open connections (default 16384)")
    parser.add_argument("--build", default="build/release", help="where tlsscope and the programs of tools/bench are")
    parser.add_argument("--folder", default="build/bench", help="for captures and results")
    return parser.parse_args()


def main():
    options = arguments()
    return MODES[options.mode].main(Bench(options.build, options.folder), options)


if __name__ == "__main__":
    sys.exit(main())

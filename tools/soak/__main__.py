"""Long proofs of live capture between two network namespaces, as root: see README.md."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import types

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "app"))

import cpu  # noqa: E402
import flood  # noqa: E402
import steady  # noqa: E402
from live_net import Network, Unavailable, inside, run  # noqa: E402
from program import Failed  # noqa: E402

PROOFS = {"steady": steady.prove, "flood": flood.prove, "cpu": cpu.prove}
NOBODY = 65534


def arguments():
    parser = argparse.ArgumentParser(prog="tools/dev soak", description=__doc__)
    parser.add_argument("proofs", nargs="*", metavar="PROOF", help=f"{', '.join(PROOFS)} (default: all)")
    parser.add_argument("--binary", default="build/release/tlsscope")
    parser.add_argument("--minutes", type=float, default=10, help="steady: how long (default 10)")
    parser.add_argument("--rate", type=float, default=300, help="steady: handshakes per second (default 300)")
    parser.add_argument("--processes", type=int, default=2, help="steady: processes that make them (default 2)")
    parser.add_argument("--packets", type=int, default=500_000, help="flood: SYNs (default 500000)")
    parser.add_argument("--megabytes", type=int, default=300, help="cpu: download (default 300)")
    parser.add_argument("--perf", action="store_true", help="cpu: with a profile of tlsscope; the sampling is in the figures then")
    parser.add_argument("--option", action="append", default=[], metavar="WORD", help="one more word for tlsscope, e.g. --option=-B4096")
    asked = parser.parse_args()
    for name in asked.proofs:
        if name not in PROOFS:
            parser.error(f"no proof '{name}' ({', '.join(PROOFS)})")
    return asked


def say(text):
    print(text, flush=True)


def quiet_network(network):
    """No packet but those of the proof: IPv6 would send its own. And ports for minutes of new connections."""
    for namespace in (network.client, network.server):
        run(*inside(namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv4.ip_local_port_range=1024 65535"))
    time.sleep(1)


def carry_out(name, asked):
    with contextlib.ExitStack() as cleanup:
        network = Network()
        cleanup.callback(network.remove)
        quiet_network(network)
        folder = tempfile.mkdtemp(prefix="tlsscope-soak-")
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        os.chmod(folder, 0o711)
        reports = os.path.join(folder, "reports")
        os.mkdir(reports)
        os.chown(reports, NOBODY, NOBODY)  # whom tlsscope becomes
        os.environ.pop("SUDO_UID", None)
        binary = os.path.abspath(asked.binary)
        helped = subprocess.run([binary, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
        PROOFS[name](types.SimpleNamespace(network=network, folder=folder, reports=reports, binary=binary, cleanup=cleanup,
                                           help=helped, words=asked.option, minutes=asked.minutes, rate=asked.rate,
                                           processes=asked.processes, packets=asked.packets, megabytes=asked.megabytes,
                                           perf=asked.perf), say)


def main():
    asked, bad = arguments(), []
    for name in asked.proofs or PROOFS:
        say(f"{name}")
        try:
            carry_out(name, asked)
            say(f"{name}: ok")
        except (Failed, Unavailable) as e:
            say(f"{name}: FAILED: {e}")
            bad.append(name)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

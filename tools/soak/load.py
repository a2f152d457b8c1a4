"""The traffic of the proofs: handshakes at a rate, made by handshakes.py in the client's namespace."""

import json
import os
import subprocess
import sys

from live_net import SERVER_IP, inside

PORT = 443
SCRIPT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "handshakes.py")


class Handshakes:
    """Under way from the start; `made()` is the set of server names whose handshake was done."""

    def __init__(self, network, rate, seconds, processes=2):
        self.wanted_rate = rate
        self.processes = []
        for number in range(processes):
            prefix = f"p{number}"
            words = [sys.executable, SCRIPT, SERVER_IP, str(PORT), prefix, str(rate / processes), str(seconds)]
            self.processes.append((prefix, subprocess.Popen(inside(network.client, *words), stdout=subprocess.PIPE,
                                                            stderr=subprocess.DEVNULL, text=True)))
        self.results = []

    def running(self):
        return any(p.poll() is None for _, p in self.processes)

    def wait(self):
        for prefix, p in self.processes:
            out = p.communicate()[0]
            if p.returncode:
                raise RuntimeError(f"the handshakes stopped with status {p.returncode}")
            self.results.append((prefix, json.loads(out)))

    def stop(self):
        for _, p in self.processes:
            if p.poll() is None:
                p.kill()
            p.wait()
            p.stdout.close()

    def made(self):
        return {f"{prefix}-{i}.soak.example" for prefix, r in self.results for i in range(r["tried"])
                if str(i) not in r["failed"]}

    def failed(self):
        return {f"{prefix}-{i}.soak.example": why for prefix, r in self.results for i, why in r["failed"].items()}

    def rate(self):
        return sum(r["tried"] / r["seconds"] for _, r in self.results)

    def latest(self):
        return max(r["latest_s"] for _, r in self.results)

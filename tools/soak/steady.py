"""Minutes of handshakes at a steady rate: is every one a row, does the memory stand still, what does it cost?"""

import os
import time

from live_net import SERVER_DEVICE, Nginx, nginx_server
from load import PORT, Handshakes
from program import Failed, Tlsscope

SAMPLE_EVERY, WARM_UP = 5, 60  # seconds
LINGER = 8  # s: a closed connection becomes a row at its handshake, and is forgotten five seconds after its end
# Percentiles are exact up to 100,000 connections and keep their samples until then; after these the memory must stand
# still. At 300 a second that is after five and a half minutes.
EXACT_CONNECTIONS = 100_000
LONG_ENOUGH = 120  # s of samples from which on a slope says something
MOST_SLOPE = 64  # KiB a minute


def slope(points):
    """Least squares: KiB a minute of (seconds, KiB)."""
    n = len(points)
    if n < 3:
        return 0.0
    mean_t, mean_v = sum(t for t, _ in points) / n, sum(v for _, v in points) / n
    spread = sum((t - mean_t) ** 2 for t, _ in points)
    return 60 * sum((t - mean_t) * (v - mean_v) for t, v in points) / spread


def observe(program, load, say):
    """Samples (seconds, RSS in KiB) until the load has ended; also the CPU time and the last statistics."""
    start, cpu_start, samples = time.monotonic(), program.cpu_seconds(), []
    while load.running():
        time.sleep(SAMPLE_EVERY)
        at = time.monotonic() - start
        statistics = program.statistics()
        samples.append((at, program.memory_kib()[0]))
        if int(at) % 60 < SAMPLE_EVERY:
            say(f"  {at:5.0f} s  RSS {samples[-1][1]:,} KiB  {statistics.packets:,} packets  {statistics.open:,} open  "
                f"dropped {statistics.kernel:,} + {statistics.interface:,}")
    elapsed = time.monotonic() - start
    return samples, 100 * (program.cpu_seconds() - cpu_start) / elapsed


def tally(program, made):
    """How often each server name is there, and with which outcome."""
    complete, others, twice = set(), [], 0
    for row in program.rows():
        if row["outcome"] != "complete" or not row["sni"].endswith(".soak.example"):
            others.append(f"{row['sni'] or '(no SNI)'}: {row['outcome']}")
        elif row["sni"] in complete:
            twice += 1
        else:
            complete.add(row["sni"])
    return made - complete, complete - made, others, twice


def metrics_words(program_options, folder):
    return ["--metrics", os.path.join(folder, "tlsscope.prom")] if " --metrics" in program_options else []


def metrics_packets(words):
    """What the file of --metrics says at the end."""
    if not words:
        return 0
    with open(words[1], encoding="utf-8") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("tlsscope_packets_total ")), -1)


def prove(setup, say):
    seconds = setup.minutes * 60
    nginx = Nginx(setup.network, setup.folder, [nginx_server(PORT)], log=False)
    setup.cleanup.callback(nginx.stop)
    words = metrics_words(setup.help, setup.reports)
    program = Tlsscope(setup.binary, setup.network.server, SERVER_DEVICE, setup.reports, *setup.words, *words)
    setup.cleanup.callback(program.kill)
    load = Handshakes(setup.network, setup.rate, seconds, setup.processes)
    setup.cleanup.callback(load.stop)
    samples, cpu = observe(program, load, say)
    load.wait()
    time.sleep(LINGER)
    last = program.statistics()
    program.finish()

    made, failed = load.made(), load.failed()
    missing, unknown, others, twice = tally(program, made)
    warm = WARM_UP if seconds > 2 * WARM_UP else seconds / 3
    after = [s for s in samples if s[0] >= warm] or samples
    settled = [s for s in samples if s[0] * setup.rate >= EXACT_CONNECTIONS * 1.05]
    long_enough = bool(settled) and settled[-1][0] - settled[0][0] >= LONG_ENOUGH
    say(f"  handshakes made       {len(made):,} ({load.rate():.1f} per second, wanted {setup.rate}; at most {load.latest():.2f} s late)")
    say(f"  not made              {len(failed):,}  {list(failed.items())[:3] if failed else ''}")
    say(f"  rows                  {len(made) - len(missing) + len(unknown) + twice + len(others):,}")
    say(f"  missing               {len(missing):,}  {sorted(missing)[:5] if missing else ''}")
    say(f"  twice, unknown, other {twice}, {len(unknown)}, {len(others)}  {others[:5] if others else ''}")
    say(f"  packets               {last.packets:,}, dropped {last.kernel:,} by the kernel, {last.interface:,} by the interface")
    say(f"  RSS                   {after[0][1]:,} KiB at {after[0][0]:.0f} s, {samples[-1][1]:,} KiB at {samples[-1][0]:.0f} s")
    say(f"  slope                 {slope(after):+.1f} KiB per minute since {after[0][0]:.0f} s")
    if settled:
        say(f"  slope, settled        {slope(settled):+.1f} KiB per minute since {settled[0][0]:.0f} s ({EXACT_CONNECTIONS:,} connections)"
            f"{'' if long_enough else ': too short to judge'}")
    else:
        say(f"  slope, settled        not reached: {EXACT_CONNECTIONS:,} connections take longer")
    say(f"  CPU                   {cpu:.1f} % of one core")
    counted = metrics_packets(words)
    say(f"  metrics               {f'{counted:,} packets' if words else 'this tlsscope has no --metrics'}")
    if load.rate() < 0.98 * setup.rate:
        raise Failed("the rate was not held: this machine is too busy (--processes, --rate)")
    if words and counted != program.account("packets")[0]:
        raise Failed("the metrics file says another number of packets than the summary")
    # Others: connections that did not complete here either.
    if missing or unknown or twice or len(others) > len(failed):
        raise Failed("rows and handshakes are not the same")
    if long_enough and slope(settled) > MOST_SLOPE:
        raise Failed("the memory grows")

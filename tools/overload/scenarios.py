"""The overloads: how much of it, and what must be said of it. README.md is the same as a table."""

from dataclasses import dataclass, field

A_TENTH = 204  # MiB, of what --memory is by default


@dataclass
class Scenario:
    name: str
    figure: int                          # of the torture list: the large run has so much of it, the small one a tenth
    small: int                           # the same, for --small and the tests
    unit: str
    exit_code: int = 0
    compressed: bool = False             # packed by gzip first
    memory: int | None = None            # MiB (--memory) while time is measured: so that a tenth meets the limits as well
    checks: list = field(default_factory=list)  # of what is special: function(outcome) -> faults
    columns: tuple = ()


def anomaly_named(*names, least=1):
    """So many rows, or more, that are no needles' say one of these."""
    def check(outcome):
        found = sum(1 for row in outcome.hay if set(names) & set(row["anomalies"].split(";")))
        return [] if found >= least else [f"{found} rows with {' or '.join(names)}, not {least} or more"]
    return check


def evicted_exactly(outcome):
    """What does not fit is let go, and says so; not one more."""
    expected = max(0, outcome.truth.connections - outcome.limits.connections)
    found = sum(1 for row in outcome.rows if "evicted" in row["anomalies"].split(";"))
    return [] if found == expected else [f"{found} rows say evicted, not {expected}"]


def every_row(column, wanted):
    def check(outcome):
        expected = wanted(outcome.amount)
        wrong = [row[column] for row in outcome.hay if row[column] != expected]
        return [f"{len(wrong)} rows say {column} {wrong[0]!r}, not {expected!r}"] if wrong else []
    return check


def part(account, name, expected):
    """A part of an account is exactly so large."""
    def check(outcome):
        found = outcome.accounts[account].parts.get(name, 0)
        wanted = expected(outcome.amount)
        return [] if found == wanted else [f"{account}: {found} {name}, not {wanted}"]
    return check


def message(words):
    def check(outcome):
        return [] if words in outcome.messages else [f"no message says {words!r}"]
    return check


def long_chain(outcome):
    """Up to 128 KiB a message is read whole; of a longer one what there is of it."""
    kept = {row["chain_len"] for row in outcome.hay}
    if outcome.amount * 400 < 128 * 1024:
        return [] if kept == {str(outcome.amount)} else [f"chain_len {sorted(kept)}, not {outcome.amount}"]
    return anomaly_named("chain_over_cap", least=len(outcome.hay))(outcome)


def endless(outcome):
    """Of one message 128 KiB are kept, of all together 64 MiB."""
    faults = anomaly_named("hs_over_cap")(outcome)
    if outcome.amount * 3 // 5 * 128 * 1024 > 64 * 2**20:
        faults += anomaly_named("hs_over_budget")(outcome)
    return faults


SCENARIOS = [
    Scenario("syn-flood", 10_000_000, 60_000, "SYNs"),
    Scenario("never-closed", 1_000_000, 8_000, "connections", memory=A_TENTH, checks=[evicted_exactly]),
    Scenario("colliding-keys", 1_000_000, 20_000, "flow keys with one hash", memory=A_TENTH),
    Scenario("networks", 1_000_000, 15_000, "networks", memory=A_TENTH),
    Scenario("out-of-order", 10_000, 300, "connections with 256 KiB", checks=[anomaly_named("reassembly_budget", "seg_cap")]),
    Scenario("one-byte-ascending", 10_000_000, 100_000, "segments"),
    Scenario("one-byte-descending", 10_000_000, 100_000, "segments", checks=[anomaly_named("seg_cap")]),
    Scenario("endless-handshakes", 1_000, 24, "connections with 1 MiB", checks=[endless]),
    Scenario("empty-records", 10_000_000, 500_000, "TLS records"),
    Scenario("long-chains", 1_000, 200, "certificates in each of 500 chains", checks=[long_chain], columns=("chain_len",)),
    Scenario("many-names", 10_000, 2_000, "names in each of 1,000 certificates",
             checks=[every_row("cert_key", lambda amount: "RSA 1024")], columns=("cert_key",)),
    Scenario("large-keys", 65_536, 4_096, "bits in each of 10,000 RSA keys",
             checks=[every_row("cert_key", lambda amount: f"RSA {amount // 8 * 8}")], columns=("cert_key",)),
    Scenario("gzip-bomb", 2_000_000_000, 50_000_000, "bytes unpacked", compressed=True),
    Scenario("interfaces", 100_000, 2_000, "interfaces in each of 200 sections", exit_code=3,
             checks=[message("more than 1024 interfaces in a section")]),
    Scenario("first-fragments", 5_000_000, 100_000, "first fragments", checks=[part("packets", "fragment", lambda amount: amount)]),
    Scenario("empty-frames", 10_000_000, 200_000, "records of a capture file",
             checks=[part("packets", "undecodable_empty_frame", lambda amount: amount)]),
]

"""Pairs the streams of two sides and compares their facts."""

from collections import namedtuple

from facts import COMPARED, HELLO_RETRY, KINDS, empty, endpoints, equal, same_endpoints
from our_side import without_grease

Difference = namedtuple("Difference", "capture stream field ours reference")
# Differences that follow from a definition: the field gets a mark and needs no row in explanations.tsv. by_definition() says when.
DEFINITIONS = {
    "initial_rtt?": "connect_ms counts from the first SYN, initial_rtt from the last one (and from the last copy where packets were "
                    "captured twice)",
    "sh_frame?": "the reference shows the HelloRetryRequest, sh_frame the ServerHello",
    "ja3s?": "the reference takes the HelloRetryRequest, ja3s the ServerHello",
    "server_random?": "the reference shows the HelloRetryRequest's fixed random",
    "client_random2": "tshark does not name the challenge of an SSLv2 hello",
    "ciphers_count2": "facts.tsv does not count the cipher specs of an SSLv2 hello",
    "ciphers_offered+": "tshark gives the suites of all ClientHellos in a frame as one list; it begins with those of the first",
}
MARKS = "?2+"


def pair(ours, reference):
    """(our stream or None, reference stream or None) pairs: the same number, else the same endpoints and random."""
    pairs, left, unpaired = [], dict(ours), []
    for number, facts in sorted(reference.items()):
        mine = left.get(number)
        if mine is not None and not contradict(mine, facts) and (same_endpoints(mine, facts) or same_hello(mine, facts)):
            pairs.append((number, number))
            del left[number]
        else:
            unpaired.append(number)
    for number in unpaired:
        facts = reference[number]
        found = next((n for n, mine in sorted(left.items()) if may_be_same(mine, facts) and same_hello(mine, facts)), None)
        pairs.append((found, number))
        left.pop(found, None)
    pairs += [(n, None) for n, mine in sorted(left.items()) if has_hello(mine)]
    return pairs


def may_be_same(mine, facts):
    """facts.tsv names no endpoints where IP is tunnelled in IP: then the random alone tells."""
    return not facts.get("client") or same_endpoints(mine, facts)


def has_hello(facts):
    return not empty(facts.get("client_random")) or not empty(facts.get("server_random"))


def contradict(one, other):
    return any(not empty(one.get(k)) and not empty(other.get(k)) and one[k] != other[k] and other[k] != HELLO_RETRY
               for k in ("client_random", "server_random"))


def same_hello(one, other):
    return any(not empty(one.get(k)) and one.get(k) == other.get(k) for k in ("client_random", "server_random"))


def value_of(facts, field):
    value = facts.get(field, "")
    if KINDS[field] == "codes":
        return without_grease(value or [])
    return value


def compare_stream(capture, stream, mine, facts, fields):
    """(field, Difference or None) for each field one of the sides states."""
    if facts.get("client") and not same_endpoints(mine, facts):
        yield "endpoints", Difference(capture, stream, "endpoints", " ".join(endpoints(mine)), " ".join(endpoints(facts)))
    for field in fields:
        ours, theirs = value_of(mine, field), value_of(facts, field)
        if field == "ciphers_count":
            ours, theirs = len(mine.get("ciphers_offered") or []) or "", theirs or ""
        if empty(ours) and empty(theirs):
            continue
        same = equal(KINDS[field], ours, theirs)
        yield field, None if same else Difference(capture, stream, field, ours, theirs)


def compare(capture, ours, reference, fields):
    """Equal fields counted, and the differences, of one capture."""
    counts, differences = {}, []
    for number, other in pair(ours, reference):
        if other is None:
            differences.append(Difference(capture, number, "stream", "TLS hello", ""))
            continue
        if number is None:
            differences.append(Difference(capture, other, "stream", "", "TLS hello"))
            continue
        mine = ours[number]
        if number == other:
            counts["number"] = counts.get("number", 0) + 1
        else:
            differences.append(Difference(capture, number, "number", number, other))
        for field, difference in compare_stream(capture, number, mine, reference[other], fields):
            if difference is None:
                counts[field] = counts.get(field, 0) + 1
            else:
                differences.append(difference._replace(field=by_definition(difference, mine, reference[other])))
    return counts, differences


def by_definition(difference, mine, facts):
    """The field's name, with a mark where the two sides mean different things by it: a key of DEFINITIONS."""
    field, ours, theirs = difference.field, difference.ours, difference.reference
    if field == "initial_rtt" and (mine.get("syn_retries") or "dup_capture" in mine.get("anomalies", ())):
        return field + "?" if not empty(ours) and not empty(theirs) and 0 < theirs < ours else field
    if field in ("sh_frame", "server_random", "ja3s") and shows_retry(mine, facts):
        return field + "?"
    if field in ("client_random", "ciphers_count") and empty(theirs) and is_ssl2(mine, facts):
        return field + "2"
    if field == "ciphers_offered" and facts.get("client_hellos", 1) > 1 and ours and theirs[:len(ours)] == ours:
        return field + "+"
    return field


def shows_retry(mine, facts):
    """The reference stopped at the HelloRetryRequest; we have a ServerHello behind it."""
    return facts.get("server_random") == HELLO_RETRY and mine.get("server_random") not in (None, "", HELLO_RETRY) \
        and (facts.get("sh_frame") or 0) < (mine.get("sh_frame") or 0)


def is_ssl2(mine, facts):
    return facts.get("ssl2") or mine.get("ssl2") or "sslv2" in mine.get("anomalies", ())


def fields_for(with_facts_file):
    """facts.tsv counts the offered suites and knows fewer fields."""
    if not with_facts_file:
        return [f for f in COMPARED if f != "ciphers_count"]
    return ["ch_frame", "sh_frame", "sni", "client_random", "ciphers_count", "alpn_offered", "ja3", "version", "cipher", "server_random",
            "session_id_server", "ja3s", "initial_rtt"]

"""The facts that are compared: one dict per stream, the same keys and kinds of value from every side."""

# key: kind; an absent key or "" or [] means: not stated.
KINDS = {
    "client": "text", "client_port": "number", "server": "text", "server_port": "number",
    "ch_frame": "number", "sh_frame": "number",
    "sni": "text", "version_offered": "code", "version": "code", "cipher": "code", "ciphers_offered": "codes",
    "ciphers_count": "number", "alpn_offered": "texts", "alpn": "text", "groups_offered": "codes", "group": "code",
    "client_random": "hex", "server_random": "hex", "session_id": "hex", "session_id_server": "hex",
    "cert_sha256": "hex", "ja3": "hex", "ja3s": "hex", "initial_rtt": "ns",
}
ENDPOINTS = ("client", "client_port", "server", "server_port")
COMPARED = [k for k in KINDS if k not in ENDPOINTS]
RTT_TOLERANCE_NS = 1000  # our column has three decimals of a millisecond
HELLO_RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"  # RFC 8446 section 4.1.3


def endpoints(facts):
    return tuple(str(facts.get(k, "")) for k in ENDPOINTS)


def same_endpoints(one, other):
    """Also the other way round: who is the client of a connection seen from its middle is a matter of opinion."""
    a, b = endpoints(one), endpoints(other)
    return a == b or a == b[2:] + b[:2]


def empty(value):
    return value is None or value == "" or value == []


def equal(kind, ours, reference):
    if empty(ours) and empty(reference):
        return True
    if empty(ours) or empty(reference):
        return False
    if kind == "ns":
        return abs(ours - reference) <= RTT_TOLERANCE_NS
    if kind == "hex":
        return str(ours).lower() == str(reference).lower()
    return ours == reference

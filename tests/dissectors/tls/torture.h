// What the cases of the torture list share: stories of stream_testing.h with one thing changed.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

inline Blob hello_record(const Hello& h = {}, unsigned version = 0x0301) {
    return record(22, client_hello(h), version);
}

inline Blob part(const Blob& whole, std::size_t from, std::size_t to) {
    const auto at = [&](std::size_t n) {
        return whole.begin() + static_cast<std::ptrdiff_t>(std::min(n, whole.size()));
    };
    return {at(from), at(to)};
}

/// Handshake bytes in records of at most that many bytes each.
inline Blob in_records_of(std::size_t size, const Blob& bytes, unsigned version = 0x0303) {
    Blob out;
    for (std::size_t at = 0; at < bytes.size(); at += size)
        out = std::move(out) + record(22, part(bytes, at, at + size), version);
    return out;
}

/// A story with something put before its act `at`.
inline Script with_act(Script script, std::size_t at, Act act) {
    script.insert(script.begin() + static_cast<std::ptrdiff_t>(at), std::move(act));
    return script;
}

/// A story with another act `at`.
inline Script with_other(Script script, std::size_t at, Act act) {
    script.at(at) = std::move(act);
    return script;
}

/// Only a ClientHello.
inline Played hello_only(const Hello& h) { return Played{{client(hello_record(h))}}; }

/// A ClientHello and its answer.
inline Played hellos(const Hello& h, const ServerChoice& c) {
    return Played{{client(hello_record(h)), server(record(22, server_hello(c)))}};
}

inline std::vector<std::size_t> by_bytes(std::size_t n) { return std::vector<std::size_t>(n, 1); }

/// The same facts, and nothing odd, whether it comes as sent or byte by byte.
inline Played in_any_cut(const Script& script) {
    Play bytewise;
    bytewise.cuts = by_bytes;
    Played whole{script};
    EXPECT_EQ(Played(script, bytewise).facts(), whole.facts());
    return whole;
}

/// How often an anomaly was reported.
inline std::uint64_t times(const Played& p, std::string_view anomaly) {
    for (const auto& e : p.record.anomalies.entries())
        if (e.anomaly->name == anomaly) return e.count;
    return 0;
}

}  // namespace tlsscope::tls::testing

#include "pipeline/accounting.h"

#include <string>

namespace tlsscope::pipeline {

void FrameCounts::count(const packet::Outcome& outcome) {
    ++frames_;
    switch (outcome.kind) {
        case packet::Outcome::Kind::tcp: ++tcp_; return;
        case packet::Outcome::Kind::fragment: ++fragments_; return;
        case packet::Outcome::Kind::other: ++other_[static_cast<std::size_t>(outcome.other)]; return;
        case packet::Outcome::Kind::undecodable: ++undecodable_[static_cast<std::size_t>(outcome.undecodable)]; return;
    }
}

record::Account FrameCounts::account() const {
    record::Account a{.name = "packets", .total = frames_, .parts = {}};
    a.add("tcp", tcp_);
    a.add("fragment", fragments_);
    for (std::size_t i = 0; i < static_cast<std::size_t>(packet::Other::count_); ++i)
        a.add("other_" + std::string{packet::name(static_cast<packet::Other>(i))}, other_[i]);
    for (std::size_t i = 0; i < static_cast<std::size_t>(packet::Undecodable::count_); ++i)
        a.add("undecodable_" + std::string{packet::name(static_cast<packet::Undecodable>(i))}, undecodable_[i]);
    return a;
}

namespace {

/// Decoded like any other, but in no record.
void tell_apart_late_ones(std::uint64_t long_after_close, record::Accounting& accounting) {
    for (record::Account& a : accounting) {
        if (a.name != "packets" || long_after_close == 0) continue;
        for (record::Account::Part& p : a.parts)
            if (p.name == "tcp") p.count -= long_after_close;
        a.add("tcp_long_after_close", long_after_close);
    }
}

}  // namespace

void add_flow_accounts(const flow::FlowTotals& totals, std::uint64_t reported, record::Accounting& accounting) {
    tell_apart_late_ones(totals.long_after_close, accounting);
    record::Account connections{.name = "connections", .total = totals.created, .parts = {}};
    connections.add("reported", reported);
    connections.add("half_open_not_listed", totals.overrun);
    accounting.push_back(std::move(connections));
    constexpr const char* kNames[] = {"payload_bytes_client", "payload_bytes_server"};
    for (std::size_t side = 0; side < 2; ++side) {
        const flow::FlowTotals::Bytes& b = totals.bytes[side];
        record::Account a{.name = kNames[side], .total = b.payload, .parts = {}};
        a.add("delivered", b.delivered);
        a.add("after_handshake", b.skipped);
        a.add("duplicate", b.duplicate);
        a.add("cut_by_snaplen", b.uncaptured);
        a.add("ignored", b.discredited);
        a.add("captured_twice", b.duplicate_capture);
        a.add("long_after_close", b.long_after_close);
        a.add("dropped", b.dropped);
        accounting.push_back(std::move(a));
    }
}

}  // namespace tlsscope::pipeline

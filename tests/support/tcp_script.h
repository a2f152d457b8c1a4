// Conversations for tests of src/flow, a line per segment:
//
//     TcpScript talk;
//     talk.client(kSyn, 1000).server(kSyn | kAck, 5000, 1001).client(kAck, 1001, 5001);
//     talk.client_data(1001, "hello").server_ack(1006);
//     talk.finish();  talk.text(Side::client) == "hello"
#pragma once

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "flow/table.h"
#include "flow/tcp_facts.h"
#include "flow/tcp_vocabulary.h"

namespace tlsscope::support {

using flow::Side;

/// Drives a FlowTable segment by segment, 1 ms apart, and keeps what comes out.
class TcpScript final : private flow::TableListener {
  public:
    struct Options {
        flow::TableOptions table = {};
        bool ladders = false;
    };
    TcpScript() : TcpScript(Options{}) {}
    explicit TcpScript(Options options);

    TcpScript& client(unsigned flags, std::uint32_t seq, std::uint32_t ack = 0, std::string payload = {});
    TcpScript& server(unsigned flags, std::uint32_t seq, std::uint32_t ack = 0, std::string payload = {});
    TcpScript& client_data(std::uint32_t seq, std::string payload, std::uint32_t ack = 5001) {
        return client(flow::kAck, seq, ack, std::move(payload));
    }
    TcpScript& server_data(std::uint32_t seq, std::string payload, std::uint32_t ack = 1001) {
        return server(flow::kAck, seq, ack, std::move(payload));
    }
    /// SYN 1000, SYN/ACK 5000, ACK: the textbook's three.
    TcpScript& handshake();
    /// The last segment is sent with these settings changed; call before client()/server().
    TcpScript& with(flow::TcpOptions options) {
        next_.options = options;
        return *this;
    }
    TcpScript& window(std::uint16_t w) {
        next_.window = w;
        return *this;
    }
    TcpScript& ports(std::uint16_t client_port) {
        client_port_ = client_port;
        return *this;
    }
    /// From here on the segments are wrapped like this (flow::Domain).
    TcpScript& domain(std::uint64_t id) {
        domain_.id = id;
        return *this;
    }
    TcpScript& wire_length(std::uint32_t n) {
        forced_length_ = n;
        return *this;
    }
    TcpScript& wait(flow::Nanos ns) {
        time_ += ns;
        return *this;
    }
    TcpScript& ip_id(std::uint16_t id) {
        next_.ip_id = id;
        return *this;
    }
    /// What verifying it will say; else nothing is known.
    TcpScript& checksum(flow::Checksum c) {
        next_.checksum = c;
        return *this;
    }
    /// Ends the capture. Plays it again in batches, and with half-open connections kept compactly: the records must be
    /// the same.
    TcpScript& finish();

    const std::string& text(Side s) const { return streams_[record::index(s)]; }
    const std::vector<record::ConnectionRecord>& records() const { return records_; }
    const record::ConnectionRecord& only() const;
    std::int64_t number(std::string_view column, std::size_t i = 0) const;
    std::string word(std::string_view column, std::size_t i = 0) const;
    bool has(const record::Anomaly& a, std::size_t i = 0) const { return records_.at(i).anomalies.has(a); }
    const flow::FlowTotals& totals() const { return table_.totals(); }
    const std::vector<flow::Gap>& gaps() const { return gaps_; }
    const std::vector<flow::Chunk>& chunks() const { return chunks_; }
    /// Make the streams stop being wanted: after that only counting goes on.
    void stop_streams() { wanted_chunks_ = std::min(wanted_chunks_, chunks_.size()); }

  private:
    void opened(flow::Connection& c) override;
    void finished(flow::Connection& c) override;
    void data(flow::Connection& c, const flow::Chunk& chunk) override;
    void gap(flow::Connection& c, const flow::Gap& gap) override;
    void ended(flow::Connection&, Side, record::Evidence) override {}
    TcpScript& send(Side from, unsigned flags, std::uint32_t seq, std::uint32_t ack, const std::string& payload);

    void play_in_batches(std::size_t first, std::size_t max_half_open) const;

    Options options_;
    std::deque<std::pair<flow::Segment, std::string>> played_;  // with their payloads
    std::array<std::string, 2> streams_;
    std::vector<flow::Gap> gaps_;
    std::vector<flow::Chunk> chunks_;  // their data is gone; evidence stays
    std::vector<record::ConnectionRecord> records_;
    flow::FlowTable table_;
    flow::Segment next_;
    std::uint32_t forced_length_ = 0;
    std::uint16_t client_port_ = 40000;
    flow::Domain domain_;
    flow::Nanos time_ = 1'700'000'000'000'000'000;
    std::uint64_t frame_ = 0;
    std::size_t wanted_chunks_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace tlsscope::support

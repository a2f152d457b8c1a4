#include "support/tcp_script.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace tlsscope::support {

namespace {

record::ConnectionRecord describe(flow::Connection& c) {
    record::ConnectionRecord r;
    flow::describe_transport(c, r);
    flow::conclude_record(c, r);
    return r;
}

/// Only the records: what the streams said was seen when it was played.
class RecordsOnly final : public flow::TableListener {
  public:
    RecordsOnly(std::size_t wanted, bool ladders) : wanted_{wanted}, ladders_{ladders} {}
    std::vector<record::ConnectionRecord> records;

  private:
    void opened(flow::Connection& c) override {
        if (ladders_) c.ladder = std::make_unique<record::Ladder>();
    }
    void finished(flow::Connection& c) override { records.push_back(describe(c)); }
    void data(flow::Connection& c, const flow::Chunk&) override {
        if (++chunks_ > wanted_) c.stop_wanted = true;
    }
    void gap(flow::Connection&, const flow::Gap&) override {}
    void ended(flow::Connection&, Side, record::Evidence) override {}

    std::size_t wanted_;
    bool ladders_;
    std::size_t chunks_ = 0;
};

void expect_same(const record::Row& a, const record::Row& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        const record::Value x = a.at(i);
        const record::Value y = b.get(x.column());
        ASSERT_FALSE(y.empty()) << x.column().name;
        EXPECT_EQ(x.text(), y.text()) << x.column().name;
        const bool worded = !x.text().empty();  // then the integer is where the text lies
        EXPECT_TRUE(worded || x.integer() == y.integer()) << x.column().name;
    }
}

void expect_same(const record::Ladder& a, const record::Ladder& b) {
    ASSERT_EQ(a.steps.size(), b.steps.size());
    for (std::size_t i = 0; i < a.steps.size(); ++i) {
        const record::SegmentStep& x = a.steps[i].segment;
        const record::SegmentStep& y = b.steps[i].segment;
        EXPECT_EQ(x.at, y.at);
        EXPECT_EQ(x.sentence + x.options + x.client_state + x.server_state,
                  y.sentence + y.options + y.client_state + y.server_state);
        EXPECT_EQ(x.notes, y.notes);
    }
}

void expect_same(const record::ConnectionRecord& a, const record::ConnectionRecord& b) {
    EXPECT_EQ(a.stream, b.stream);
    expect_same(a.row, b.row);
    const auto x = a.anomalies.entries();
    const auto y = b.anomalies.entries();
    EXPECT_TRUE(std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& p, const auto& q) {
        return p.anomaly == q.anomaly && p.count == q.count && p.first_frame == q.first_frame;
    }));
    ASSERT_EQ(a.ladder == nullptr, b.ladder == nullptr);
    if (a.ladder) expect_same(*a.ladder, *b.ladder);
}

std::vector<const record::ConnectionRecord*> in_order(const std::vector<record::ConnectionRecord>& records) {
    std::vector<const record::ConnectionRecord*> out;
    for (const auto& r : records) out.push_back(&r);
    std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->stream < b->stream; });
    return out;
}

}  // namespace

TcpScript::TcpScript(Options options) : options_{options}, table_{*this, options.table} { next_.window = 65535; }

TcpScript& TcpScript::client(unsigned flags, std::uint32_t seq, std::uint32_t ack, std::string payload) {
    return send(Side::client, flags, seq, ack, payload);
}

TcpScript& TcpScript::server(unsigned flags, std::uint32_t seq, std::uint32_t ack, std::string payload) {
    return send(Side::server, flags, seq, ack, payload);
}

TcpScript& TcpScript::handshake() {
    return client(flow::kSyn, 1000).server(flow::kSyn | flow::kAck, 5000, 1001).client(flow::kAck, 1001, 5001);
}

TcpScript& TcpScript::finish() {
    table_.finish_all();
    // Every test that plays a conversation holds the accounting identity.
    for (const flow::FlowTotals::Bytes& b : table_.totals().bytes)
        EXPECT_EQ(b.payload, b.delivered + b.duplicate + b.skipped + b.uncaptured + b.dropped + b.discredited +
                                 b.duplicate_capture + b.long_after_close);
    EXPECT_EQ(table_.totals().created, records_.size());
    // One batch finds nobody ahead; the second of two finds who may be over when their segment's turn comes.
    for (const std::size_t max_half_open : {options_.table.max_half_open, std::size_t{0}, std::size_t{1}}) {
        SCOPED_TRACE("max_half_open " + std::to_string(max_half_open));
        play_in_batches(played_.size(), max_half_open);
        play_in_batches(played_.size() / 2, max_half_open);
    }
    return *this;
}

void TcpScript::play_in_batches(std::size_t first, std::size_t max_half_open) const {
    std::vector<flow::Segment> batch;
    for (const auto& [segment, payload] : played_) {
        batch.push_back(segment);
        batch.back().payload = bytes::as_bytes(payload);
    }
    RecordsOnly listener{wanted_chunks_, options_.ladders};
    flow::TableOptions options = options_.table;
    options.max_half_open = max_half_open;
    flow::FlowTable table{listener, options};
    table.segments(std::span{batch}.first(first));
    table.segments(std::span{batch}.subspan(first));
    table.finish_all();
    ASSERT_EQ(listener.records.size(), records_.size());
    // What was closed long ago is let go of once per batch: the order in which records end is not part of them.
    const auto alone = in_order(records_);
    const auto batched = in_order(listener.records);
    for (std::size_t i = 0; i < alone.size(); ++i) expect_same(*alone[i], *batched[i]);
}

const record::ConnectionRecord& TcpScript::only() const {
    if (records_.size() != 1) throw std::logic_error("expected one connection, got " + std::to_string(records_.size()));
    return records_.front();
}

namespace {
/// Span and frame columns are declared beside their marks, not in tcp_vocabulary().columns.
record::Value value(const record::ConnectionRecord& r, std::string_view column) {
    for (std::size_t i = 0; i < r.row.size(); ++i)
        if (r.row.at(i).column().name == column) return r.row.at(i);
    return {};
}
}  // namespace

std::int64_t TcpScript::number(std::string_view column, std::size_t i) const {
    const record::Value v = value(records_.at(i), column);
    return v.empty() ? -1 : v.integer();
}

std::string TcpScript::word(std::string_view column, std::size_t i) const {
    const record::Value v = value(records_.at(i), column);
    return v.empty() ? "" : std::string{v.text()};
}

void TcpScript::opened(flow::Connection& c) {
    if (options_.ladders) c.ladder = std::make_unique<record::Ladder>();
}

void TcpScript::finished(flow::Connection& c) { records_.push_back(describe(c)); }

void TcpScript::data(flow::Connection& c, const flow::Chunk& chunk) {
    streams_[record::index(chunk.from)] += bytes::as_text(chunk.data);
    chunks_.push_back(chunk);
    if (chunks_.size() > wanted_chunks_) c.stop_wanted = true;
}

void TcpScript::gap(flow::Connection&, const flow::Gap& gap) {
    streams_[record::index(gap.from)] += '[' + std::to_string(gap.length) + ']';
    gaps_.push_back(gap);
}

TcpScript& TcpScript::send(Side from, unsigned flags, std::uint32_t seq, std::uint32_t ack,
                           const std::string& payload) {
    flow::Endpoint client{{{10, 0, 0, 1}, 4}, client_port_};
    flow::Endpoint server{{{10, 0, 0, 2}, 4}, 443};
    const bool up = from == Side::client;
    const auto directed = flow::make_key(up ? client : server, up ? server : client, domain_);
    flow::Segment s = next_;
    s.at = {time_, ++frame_};
    s.key = directed.key;
    s.from_low = directed.from_low;
    s.flags = static_cast<std::uint16_t>(flags);
    s.seq = seq;
    s.ack = ack;
    s.payload = bytes::as_bytes(payload);
    s.payload_length = forced_length_ != 0 ? forced_length_ : static_cast<std::uint32_t>(payload.size());
    table_.segment(s);
    played_.emplace_back(s, payload);
    next_ = {};
    next_.window = 65535;
    forced_length_ = 0;
    time_ += 1'000'000;
    return *this;
}

}  // namespace tlsscope::support

#include "pipeline/worker.h"

#include <limits>

#include "flow/tcp_facts.h"
#include "flow/tcp_vocabulary.h"
#include "pipeline/community_id.h"
#include "verdict/failure.h"
#include "verdict/slow.h"

namespace tlsscope::pipeline {

namespace {

// What the row of a whole handshake takes.
constexpr std::size_t kUsualCells = 128;
constexpr std::size_t kUsualText = 2048;

Stream& stream_of(flow::Connection& c) { return static_cast<Stream&>(*c.attachment); }

}  // namespace

Worker::Worker(WorkerOptions options, RecordSink sink, RecordSink handshake_sink)
    : options_{std::move(options)},
      sink_{std::move(sink)},
      handshake_sink_{std::move(handshake_sink)},
      unclaimed_{options_.unclaimed},
      table_{*this, options_.table} {
    for (const dissect::Dissector* d : options_.dissectors)
        protocols_.push_back({d, d->make_shared != nullptr ? d->make_shared(options_.settings) : nullptr});
}

void Worker::opened(flow::Connection& c) {
    if (wants_ladder(c.stream)) {
        c.ladder = std::make_unique<record::Ladder>();
        c.ladder->max_steps = options_.ladder_steps;
        ++open_ladders_;
    }
    c.attachment = std::make_unique<Stream>(c, protocols_, unclaimed_);
}

bool Worker::wants_ladder(std::uint64_t stream) const {
    const bool among_first = stream < options_.first_ladders;
    const bool room = options_.most_ladders == 0 || open_ladders_ < options_.most_ladders;
    return options_.ladders.contains(stream) || (among_first && room);
}

void Worker::data(flow::Connection& c, const flow::Chunk& chunk) { stream_of(c).data(chunk); }

void Worker::gap(flow::Connection& c, const flow::Gap& gap) { stream_of(c).gap(gap); }

void Worker::ended(flow::Connection& c, record::Side side, record::Evidence at) { stream_of(c).ended(side, at); }

void Worker::finished(flow::Connection& c) {
    if (c.ladder) --open_ladders_;
    stream_of(c).finish();
    // Without a SYN the content knows better who the client is.
    if (stream_of(c).flipped() && c.midstream) c.swap_sides();
    sink_(describe(c));
}

void Worker::handshake_over(flow::Connection& c) {
    if (stream_of(c).claimed_by() != nullptr) tell(c);
}

/// A handshake that failed is told at once, and not when the connection is forgotten.
void Worker::closed(flow::Connection& c) { tell(c); }

void Worker::overrun(std::uint64_t stream, const flow::Endpoint& server) {
    flood_.add(server);
    if (options_.skipped) options_.skipped(stream);
}

/// Of a connection picked up in its middle the roles are settled only at its end.
void Worker::tell(flow::Connection& c) {
    if (!handshake_sink_ || c.midstream || stream_of(c).told()) return;
    stream_of(c).set_told();
    // Describing takes these away; the connection still needs them.
    record::Timeline timeline = c.timeline;
    record::Anomalies anomalies = c.anomalies;
    auto ladder = c.ladder ? std::make_unique<record::Ladder>(*c.ladder) : nullptr;
    record::ConnectionRecord so_far = describe(c);
    c.timeline = std::move(timeline);
    c.anomalies = std::move(anomalies);
    c.ladder = std::move(ladder);
    handshake_sink_(std::move(so_far));
}

/// Of one that is still open anything since its first packet may be missing, an answer too.
bool Worker::may_lack_packets(const flow::Connection& c) const {
    constexpr record::Nanos kNow = std::numeric_limits<record::Nanos>::max();
    return options_.losses != nullptr &&
           options_.losses->touches(c.first.time, c.finished_closing ? c.last.time : kNow);
}

record::ConnectionRecord Worker::describe(flow::Connection& c) const {
    const Stream& stream = stream_of(c);
    record::ConnectionRecord record;
    record.row.reserve(kUsualCells, kUsualText);
    flow::describe_transport(c, record);
    record.row.set_text(flow::tcp_column("community_id"), community_id(c.key));
    record::Nanos handshake_end = record::kNoTime;
    if (const dissect::Dissector* d = stream.claimed_by(); d != nullptr) {
        record.row.set_text(flow::tcp_column("service"), d->name);
        stream.describe(record);
        handshake_end = record.timeline.phases_end(d->vocabulary.spans).time;
        verdict::explain_setup(c, d->vocabulary, record);
        verdict::explain_failure(c, record);
    } else if (stream.spoke_text()) {
        verdict::explain_plaintext(c, record);
    }
    if (may_lack_packets(c)) record.anomalies.report(flow::kCaptureLoss, c.last.frame);
    flow::conclude_record(c, record, handshake_end);
    return record;
}

}  // namespace tlsscope::pipeline

#include "dissectors/tls/stream.h"

#include <algorithm>

#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/ladder.h"
#include "dissectors/tls/outcome.h"
#include "dissectors/tls/timing.h"

namespace tlsscope::tls {

using dissect::Verdict;

Stream::Stream(const dissect::StreamContext& context)
    : context_{context},
      directions_{Direction{Side::client, !context.midstream}, Direction{Side::server, !context.midstream}},
      handshake_{std::make_unique<Handshake>(budget())} {
    if (!context.midstream) return;
    handshake_->client.distrust();
    handshake_->server.distrust();
}

Verdict Stream::data(const flow::Chunk& chunk, dissect::Sink& sink) {
    sink_ = &sink;
    Direction& d = direction(chunk.from);
    flow::Chunk rest = chunk;
    const bool ssl2 = may_be_ssl2(chunk);
    if (!d.bytes_seen) d.from_first_byte = chunk.offset == 0;
    d.bytes_seen = true;
    if (ssl2) rest.data = ssl2_bytes(chunk);
    // What follows a hello of SSL 2.0 in the same segment is as little TLS as what follows in the next.
    if (!rest.data.empty() && machine_.phase() != Phase::ssl2) d.records.data(rest, *this);
    let_go();
    if (not_mine_) return Verdict::not_mine;
    if (machine_.phase() == Phase::ssl2) return Verdict::done;
    // While the server's verdict is still out, a record that was not sent would be taken for it.
    return machine_.established() && !server_may_refuse() ? Verdict::skim : Verdict::more;
}

Verdict Stream::gap(const flow::Gap& gap, dissect::Sink& sink) {
    sink_ = &sink;
    gap_at_ = gap.at;
    flow::Gap known = gap;
    // A packet the capture cut short did carry these bytes; of lost ones nobody knows when they passed.
    if (gap.why != flow::Gap::Why::snaplen) known.at = {};
    forget_ssl2(gap.from);
    direction(gap.from).records.gap(known, *this);
    let_go();
    return Verdict::more;
}

void Stream::end(Side side, Evidence, dissect::Sink& sink) {
    sink_ = &sink;
    Direction& d = direction(side);
    if (d.ended) return;
    d.ended = true;
    if (handshake_) handshake_->layer(side).end(*this);
    if (facts_.chosen().tls13() && flight_.settle()) protected_finished();
    if (side == Side::server) {
        exchange_.settle();
        mark(timing::kAnswerFirst, exchange_.answer_first(), facts_.chosen().tls13());
    }
    let_go();
}

void Stream::finish(dissect::Sink& sink) {
    if (!handshake_) return;
    sink_ = &sink;
    handshake_->client.end(*this);
    handshake_->server.end(*this);
    let_go();
}

/// After the handshake only counters are kept.
void Stream::let_go() {
    if (handshake_ && (machine_.established() || machine_.phase() == Phase::ssl2)) handshake_.reset();
    sink_ = nullptr;
}

void Stream::mark(const record::Mark& m, Evidence at, bool inferred) {
    if (at.seen()) sink_->mark(m, at, inferred);
}

/// A message can be used when its record is complete, and other tools show it in that frame.
void Stream::mark_message(const record::Mark& m, Side from, Evidence at) {
    std::vector<const record::Mark*>& placed = handshake_->placed;
    if (!at.seen() || std::find(placed.begin(), placed.end(), &m) != placed.end()) return;
    placed.push_back(&m);
    mark(m, at);
    if (direction(from).handshake_left != 0) handshake_->moving.push_back(&m);
}

/// For the ladder: a record that is known by its place and length only.
void Stream::tell_encrypted(Side from, std::string_view name, std::string_view sentence, const ProtectedRecord& r) {
    if (!context_.want_ladder) return;
    tell(ladder::encrypted(from, std::string{name}, std::string{sentence}, r, facts_.chosen().tls13()));
}

Ending Stream::ending() const {
    Ending e;
    e.phase = machine_.phase();
    e.midstream = context_.midstream;
    e.hello_seen = hello_seen_;
    e.hello_cut = hello_cut_;
    e.server_hello_seen = server_hello_seen_;
    e.data_only = data_first_ && machine_.phase() == Phase::start;
    e.assumed = assumed_;
    e.established = machine_.established();
    e.lossy = direction(Side::client).lossy || direction(Side::server).lossy;
    e.not_tls = not_tls_;
    e.fatal_alert = facts_.fatal_alert();
    e.server_certificate = presented_[record::index(Side::server)].get();
    e.client_certificate = presented_[record::index(Side::client)].get();
    if (ended_by_server_alert()) {
        e.established = false;
        e.encrypted_alert = true;
        e.encrypted_alert_from = Side::server;
        e.encrypted_alert_at = direction(Side::server).record.last;
    } else if (!e.established && encrypted_alert_.seen()) {
        e.encrypted_alert = true;
        e.encrypted_alert_from = encrypted_alert_from_;
        e.encrypted_alert_at = encrypted_alert_;
    } else if (flight_.client_alert() || flight_.server_alert()) {
        e.encrypted_alert = direction(flight_.client_alert() ? Side::client : Side::server).ended;
        e.encrypted_alert_from = flight_.client_alert() ? Side::client : Side::server;
        e.encrypted_alert_at = direction(e.encrypted_alert_from).record.last;
    }
    return e;
}

void Stream::describe(record::ConnectionRecord& record) const {
    if (!hello_seen_ && !server_hello_seen_ && direction(Side::client).count + direction(Side::server).count == 0)
        return;
    record.row.merge(facts_.row());
    describe_state(record.row);
    StrengthCache own;
    describe_strength(record.row, caches() != nullptr ? caches()->strength : own);
    if (record.timeline.fill(timing::kSpans, timing::kMarks, record.row))
        record.anomalies.report(flow::kTimeBack, record.first_frame);
    timing::fill_think_times(record.timeline, record.row);
    conclude(ending(), record);
    if (policy() == nullptr || !policy()->keep_chains) return;
    for (const Side side : {Side::server, Side::client})
        if (const auto& p = presented_[record::index(side)]; p) record.certificates.push_back(p->chain->file());
}

void Stream::describe_state(record::Row& row) const {
    const bool tls13 = facts_.chosen().tls13();
    row.set_integer(column("tls_records"), direction(Side::client).count + direction(Side::server).count);
    if (round_trips_ != 0 && machine_.established() && !assumed_) row.set_integer(column("tls_rtts"), round_trips_);
    if (facts_.chosen().older() && surely_established())
        row.set_integer(column("renegotiations"),
                        std::max(direction(Side::client).changes, direction(Side::server).changes));
    row.set_boolean(column("inferred"), tls13 && server_hello_seen_ && machine_.phase() != Phase::hello_answered_13);
    if (flight_certain_ && flight_.certificate_sent()) row.set_text(column("client_auth"), "sent");
    if (flight_certain_ && flight_.certificate_declined()) row.set_text(column("client_auth"), "declined");
    if (flight_certain_ && flight_.certificate_absent()) row.set_text(column("client_auth"), "none");
    if (flight_certain_ && flight_.early_data_accepted()) row.set_text(column("early_data"), "accepted");
    const auto closed = [&](Side side) {
        const Direction& d = direction(side);
        const bool by_size = tls13 && machine_.established() && d.ended &&
                             d.last_type == ContentType::application_data && d.last_length == flight_.sizes().alert;
        const bool by_type = d.encrypted_alert && (surely_established() || !direction(record::other(side)).bytes_seen);
        return d.close_notify || by_type || by_size;
    };
    const bool client = closed(Side::client);
    const bool server = closed(Side::server);
    if (client || server)
        row.set_text(column("close_notify"), client && server ? "both" : client ? "client" : "server");
}

}  // namespace tlsscope::tls

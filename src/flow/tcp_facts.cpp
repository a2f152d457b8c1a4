#include "flow/tcp_facts.h"

#include <algorithm>

#include "flow/conn_state.h"
#include "flow/tcp_rules.h"
#include "flow/tcp_vocabulary.h"

namespace tlsscope::flow {

namespace {

using record::Column;
using record::Row;
using record::Severity;

std::int64_t whole(std::uint64_t v) { return static_cast<std::int64_t>(v); }

/// The TCP columns, looked up once.
struct Columns {
    const Column& stream = tcp_column("stream");
    const Column& ts = tcp_column("ts");
    const Column& uid = tcp_column("uid");
    const Column& client_ip = tcp_column("client_ip");
    const Column& client_port = tcp_column("client_port");
    const Column& server_ip = tcp_column("server_ip");
    const Column& server_port = tcp_column("server_port");
    const Column& encapsulation = tcp_column("encapsulation");
    const Column& conn_state = tcp_column("conn_state");
    const Column& history = tcp_column("history");
    const Column& client_state = tcp_column("client_state");
    const Column& server_state = tcp_column("server_state");
    const Column& syn_retries = tcp_column("syn_retries");
    const Column& synack_retries = tcp_column("synack_retries");
    const Column& mss_client = tcp_column("mss_client");
    const Column& mss_server = tcp_column("mss_server");
    const Column& wscale_client = tcp_column("wscale_client");
    const Column& wscale_server = tcp_column("wscale_server");
    const Column& sack = tcp_column("sack");
    const Column& tcp_timestamps = tcp_column("tcp_timestamps");
    const Column& ecn = tcp_column("ecn");
    const Column& tfo = tcp_column("tfo");
    const Column& bytes_client = tcp_column("bytes_client");
    const Column& bytes_server = tcp_column("bytes_server");
    const Column& packets_client = tcp_column("packets_client");
    const Column& packets_server = tcp_column("packets_server");
    const Column& retrans_client = tcp_column("retrans_client");
    const Column& retrans_server = tcp_column("retrans_server");
    const Column& out_of_order = tcp_column("out_of_order");
    const Column& dup_acks = tcp_column("dup_acks");
    const Column& zero_windows = tcp_column("zero_windows");
    const Column& keep_alives = tcp_column("keep_alives");
    const Column& missed_bytes = tcp_column("missed_bytes");
    const Column& closed_by = tcp_column("closed_by");
    const Column& close_kind = tcp_column("close_kind");
    const Column& stall_ms = tcp_column("stall_ms");
    const Column& ambiguous = tcp_column("ambiguous");
    const Column& outcome = tcp_column("outcome");
    const Column& diagnosis = tcp_column("diagnosis");
    const Column& severity = tcp_column("severity");
    const Column& evidence_frames = tcp_column("evidence_frames");
    const Column& anomalies = tcp_column("anomalies");
    const Column& end = tcp_column("end");
};

const Columns& columns() {
    static const Columns kAll;
    return kAll;
}

void identity(const Connection& c, Row& row) {
    const Columns& col = columns();
    row.set_time(col.ts, c.first.time);
    row.add_text(col.uid, make_uid(c));
    row.add_text(col.client_ip, c.client().address.text());
    row.add_integer(col.client_port, c.client().port);
    row.add_text(col.server_ip, c.server().address.text());
    row.add_integer(col.server_port, c.server().port);
    if (!c.encapsulation.empty()) row.add_text(col.encapsulation, c.encapsulation);
}

void options(const Connection& c, Row& row) {
    const Columns& col = columns();
    const Half& client = c.half(Side::client);
    const Half& server = c.half(Side::server);
    const bool syn = !c.syns.empty();
    const bool syn_ack = !c.syn_acks.empty();
    if (client.mss != 0) row.add_integer(col.mss_client, client.mss);
    if (server.mss != 0) row.add_integer(col.mss_server, server.mss);
    if (client.has_window_scale) row.add_integer(col.wscale_client, client.window_scale);
    if (server.has_window_scale) row.add_integer(col.wscale_server, server.window_scale);
    if (!syn || !syn_ack) return;
    row.add_boolean(col.sack, client.sack_permitted && server.sack_permitted);
    row.add_boolean(col.tcp_timestamps, client.timestamps && server.timestamps);
    row.add_boolean(col.ecn, client.ecn_setup && server.ecn_setup);
    row.add_boolean(col.tfo, c.tfo_accepted);
}

std::uint64_t missed(const Half& h) { return h.holes.bytes(); }

void progress(const Connection& c, Row& row) {
    const Columns& col = columns();
    const Half& client = c.half(Side::client);
    const Half& server = c.half(Side::server);
    if (!c.syns.empty()) row.add_integer(col.syn_retries, c.syn_retries);
    if (!c.syn_acks.empty()) row.add_integer(col.synack_retries, c.synack_retries);
    row.add_integer(col.bytes_client, whole(client.sent));
    row.add_integer(col.bytes_server, whole(server.sent));
    row.add_integer(col.packets_client, whole(client.packets));
    row.add_integer(col.packets_server, whole(server.packets));
    row.add_integer(col.retrans_client, client.retransmissions);
    row.add_integer(col.retrans_server, server.retransmissions);
    row.add_integer(col.out_of_order, client.out_of_order + server.out_of_order);
    row.add_integer(col.dup_acks, client.duplicate_acks + server.duplicate_acks);
    row.add_integer(col.zero_windows, client.zero_windows + server.zero_windows);
    row.add_integer(col.keep_alives, client.keep_alives + server.keep_alives);
    row.add_integer(col.missed_bytes, whole(missed(client) + missed(server)));
}

void ending(const Connection& c, Row& row) {
    const Columns& col = columns();
    row.add_text(col.conn_state, conn_state(c));
    row.add_text(col.history, c.history.text());
    if (c.half(Side::client).packets != 0 || c.established)
        row.add_text(col.client_state, name(c.half(Side::client).state));
    if (c.half(Side::server).packets != 0 || c.established)
        row.add_text(col.server_state, name(c.half(Side::server).state));
    const std::string_view kind = close_kind(c);
    if (!kind.empty()) {
        row.add_text(col.closed_by, record::name(c.closed_by));
        row.add_text(col.close_kind, kind);
    }
    row.add_text(col.end, name(c.end));
}

/// The SYN a RST answers: the last one before it.
record::Evidence refused_syn(const Connection& c, record::Evidence reset) {
    record::Evidence syn = c.first;
    for (const Opening& o : c.syns)
        if (o.at.frame < reset.frame) syn = o.at;
    return syn;
}

void diagnose(const Connection& c, record::ConnectionRecord& record) {
    if (c.reset_refused) {
        const record::Evidence reset = record.timeline.at(kCloseStart);
        record.conclude(kConnRefused,
                        "Connection refused: the server answered the SYN (frame " +
                            std::to_string(refused_syn(c, reset).frame) + ") with RST (frame " +
                            std::to_string(reset.frame) + "): no program listens on port " +
                            std::to_string(c.server().port) + ", or a firewall rejects.",
                        {c.first.frame, reset.frame});
        return;
    }
    if (!c.syns.empty() && c.half(Side::server).packets == 0 && !c.established) {
        record.conclude(
            kNoAnswer,
            "No answer: " + std::to_string(c.syn_retries + 1) + " SYN" + (c.syn_retries == 0 ? "" : "s") +
                " sent, nothing came back: the host is down, a firewall drops, or the capture sees one direction only.",
            {c.first.frame});
        return;
    }
    if (c.syn_retries != 0 && c.established) {
        std::vector<std::uint64_t> proof = {c.first.frame};
        if (const record::Evidence answer = record.timeline.at(kSynAck); answer.seen()) proof.push_back(answer.frame);
        record.conclude(kSynLost,
                        "The SYN had to be sent " + std::to_string(c.syn_retries + 1) +
                            " times before the connection opened: it or its answer was lost.",
                        std::move(proof));
    }
}

}  // namespace

void describe_transport(Connection& c, record::ConnectionRecord& record) {
    record.stream = c.stream;
    record.first_frame = c.first.frame;
    record.first_time = c.first.time;
    identity(c, record.row);
    options(c, record.row);
    progress(c, record.row);
    ending(c, record.row);
    record.outcome = transport_outcome(c);
    record.timeline = std::move(c.timeline);
    record.anomalies = std::move(c.anomalies);
    record.ladder = std::move(c.ladder);
    diagnose(c, record);
}

void conclude_record(const Connection& c, record::ConnectionRecord& record, Nanos handshake_end) {
    const Columns& col = columns();
    Row& row = record.row;
    row.set_integer(col.stream, whole(record.stream));
    const record::Vocabulary& words = tcp_vocabulary();
    if (record.timeline.fill(words.spans, words.marks, row)) record.anomalies.report(kTimeBack, record.first_frame);
    if (c.established) {
        // Up to the end of the handshake; without one: of connecting.
        const Nanos end = std::max(handshake_end, record.timeline.at(kConnected).time);
        row.set_millis(col.stall_ms, stalled(c.stalls, record::kNoTime, end, end));
    }
    if (!c.ambiguous.empty()) row.set_texts(col.ambiguous, c.ambiguous);
    row.set_text(col.outcome, record.outcome);
    if (!record.diagnosis.empty()) row.set_text(col.diagnosis, record.diagnosis);
    record.severity = std::max(record.severity, record.anomalies.worst());
    row.set_text(col.severity, record::name(record.severity));
    if (!record.evidence_frames.empty()) {
        std::vector<std::string> frames;
        for (const std::uint64_t f : record.evidence_frames) frames.push_back(std::to_string(f));
        row.set_texts(col.evidence_frames, frames);
    }
    if (record.anomalies.entries().empty()) return;
    std::vector<std::string_view> names;
    for (const auto& e : record.anomalies.entries()) names.push_back(e.anomaly->name);
    row.set_texts(col.anomalies, names);
}

std::string make_uid(const Connection& c) {
    constexpr char kDigits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string uid = "C";
    for (std::uint64_t seed = static_cast<std::uint64_t>(c.first.time); uid.size() < 18; ++seed) {
        std::uint64_t h = hash(c.key, seed ^ c.first.frame << 1);
        for (int i = 0; i < 9 && uid.size() < 18; ++i, h /= 62) uid += kDigits[h % 62];
    }
    return uid;
}

}  // namespace tlsscope::flow

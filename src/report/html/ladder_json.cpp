#include "report/html/ladder_json.h"

#include "report/explain.h"
#include "report/html/json_text.h"
#include "report/sections.h"

namespace tlsscope::report::html {

namespace {

using record::Nanos;

constexpr std::size_t kLongestValue = 1500;  // bytes shown of one field, as in --explain
constexpr std::size_t kLongText = 16;  // texts of at least this length may be missing in the row (see PackedColumn)
constexpr int kExplainColumns = 100;

/// Nanoseconds since the connection's first packet; null when either has no time.
void put_time(JsonText& json, Nanos at, Nanos start) {
    if (at == record::kNoTime || start == record::kNoTime) json.null();
    else json.number(at - start);
}

void put_texts(JsonText& json, const std::vector<std::string>& texts) {
    json.open_array();
    for (const std::string& t : texts) json.text(t);
    json.close_array();
}

void put_message(JsonText& json, const record::Message& m, Nanos start) {
    json.open_object().key("from").number(std::int64_t{m.from == record::Side::server});
    json.key("name").text(m.name).key("say").text(m.sentence);
    json.key("first").number(m.first.frame).key("last").number(m.last.frame);
    json.key("at");
    put_time(json, m.first.time, start);
    if (m.inferred) json.key("inferred").boolean(true);
    json.key("fields").open_array();
    for (const record::Field& f : m.fields) {
        json.open_array().text(f.name).text(std::string_view{f.value}.substr(0, kLongestValue)).text(f.meaning);
        json.number(std::int64_t{f.depth}).number(f.value.size()).close_array();
    }
    json.close_array().close_object();
}

void put_elision(JsonText& json, const record::Elision& e) {
    json.open_array().number(e.segments).number(e.bytes_client).number(e.bytes_server).close_array();
}

void put_segment(JsonText& json, const record::SegmentStep& s, Section section, const Symbols& symbols, Nanos start) {
    json.key("frame").number(s.at.frame).key("at");
    put_time(json, s.at.time, start);
    json.key("from").number(std::int64_t{s.from == record::Side::server});
    json.key("flags").number(std::int64_t{s.flags}).key("flagNames").text(flag_names(s.flags));
    json.key("seq").number(std::int64_t{s.seq}).key("ack").number(std::int64_t{s.ack});
    json.key("rseq").number(s.relative_seq).key("rack").number(s.relative_ack);
    json.key("len").number(std::int64_t{s.length}).key("win").number(std::int64_t{s.window});
    json.key("scaled").boolean(s.window_scaled).key("opt").text(s.options);
    json.key("cs").text(s.client_state).key("ss").text(s.server_state);
    json.key("notes");
    put_texts(json, s.notes);
    json.key("say").text(s.sentence);
    json.key("section").number(static_cast<std::int64_t>(section));
    json.key("seqSym").text(symbols.seq(s, section)).key("ackSym").text(symbols.ack(s, section));
}

void put_steps(JsonText& json, const record::ConnectionRecord& c, const record::Schema& schema) {
    const std::vector<Section> sections = sections_of(c, schema);
    const Symbols symbols{*c.ladder};
    json.key("steps").open_array();
    for (std::size_t i = 0; i < c.ladder->steps.size(); ++i) {
        const record::Step& step = c.ladder->steps[i];
        json.open_object();
        put_segment(json, step.segment, sections[i], symbols, c.first_time);
        if (step.before.segments != 0) {
            json.key("before");
            put_elision(json, step.before);
        }
        json.key("messages").open_array();
        for (const record::Message& m : step.messages) put_message(json, m, c.first_time);
        json.close_array().close_object();
    }
    json.close_array().key("after");
    put_elision(json, c.ladder->after);
}

void put_marks(JsonText& json, const record::ConnectionRecord& c) {
    json.key("marks").open_array();
    for (const record::Timeline::Entry& e : c.timeline.entries()) {
        json.open_array().text(e.mark->name);
        put_time(json, e.at.time, c.first_time);
        json.number(e.at.frame).boolean(e.inferred).boolean(e.ambiguous).close_array();
    }
    json.close_array();
}

void put_anomalies(JsonText& json, const record::ConnectionRecord& c) {
    json.key("anomalies").open_array();
    for (const record::Anomalies::Entry& e : c.anomalies.entries())
        json.open_array().text(e.anomaly->name).number(std::int64_t{e.count}).number(e.first_frame).close_array();
    json.close_array();
}

/// A large page drops columns of mostly different long texts; here they are at hand.
void put_long_texts(JsonText& json, const record::Row& row) {
    json.key("texts").open_object();
    for (std::size_t i = 0; i < row.size(); ++i) {
        const record::Value v = row.at(i);
        if (v.type() != record::Type::text || v.text().size() < kLongText) continue;
        json.key(v.column().name).text(v.text());
    }
    json.close_object();
}

std::string explained(const record::ConnectionRecord& c, const record::Schema& schema, const RunInfo& run) {
    std::string text;
    const auto out = output_to(text);
    Style style;
    style.unicode = true;
    style.width = kExplainColumns;
    explain(c, schema, run, style, *out);
    (void)out->finish();
    return text;
}

}  // namespace

std::string ladder_json(const record::ConnectionRecord& connection, const record::Schema& schema, const RunInfo& run) {
    JsonText json;
    json.open_object().key("stream").number(connection.stream);
    put_steps(json, connection, schema);
    put_marks(json, connection);
    put_anomalies(json, connection);
    put_long_texts(json, connection.row);
    json.key("evidence").open_array();
    for (const std::uint64_t frame : connection.evidence_frames) json.number(frame);
    json.close_array();
    json.key("explain").lines(explained(connection, schema, run));
    json.close_object();
    return json.take();
}

}  // namespace tlsscope::report::html

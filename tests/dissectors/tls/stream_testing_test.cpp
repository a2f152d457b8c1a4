// The implementation of stream_testing.h (the tests' glob takes files of this name), and a test of its own.
#include "stream_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "bytes/hex.h"
#include "flow/tcp_vocabulary.h"

namespace tlsscope::tls::testing {

Script tls12_full() {
    return {client(record(22, client_hello({}), 0x0301)),
            server(record(22, server_hello({}))),
            server(record(22, certificate({fill(700, 0x30), fill(900, 0x31)})) + record(22, server_key_exchange())),
            server(record(22, server_hello_done())),
            client(record(22, client_key_exchange()) + change_cipher_spec() + encrypted_finished()),
            server(change_cipher_spec() + encrypted_finished()),
            client(application(300)),
            server(application(1400)),
            server(application(1400))};
}

Script tls12_resumed() {
    Hello hello;
    hello.session_id = fill(32, 0x56);
    ServerChoice choice;
    choice.session_id = fill(32, 0x56);
    return {client(record(22, client_hello(hello), 0x0301)),
            server(record(22, server_hello(choice)) + change_cipher_spec() + encrypted_finished()),
            client(change_cipher_spec() + encrypted_finished()), client(application(300)), server(application(1400))};
}

Script tls12_client_certificate() {
    const Blob request = handshake(13, vec8(u8(1)) + vec16(u16(0x0804)) + vec16({}));
    const Blob verify = handshake(15, u16(0x0804) + vec16(fill(256, 0x45)));
    return {client(record(22, client_hello({}), 0x0301)),
            server(record(22, server_hello({}) + certificate({fill(700, 0x30)}) + server_key_exchange() + request +
                                  server_hello_done())),
            client(record(22, certificate({fill(600, 0x32)}) + client_key_exchange() + verify)),
            client(change_cipher_spec() + encrypted_finished()),
            server(record(22, handshake(4, fill(4, 0) + vec16(fill(160, 0x61)))) + change_cipher_spec() +
                   encrypted_finished()),
            client(application(300)),
            server(application(1400))};
}

Script tls13_full() {
    return {client(record(22, client_hello(Hello{}.tls13()), 0x0301)),
            server(record(22, server_hello(ServerChoice{}.tls13())) + change_cipher_spec() + application(40)),
            server(application(2800) + application(280) + application(53)),
            client(change_cipher_spec() + application(53)),
            client(application(200)),
            server(application(250) + application(250)),
            server(application(1200))};
}

Script tls13_retry() {
    return {client(record(22, client_hello(Hello{}.tls13()), 0x0301)),
            server(record(22, server_hello(ServerChoice{}.retry())) + change_cipher_spec()),
            client(change_cipher_spec() + record(22, client_hello(Hello{}.tls13()))),
            server(record(22, server_hello(ServerChoice{}.tls13())) + application(40)),
            server(application(2800) + application(280) + application(53)),
            client(application(53) + application(200)),
            server(application(1200))};
}

Script tls13_client_certificate() {
    return {client(record(22, client_hello(Hello{}.tls13()), 0x0301)),
            server(record(22, server_hello(ServerChoice{}.tls13())) + change_cipher_spec() + application(40)),
            server(application(90) + application(2800) + application(280) + application(53)),
            client(change_cipher_spec() + application(900) + application(281)),
            client(application(53)),
            client(application(200)),
            server(application(1200))};
}

Script tls13_early_data() {
    Hello hello = Hello{}.tls13();
    hello.with(extension(42, {}))
        .with(extension(41, vec16(vec16(fill(32, 0x71)) + fill(4, 0)) + vec16(vec8(fill(32, 0x72)))));
    ServerChoice choice = ServerChoice{}.tls13();
    choice.extensions.push_back(extension(41, u16(0)));
    return {client(record(22, client_hello(hello), 0x0301) + change_cipher_spec() + application(400)),
            server(record(22, server_hello(choice)) + change_cipher_spec() + application(46) + application(53)),
            client(application(21) + application(53)), client(application(120)), server(application(1300))};
}

std::vector<std::pair<std::string, Script>> all_stories() {
    return {{"tls12_full", tls12_full()},
            {"tls12_resumed", tls12_resumed()},
            {"tls12_client_certificate", tls12_client_certificate()},
            {"tls13_full", tls13_full()},
            {"tls13_retry", tls13_retry()},
            {"tls13_client_certificate", tls13_client_certificate()},
            {"tls13_early_data", tls13_early_data()}};
}

namespace {

constexpr record::Nanos kStep = 1'500'000;
constexpr record::Nanos kBegin = 1'700'000'000'000'000'000;

Evidence at_frame(std::uint64_t frame) { return {kBegin + static_cast<record::Nanos>(frame - 1) * kStep, frame}; }

const record::Column* find_column(std::string_view name) {
    for (const record::Vocabulary* v : {&dissector.vocabulary, &flow::tcp_vocabulary()}) {
        for (const record::Column& c : v->columns)
            if (c.name == name) return &c;
        for (const record::Span& s : v->spans)
            if (s.column.name == name) return &s.column;
        for (const record::Mark* m : v->marks)
            if (m->frame_column.name == name) return &m->frame_column;
    }
    return nullptr;
}

std::string code_text(const record::Column& c, std::uint32_t code) {
    std::string out;
    c.name_of(code, out);
    return out;
}

std::string print(const record::Value& v) {
    std::string out;
    switch (v.type()) {
        case record::Type::text: return std::string{v.text()};
        case record::Type::code: return code_text(v.column(), static_cast<std::uint32_t>(v.integer()));
        case record::Type::boolean: return v.integer() != 0 ? "true" : "false";
        case record::Type::text_list:
            for (std::size_t i = 0; i < v.list_size(); ++i) out += (i == 0 ? "" : ";") + std::string{v.text_at(i)};
            return out;
        case record::Type::code_list:
            for (std::size_t i = 0; i < v.list_size(); ++i)
                out += (i == 0 ? "" : ";") + code_text(v.column(), v.code_at(i));
            return out;
        default: return std::to_string(v.integer());
    }
}

}  // namespace

Played::Played(const Script& script, const Play& play)
    : stream_{dissector.make({.midstream = play.midstream, .want_ladder = play.ladder, .shared = play.shared})} {
    record.timeline.set(flow::kSynAnswered, {kBegin - 3'000'000, 1});
    record.timeline.set(flow::kSynAck, {kBegin - 1'500'000, 1});
    record.timeline.set(flow::kConnected, {kBegin - 1'000'000, 1});
    std::array<std::uint64_t, 2> offsets{};
    std::uint64_t frame = 0;
    for (const Act& act : script) deliver(act, at_frame(++frame), play, offsets);
    if (!play.closed_by.empty()) {
        record.row.set_text(flow::tcp_column("closed_by"), play.closed_by);
        record.row.set_text(flow::tcp_column("close_kind"), play.close_kind);
        record.timeline.set(flow::kCloseStart, at_frame(++frame));
        stream_->end(Side::client, at_frame(frame), *this);
        stream_->end(Side::server, at_frame(frame), *this);
    }
    if (!play.goes_on) stream_->finish(*this);
    stream_->describe(record);
}

void Played::deliver(const Act& act, Evidence at, const Play& play, std::array<std::uint64_t, 2>& offsets) {
    std::uint64_t& offset = offsets[record::index(act.from)];
    if (act.missing != 0) {
        verdict =
            stream_->gap({.from = act.from, .offset = offset, .length = act.missing, .why = act.why, .at = at}, *this);
        offset += act.missing;
        return;
    }
    const std::size_t kept = act.snap == 0 ? act.bytes.size() : std::min(act.snap, act.bytes.size());
    std::vector<std::size_t> sizes = {kept};
    if (play.cuts) sizes = play.cuts(act.bytes.size());
    std::size_t begin = 0;
    for (const std::size_t size : sizes) {
        // A copy of its own, so that the sanitizer sees every byte read outside the chunk.
        const Blob own(act.bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                       act.bytes.begin() + static_cast<std::ptrdiff_t>(begin + size));
        verdict =
            stream_->data({.data = own, .from = act.from, .offset = offset, .carried = at, .released = at}, *this);
        begin += size;
        offset += size;
    }
    if (kept == act.bytes.size()) return;
    const std::uint64_t cut = act.bytes.size() - kept;
    verdict = stream_->gap(
        {.from = act.from, .offset = offset, .length = cut, .why = flow::Gap::Why::snaplen, .at = at}, *this);
    offset += cut;
}

bool Played::has(std::string_view column) const { return !record.row.get(*find_column(column)).empty(); }

std::string Played::text(std::string_view column) const {
    const record::Value v = record.row.get(*find_column(column));
    return v.empty() ? "" : print(v);
}

std::int64_t Played::integer(std::string_view column) const { return record.row.get(*find_column(column)).integer(); }

bool Played::anomaly(std::string_view name) const {
    const auto entries = record.anomalies.entries();
    return std::any_of(entries.begin(), entries.end(), [&](const auto& e) { return e.anomaly->name == name; });
}

std::string Played::anomalies() const {
    std::set<std::string> names;
    for (const auto& e : record.anomalies.entries()) names.insert(std::string{e.anomaly->name});
    std::string out;
    for (const std::string& n : names) out += n + " ";
    return out;
}

std::string Played::facts() const {
    std::map<std::string, std::string> sorted;
    for (std::size_t i = 0; i < record.row.size(); ++i) {
        const record::Value v = record.row.at(i);
        sorted[std::string{v.column().name}] = print(v);
    }
    for (const auto& e : record.timeline.entries())
        sorted["mark " + std::string{e.mark->name}] =
            std::to_string(e.at.frame) + " " + std::to_string(e.at.time) + (e.inferred ? " inferred" : "");
    for (const auto& e : record.anomalies.entries())
        sorted["anomaly " + std::string{e.anomaly->name}] =
            std::to_string(e.count) + " " + std::to_string(e.first_frame);
    sorted["outcome"] = record.outcome;
    sorted["diagnosis"] = record.diagnosis;
    std::string out;
    for (const auto& [name, value] : sorted) out += name + " = " + value + "\n";
    return out;
}

void Played::mark(const record::Mark& m, Evidence at, bool inferred) { record.timeline.set(m, at, inferred); }
void Played::move_mark(const record::Mark& m, Evidence at, bool inferred) { record.timeline.move(m, at, inferred); }
void Played::anomaly(const record::Anomaly& a, Evidence at) { record.anomalies.report(a, at.frame); }
void Played::message(record::Message&& m) { messages.push_back(std::move(m)); }

TEST(StreamTesting, MakesWellFormedRecords) {
    EXPECT_EQ(bytes::hex(alert(2, 40)), "15030300020228");
    EXPECT_EQ(bytes::hex(record(22, server_hello_done())), "16030300040e000000");
}

}  // namespace tlsscope::tls::testing

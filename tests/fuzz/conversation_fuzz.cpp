// Conversations through the whole engine, each under three carriers: what is said of them is the same each time, adds
// up, agrees with the frames, and names every server that was asked for in a stream that came whole.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "conversation.h"
#include "mutators/script.h"
#include "report/facts.h"
#include "support/accounts.h"
#include "support/carriers.h"
#include "support/scenario_carriers.h"

namespace {

using namespace tlsscope;
using namespace support;
using record::Type;

void require(bool condition, const std::string& what) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", what.c_str());
    std::abort();
}

/// Evidence names a frame of the capture, and its time.
void check_evidence(record::Evidence at, const Frames& frames, std::string_view what) {
    require(at.frame >= 1 && at.frame <= frames.size(), std::string{what} + ": no such frame");
    require(at.time == frames[at.frame - 1].time, std::string{what} + ": not the time of its frame");
}

void check_cell(const record::Value& v, std::int64_t first_frame, std::int64_t last_frame) {
    const std::string name{v.column().name};
    if (v.type() == Type::millis || v.type() == Type::integer) require(v.integer() >= 0, name + " is negative");
    if (v.type() == Type::integer && v.column().unit == "frame")
        require(v.integer() >= first_frame && v.integer() <= last_frame, name + " is not of this connection");
}

/// "The sum of the phases". Where the order was turned round one of them is empty, and the others may overlap.
void check_phases(const record::ConnectionRecord& r) {
    const auto whole = number(r, "tls_ms");
    std::int64_t sum = number(r, "server_finish_ms").value_or(0);
    for (const std::string_view name : {"hello_ms", "server_hello_ms", "server_flight_ms", "client_finish_ms"}) {
        const auto phase = number(r, name);
        if (!whole || !phase) return;
        sum += *phase;
    }
    // With bytes missing the end may be concluded from an answer that is older than what it answers.
    if (number(r, "client_finished_frame") > number(r, "tls_complete_frame")) return;
    require(sum <= *whole, "the phases are longer than the handshake");
}

void check_ladder(const record::Ladder& ladder, const Frames& frames) {
    std::uint64_t before = 0;
    for (const record::Step& step : ladder.steps) {
        check_evidence(step.segment.at, frames, "ladder");
        require(step.segment.at.frame >= before, "the ladder goes back");
        before = step.segment.at.frame;
        for (const record::Message& m : step.messages) {
            check_evidence(m.first, frames, m.name);
            check_evidence(m.last, frames, m.name);
        }
    }
}

void check_record(const record::ConnectionRecord& r, const Frames& frames) {
    const auto first = number(r, "first_frame"), last = number(r, "last_frame");
    require(first && last && *first <= *last, "first and last frame");
    require(*first >= 1 && static_cast<std::size_t>(*last) <= frames.size(), "frames of the capture");
    for (std::size_t i = 0; i < r.row.size(); ++i) check_cell(r.row.at(i), *first, *last);
    check_phases(r);
    for (const auto& e : r.timeline.entries()) check_evidence(e.at, frames, e.mark->name);
    for (const auto& e : r.anomalies.entries())
        require(e.count >= 1 && e.first_frame >= 1 && e.first_frame <= frames.size(), "frame of an anomaly");
    for (const std::uint64_t frame : r.evidence_frames)
        require(frame >= 1 && frame <= frames.size(), "frame of the evidence");
    if (r.ladder) check_ladder(*r.ladder, frames);
}

void check_run(const Analyzed& run, const Frames& frames, std::string_view carrier) {
    const std::string off = unbalanced_unprinted(run);
    require(off.empty(), std::string{carrier} + ": " + off);
    require(run.problems.empty(), std::string{carrier} + ": a problem with a whole file");
    require(run.result.frames == frames.size(), std::string{carrier} + ": frames are missing");
    std::int64_t packets = 0;
    std::uint64_t stream = 0;
    for (const auto& r : run.records) {
        require(r.stream == stream++, "streams are not numbered");
        check_record(r, frames);
        packets += number(r, "packets_client").value_or(0) + number(r, "packets_server").value_or(0);
    }
    require(packets <= static_cast<std::int64_t>(frames.size()), "more packets than frames");
}

/// Whether a connection of that port says that it asked for this name.
bool is_reported(const Analyzed& run, const fuzz::Asked& asked) {
    return std::any_of(run.records.begin(), run.records.end(), [&](const record::ConnectionRecord& r) {
        const record::Value sni = report::fact(r.row, "sni");
        return number(r, "client_port") == asked.port && !sni.empty() && sni.text() == asked.name.substr(0, 255);
    });
}

/// Proper connections are one row each, with all that was sent.
void check_sent(const Analyzed& run, const std::vector<Step>& steps) {
    std::set<std::uint16_t> ports;
    for (const Step& s : steps) ports.insert(s.client_port);
    for (const std::uint16_t port : ports) {
        const auto expected = fuzz::sent(steps, port);
        if (!expected) continue;
        const std::string name = "port " + std::to_string(port);
        std::size_t rows = 0;
        for (const auto& r : run.records) {
            if (number(r, "client_port") != port) continue;
            ++rows;
            require(number(r, "bytes_client") == static_cast<std::int64_t>(expected->client), name + ": bytes_client");
            require(number(r, "bytes_server") == static_cast<std::int64_t>(expected->server), name + ": bytes_server");
            require(number(r, "missed_bytes").value_or(0) == 0, name + ": missed bytes");
        }
        require(rows == 1, name + ": not one connection");
    }
}

/// To look at an input: CONVERSATION_PCAP=out.pcap build/fuzz/tests/fuzz/conversation_fuzz INPUT.
void write_if_asked(const Frames& frames) {
    const char* path = std::getenv("CONVERSATION_PCAP");
    if (path == nullptr) return;
    std::ofstream out{path, std::ios::binary};
    out << bytes::as_text(as_pcap(frames, {}));
}

bool has_threads(const Carrier& c) { return c.name.find("threads") != std::string_view::npos; }

/// Any of them, and any of those that do without threads, which cost too much for every input.
std::vector<const Carrier*> chosen(const fuzz::Conversation& c) {
    std::vector<const Carrier*> quick;
    for (const Carrier& carrier : carriers())
        if (!has_threads(carrier)) quick.push_back(&carrier);
    return {&carriers()[c.carrier % carriers().size()], quick[c.other_carrier % quick.size()]};
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_script(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Conversation c = fuzz::read_conversation({data, size});
    const Frames frames = c.scenario.frames();
    if (frames.empty()) return 0;
    write_if_asked(frames);
    const Analyzed plain = carriers().front().run(c.scenario);
    check_run(plain, frames, "memory");
    if (c.carrier == 0) require(unbalanced(plain).empty(), "the summary");
    const auto payload = payload_on_the_wire(c.scenario);
    require(!payload || payload_bytes(plain) == *payload, "payload bytes that nobody sent, or not all of them");
    for (const fuzz::Asked& asked : c.asked)
        require(!fuzz::arrives(c.scenario.steps(), asked) || is_reported(plain, asked), "no SNI " + asked.name);
    check_sent(plain, c.scenario.steps());
    const auto facts = carried_facts(plain);
    for (const Carrier* carrier : chosen(c)) {
        if (carrier == &carriers().front() || !c.scenario.fits(std::string{carrier->name})) continue;
        const Analyzed run = carrier->run(c.scenario);
        check_run(run, carrier->name == "ipv6" ? c.scenario.frames({.six = true}) : frames, carrier->name);
        const std::string differs = difference(facts, carried_facts(run));
        require(differs.empty(), std::string{carrier->name} + ":\n" + differs);
    }
    return 0;
}

// Any bytes, in any direction, cut anywhere, with any gaps, to the TLS dissector. Beyond "no crash": delivered whole or
// byte by byte, the same facts come out; marks carry frames that were played; and asking twice gives the same answer.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "dissect/dissector.h"
#include "flow/tcp_vocabulary.h"
#include "mutators/tls.h"

namespace tlsscope::tls {
extern const dissect::Dissector dissector;
}

namespace {

using namespace tlsscope;

struct Act {
    record::Side from;
    bool gap;
    bytes::Bytes data;  // or its size, of a gap
    flow::Gap::Why why;
};

/// Input: per act one byte of flags (0: server, 1: gap, 2: snap length), two bytes of length, then the bytes.
std::vector<Act> acts_in(bytes::Bytes in) {
    std::vector<Act> acts;
    while (in.size() >= 3) {
        const std::size_t want = static_cast<std::size_t>(in[1]) << 8 | in[2];
        const std::uint8_t flags = in[0];
        in = in.subspan(3);
        const bytes::Bytes data = in.first(std::min(want, in.size()));
        in = in.subspan(data.size());
        acts.push_back({(flags & 1) != 0 ? record::Side::server : record::Side::client, (flags & 2) != 0, data,
                        (flags & 4) != 0 ? flow::Gap::Why::snaplen : flow::Gap::Why::acked});
    }
    return acts;
}

class Listener final : public dissect::Sink {
  public:
    record::ConnectionRecord record;
    std::uint64_t frames = 0;

    void mark(const record::Mark& m, record::Evidence at, bool inferred) override {
        check(at);
        record.timeline.set(m, at, inferred);
    }
    void move_mark(const record::Mark& m, record::Evidence at, bool inferred) override {
        check(at);
        record.timeline.move(m, at, inferred);
    }
    void anomaly(const record::Anomaly& a, record::Evidence at) override { record.anomalies.report(a, at.frame); }
    void message(record::Message&& m) override { check(m.first); }

  private:
    void check(record::Evidence at) const {
        if (at.frame == 0 || at.frame > frames) std::abort();
    }
};

std::string facts(const record::ConnectionRecord& r) {
    std::map<std::string, std::string> sorted;
    for (std::size_t i = 0; i < r.row.size(); ++i) {
        const record::Value v = r.row.at(i);
        std::string value{v.text()};
        value += '/';
        value += std::to_string(v.text().empty() ? v.integer() : 0);
        sorted.emplace(v.column().name, value);
    }
    for (const auto& e : r.timeline.entries())
        sorted.emplace("mark " + std::string{e.mark->name}, std::to_string(e.at.frame));
    for (const auto& e : r.anomalies.entries()) sorted.emplace("anomaly " + std::string{e.anomaly->name}, "");
    std::string out = r.outcome + "\n" + r.diagnosis + "\n";
    for (const auto& [name, value] : sorted) out.append(name).append("=").append(value).append("\n");
    return out;
}

/// `skim` only says that repetitions need no comparison: the bytes go on.
bool wants_more(dissect::Verdict verdict) {
    return verdict == dissect::Verdict::more || verdict == dissect::Verdict::skim;
}

std::string play(const std::vector<Act>& acts, bool midstream, bool by_bytes, bool ladder) {
    const auto stream = tls::dissector.make({.midstream = midstream, .want_ladder = ladder});
    Listener listener;
    std::array<std::uint64_t, 2> offsets{};
    dissect::Verdict verdict = dissect::Verdict::more;
    for (const Act& act : acts) {
        const record::Evidence at{static_cast<record::Nanos>(++listener.frames) * 1000, listener.frames};
        std::uint64_t& offset = offsets[record::index(act.from)];
        if (!wants_more(verdict)) break;
        if (act.gap) {
            if (!act.data.empty()) verdict = stream->gap({act.from, offset, act.data.size(), act.why, at}, listener);
            offset += act.data.size();
            continue;
        }
        const std::size_t step = by_bytes ? 1 : std::max<std::size_t>(1, act.data.size());
        for (std::size_t i = 0; i < act.data.size(); i += step) {
            // The rest of an act whose beginning ended the dissection does not count.
            if (!wants_more(verdict)) break;
            const std::vector<std::uint8_t> own(
                act.data.begin() + static_cast<std::ptrdiff_t>(i),
                act.data.begin() + static_cast<std::ptrdiff_t>(i + std::min(step, act.data.size() - i)));
            verdict = stream->data({own, act.from, offset, at, at}, listener);
            offset += own.size();
        }
    }
    const record::Evidence last{static_cast<record::Nanos>(listener.frames) * 1000, listener.frames};
    if (verdict == dissect::Verdict::not_mine) return "not mine";
    stream->end(record::Side::client, last, listener);
    stream->end(record::Side::server, last, listener);
    stream->describe(listener.record);
    const std::string once = facts(listener.record);
    record::ConnectionRecord again;
    again.timeline = listener.record.timeline;
    again.anomalies = listener.record.anomalies;
    stream->describe(again);
    if (facts(again) != once) std::abort();
    return once;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_acts(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bytes::Bytes in{data, size};
    const bool midstream = (in[0] & 1) != 0;
    const std::vector<Act> acts = acts_in(in.subspan(1));
    const std::string whole = play(acts, midstream, false, true);
    // Resynchronising looks at the starts of chunks: only streams that never lose their borders are the same in every
    // cut.
    const bool steady = !midstream && whole.find("anomaly tls_desync") == std::string::npos &&
                        whole.find("anomaly server_not_tls") == std::string::npos && whole != "not mine";
    for (const Act& act : acts)
        if (act.gap) return 0;
    if (!steady) return 0;
    const std::string split = play(acts, midstream, true, false);
    if (split == whole) return 0;
    std::fprintf(stderr, "whole:\n%s\nsplit:\n%s\n", whole.c_str(), split.c_str());
    std::abort();
}

#include "support/relations.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "dissectors/packet/decoder.h"
#include "support/byte_faults.h"
#include "support/carriers.h"
#include "support/rewrite.h"

namespace tlsscope::support {

namespace {

using ByConnection = std::map<std::string, Facts>;

std::string unbalanced(const Analyzed& run) {
    for (const auto& a : run.result.accounting)
        if (!a.balanced()) return "account of " + a.name + " does not add up\n";
    return {};
}

std::string compare(const Analyzed& before, const Analyzed& after, const Wanted& wanted = is_tls_fact) {
    return difference(facts_by_connection(before, wanted), facts_by_connection(after, wanted)) + unbalanced(after);
}

/// For changes of names: connections are known by their order.
std::string compare_in_order(const Analyzed& before, const Analyzed& after, const Wanted& wanted) {
    const auto in_order = [&](const Analyzed& run) {
        ByConnection out;
        for (const auto& r : run.records) out["stream " + std::to_string(r.stream)] = facts_of(r, wanted);
        return out;
    };
    return difference(in_order(before), in_order(after)) + unbalanced(after);
}

/// Two copies of the same bytes differ: which one comes first, and alone, is the very question.
bool is_contradictory(const record::ConnectionRecord& r) { return has_anomaly(r, "overlap_conflict"); }
/// Without a SYN a direction begins with its first packet, whatever came before that: another one, another beginning.
bool has_no_beginning(const record::ConnectionRecord& r) { return has_anomaly(r, "midstream") || is_contradictory(r); }

using Unfit = bool (*)(const record::ConnectionRecord&);

/// Without the connections that do not have to stay the same.
std::string compare_fit(const Subject& s, const Analyzed& after, Unfit unfit, const Wanted& wanted = is_tls_fact) {
    std::set<std::string> out;
    for (const Analyzed* run : {&s.plain_trace, &after})
        for (const auto& r : run->records)
            if (unfit(r)) out.insert(endpoints(r));
    const auto fit = [&](const Analyzed& run) {
        ByConnection facts = facts_by_connection(run, wanted);
        std::erase_if(facts, [&](const auto& c) { return out.contains(c.first.substr(0, c.first.find(" #"))); });
        return facts;
    };
    return difference(fit(s.plain_trace), fit(after)) + unbalanced(after);
}

std::string after_change(const Subject& s, const Trace& changed, Unfit unfit = is_contradictory) {
    return compare_fit(s, analyze_frames(put_together(changed)), unfit);
}

std::string split(const Subject& s, Dice& dice) { return after_change(s, split_segments(*s.trace, dice)); }
std::string merge(const Subject& s, Dice& dice) { return after_change(s, merge_segments(*s.trace, dice)); }
std::string duplicate(const Subject& s, Dice& dice) { return after_change(s, duplicate_segments(*s.trace, dice)); }
std::string reorder(const Subject& s, Dice& dice) {
    return after_change(s, reorder_segments(*s.trace, dice), has_no_beginning);
}
std::string wrap(const Subject& s, Dice& dice) { return after_change(s, wrap_sequence_numbers(*s.trace, dice)); }

/// The second capture lives in the time of the first: what depends on dates and silence may differ.
bool depends_on_no_time(const record::Column& c) {
    return !is_judged_by_date(c) && c.name != "established" && is_tls_fact(c);
}

/// With itself under other addresses.
std::string interleaved(const Subject& s, Dice& dice) {
    if (s.frames.front().time == record::kNoTime) return {};
    ByConnection expected = facts_by_connection(s.plain_trace, depends_on_no_time);
    const Trace other = rename_addresses(*s.trace, 0x40);
    expected.merge(facts_by_connection(analyze_frames(put_together(other)), depends_on_no_time));
    const Analyzed both = analyze_frames(put_together(interleave(*s.trace, *s.trace, dice)));
    return difference(expected, facts_by_connection(both, depends_on_no_time)) + unbalanced(both);
}

/// Everything but the names themselves, and the sentence that quotes them.
bool names_no_endpoint(const record::Column& c) { return c.group != "identity" && c.name != "diagnosis"; }

/// One rule knows ports: with another one it has nothing to say, or something.
bool speaks_of_ports(const Analyzed& run) {
    return std::any_of(run.records.begin(), run.records.end(), [](const record::ConnectionRecord& r) {
        return r.verdict != nullptr && r.verdict->name == "plaintext_on_tls_port";
    });
}

std::string rename(const Subject& s, Dice& dice) {
    const Analyzed renamed = analyze_frames(put_together(rename_endpoints(*s.trace, dice)));
    if (speaks_of_ports(s.plain_trace) || speaks_of_ports(renamed)) return {};
    return compare_in_order(s.plain_trace, renamed, names_no_endpoint);
}

std::string other_layers(const Subject& s, Dice&) {
    const auto same = [&](const Frames& changed) {
        return compare_in_order(s.plain_trace, analyze_frames(changed), is_tls_fact);
    };
    std::string out = same(put_together(over_ipv6(*s.trace)));
    const Frames frames = put_together(*s.trace);
    for (const Link link : {Link::vlan, Link::qinq, Link::mpls, Link::raw, Link::sll})
        out += same(over_link(frames, link));
    return out + same(over_link(put_together(over_ipv6(*s.trace)), Link::vlan));
}

std::string fragmented(const Subject& s, Dice& dice) {
    return compare(s.plain_trace, analyze_frames(fragment_packets(*s.trace, dice)));
}

std::string csv_of_files(const std::vector<Buffer>& files) {
    const TempDir folder;
    std::vector<std::string> paths;
    for (const Buffer& file : files) paths.push_back(folder.write("part-" + std::to_string(paths.size()), file));
    const Analyzed run = analyze_files(paths);
    std::string out = report_text(run, Format::csv);
    for (const auto& p : run.problems) out += p.text() + "\n";
    return out;
}

/// The first line that is not the same.
std::string first_difference(const std::string& before, const std::string& after) {
    if (before == after) return {};
    const auto [a, b] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
    const auto from = before.rfind('\n', static_cast<std::size_t>(a - before.begin()));
    const std::size_t at = from == std::string::npos ? 0 : from + 1;
    return "was    " + before.substr(at, 200) + "\nbecame " + after.substr(std::min(at, after.size()), 200) + "\n";
}

std::string other_files(const Subject& s, Dice&) {
    if (!fit_in_pcap(s.frames) || !packet::supports_link_type(s.frames.front().link_type)) return {};
    const std::string expected = report_text(s.plain, Format::csv);
    std::vector<Buffer> files = {
        as_pcap(s.frames, {.nanoseconds = true}), as_pcap(s.frames, {.big_endian = true, .nanoseconds = true}),
        as_pcapng(s.frames, false), as_pcapng(s.frames, true), compress(as_pcapng(s.frames, true), Compression::gzip)};
    if (!any_fraction_of_a_microsecond(s.frames)) {
        files.push_back(as_pcap(s.frames, {}));
        files.push_back(as_pcap(s.frames, {.big_endian = true}));
        files.push_back(as_pcap(s.frames, {.modified = true}));
    }
    std::string out;
    for (const Buffer& file : files) out += first_difference(expected, csv_of_files({file}));
    return out;
}

std::string two_files(const Subject& s, Dice& dice) {
    if (!fit_in_pcap(s.frames) || s.frames.size() < 2) return {};
    if (!packet::supports_link_type(s.frames.front().link_type)) return {};
    const auto cut = static_cast<std::ptrdiff_t>(1 + dice.below(s.frames.size() - 1));
    const Frames first{s.frames.begin(), s.frames.begin() + cut}, second{s.frames.begin() + cut, s.frames.end()};
    if (second.front().time < first.front().time) return {};  // files are read in order of their first packet
    return first_difference(report_text(s.plain, Format::csv),
                            csv_of_files({as_pcap(first, {.nanoseconds = true}), as_pcapng(second, true)}));
}

/// At most so many frames in a batch.
class InBatches final : public capture::Source {
  public:
    InBatches(const Frames& frames, std::size_t most) : frames_{frames}, most_{most} {}
    bool next(capture::Frame& out) override { return frames_.next(out); }
    std::size_t next_batch(std::span<capture::Frame> out) override {
        std::size_t count = 0;
        while (count < std::min(out.size(), most_) && frames_.next(out[count])) ++count;
        return count;
    }
    std::shared_ptr<const void> hold() override { return frames_.hold(); }
    const std::vector<Problem>& problems() const override { return frames_.problems(); }
    const capture::Extras& extras() const override { return frames_.extras(); }
    std::uint64_t bytes_read() const override { return 0; }
    std::uint64_t bytes_total() const override { return 0; }

  private:
    MemorySource frames_;
    std::size_t most_;
};

std::string threads_and_batches(const Subject& s, Dice& dice) {
    std::string out;
    const std::array<std::size_t, 3> batches = {1 + dice.below(5), 64, 4096};
    for (const unsigned threads : {1U, 2U, 3U, 8U}) {
        pipeline::AnalysisOptions options;
        options.threads = threads;
        InBatches source{s.frames, batches[threads % batches.size()]};
        const Analyzed run = analyze_source(source, options);
        out += first_difference(report_text(s.plain, Format::json), report_text(run, Format::json)) + unbalanced(run);
    }
    return out;
}

std::string lost_later(const Subject& s, Dice& dice) {
    const auto end = end_of_handshakes(s.plain, s.frames.size());
    if (!end) return {};
    Frames lossy = {s.frames.begin(), s.frames.begin() + static_cast<std::ptrdiff_t>(*end)};
    for (std::size_t i = *end; i < s.frames.size(); ++i)
        if (dice.chance(60)) lossy.push_back(s.frames[i]);
    return compare(s.plain, analyze_frames(lossy), is_of_the_handshake);
}

std::string cut_short(const Subject& s, Dice& dice) {
    const std::size_t snap = 54 + dice.below(1460);
    Frames cut = s.frames;
    for (OwnedFrame& f : cut) f.data.resize(std::min(f.data.size(), snap));
    const Analyzed left = analyze_frames(cut);
    if (left.records.size() != s.plain.records.size()) return {};  // headers themselves were cut off
    std::string out = unbalanced(left);
    for (std::size_t i = 0; i < left.records.size(); ++i) {
        const Facts truth = facts_of(s.plain.records[i]);
        const std::string wrong = lies(left.records[i], truth);
        const std::string where = "stream " + std::to_string(i) + ", snap length " + std::to_string(snap) + ": ";
        if (!wrong.empty()) out += where + wrong;
        if (facts_of(left.records[i]).size() < truth.size() && left.records[i].anomalies.entries().empty())
            out += where + "nothing says why facts are missing\n";
    }
    return out;
}

/// Checksums of application data are not verified, because that would touch every byte: a decoy there may be counted.
std::string noisy(const Subject& s, Dice& dice) {
    return compare_fit(s, analyze_frames(add_noise(*s.trace, dice)), is_contradictory, is_of_the_handshake);
}

/// An identifier is made from the time of the first packet, and a certificate's dates are judged by it.
bool tells_no_time(const record::Column& c) {
    for (const std::string_view other : {"uid", "anomalies", "diagnosis", "severity", "evidence_frames"})
        if (c.name == other) return false;
    if (is_judged_by_date(c)) return false;
    return c.type != record::Type::time;
}

/// Every cell the same, and every time of day later by as much.
std::string shifted(const Subject& s, Dice& dice) {
    const record::Nanos by = static_cast<record::Nanos>(dice.number()) * kMillisecond * 7;
    const Analyzed later = analyze_frames(shift_times(s.frames, by));
    std::string out = compare_in_order(s.plain, later, tells_no_time);
    for (std::size_t i = 0; out.empty() && i < later.records.size(); ++i) {
        const record::Row &before = s.plain.records[i].row, &after = later.records[i].row;
        for (std::size_t n = 0; n < before.size(); ++n) {
            const record::Column& c = before.at(n).column();
            if (c.type != record::Type::time || c.group == "certificate") continue;
            if (after.get(c).integer() != before.at(n).integer() + by) out += std::string{c.name} + " did not move\n";
        }
    }
    return out;
}

constexpr std::array kRelations{
    Relation{"M1", true, split},        Relation{"M2", true, merge},
    Relation{"M3", true, duplicate},    Relation{"M4", true, reorder},
    Relation{"M5", true, wrap},         Relation{"M6", true, interleaved},
    Relation{"M7", true, rename},       Relation{"M8", true, other_layers},
    Relation{"M9", true, fragmented},   Relation{"M10", false, other_files},
    Relation{"M11", false, two_files},  Relation{"M12", false, threads_and_batches},
    Relation{"M13", false, lost_later}, Relation{"M14", false, cut_short},
    Relation{"M15", true, noisy},       Relation{"M16", false, shifted},
};

/// The capture's own limits, not a statement about the connection.
bool says_how_much_was_seen(const std::string& column) {
    static const std::set<std::string> kSuch = {"tls_outcome", "established", "inferred", "tls_records", "tls_rtts"};
    return kSuch.contains(column);
}

/// All words of one list in the other.
bool is_part_of(const std::string& few, const std::string& many) {
    std::istringstream words{few};
    for (std::string word; std::getline(words, word, ';');)
        if ((';' + many + ';').find(';' + word + ';') == std::string::npos) return false;
    return true;
}

/// Less was seen, so less is said: not another fact.
bool is_weaker(const std::string& column, const std::string& before, const std::string& after) {
    if (column == "close_notify") return before == "both";
    if (column == "weaknesses") return is_part_of(after, before);
    if (column == "client_auth") return (before == "sent" || before == "declined") && after == "requested";
    return column == "early_data" && (before == "accepted" || before == "rejected") && after != "accepted" &&
           after != "rejected";
}

}  // namespace

Subject make_subject(std::string name, Frames frames) {
    Subject out{std::move(name), std::move(frames), {}, {}, {}};
    out.plain = analyze_frames(out.frames);
    if (!out.frames.empty()) out.trace = take_apart(as_ethernet(out.frames));
    if (out.trace) out.plain_trace = analyze_frames(put_together(*out.trace));
    return out;
}

std::span<const Relation> relations() { return kRelations; }

const Relation& relation(std::string_view name) {
    for (const Relation& r : kRelations)
        if (r.name == name) return r;
    throw std::runtime_error("no relation " + std::string{name});
}

std::string lies(const record::ConnectionRecord& cut, const Facts& truth) {
    std::string out;
    for (const auto& [column, value] : facts_of(cut)) {
        if (says_how_much_was_seen(column)) continue;
        const auto it = truth.find(column);
        // A Certificate message is read when it is whole, or when the rest of it is known to be missing.
        if (it == truth.end() && column == "resumed" && value == "false") continue;
        if (it == truth.end()) out += column + " was empty, became '" + value + "'\n";
        else if (it->second != value && !is_weaker(column, it->second, value))
            out += column + " was '" + it->second + "', became '" + value + "'\n";
    }
    return out;
}

bool is_of_the_handshake(const record::Column& c) {
    for (const std::string_view later : {"tls_records", "close_notify", "renegotiations"})
        if (c.name == later) return false;
    return is_tls_fact(c);
}

std::optional<std::size_t> end_of_handshakes(const Analyzed& run, std::size_t frames) {
    std::size_t last = 0;
    for (const auto& r : run.records) {
        if (cell(r, "service") == "tls" && cell(r, "established") != "true") last = frames;
        last = std::max(last, static_cast<std::size_t>(number(r, "tls_complete_frame").value_or(0)));
        // Of TLS 1.3 the end cannot be read; at the latest the server's next record proves it.
        if (cell(r, "inferred") == "true")
            last = std::max(last, static_cast<std::size_t>(number(r, "answer_frame").value_or(frames)));
    }
    return last == 0 ? std::nullopt : std::optional{last};
}

}  // namespace tlsscope::support

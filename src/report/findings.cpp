#include "report/findings.h"

#include <algorithm>

namespace tlsscope::report {

namespace {

constexpr std::size_t kLongestDiagnosis = 1000;

void note(Finding& f, std::uint64_t occurrences, Example example) {
    ++f.connections;
    f.occurrences += occurrences;
    if (f.examples.size() < Findings::kMostExamples) f.examples.push_back(example);
}

/// Total, so that the same capture always prints the same report.
bool graver(const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (a.connections != b.connections) return a.connections > b.connections;
    if (a.name != b.name) return a.name < b.name;
    return a.sentence < b.sentence;
}

}  // namespace

std::string without_numbers(std::string_view sentence) {
    std::string out;
    bool in_number = false;
    for (const char c : sentence) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit) out += c;
        else if (!in_number) out += '#';
        in_number = digit;
    }
    return out;
}

void Findings::add(const record::ConnectionRecord& connection) {
    for (const record::Anomalies::Entry& e : connection.anomalies.entries()) {
        Finding& f = anomalies_[e.anomaly];
        f.severity = e.anomaly->severity;
        f.name = e.anomaly->name;
        if (f.sentence.empty()) f.sentence = e.anomaly->meaning;
        if (e.anomaly == connection.verdict) ++f.diagnosed;
        note(f, e.count, {connection.stream, e.first_frame});
    }
    if (!connection.diagnosis.empty()) add_diagnosis(connection);
}

void Findings::add_diagnosis(const record::ConnectionRecord& connection) {
    const std::string_view sentence = std::string_view{connection.diagnosis}.substr(0, kLongestDiagnosis);
    const std::string key = without_numbers(sentence);
    if (diagnoses_.size() >= kMostDiagnoses && !diagnoses_.contains(key)) {
        ++unnamed_;
        return;
    }
    Finding& f = diagnoses_[key];
    if (f.sentence.empty()) f.sentence = sentence;
    f.severity = std::max(f.severity, connection.severity);
    note(f, 1, {connection.stream, connection.evidence_frames.empty() ? 0 : connection.evidence_frames.front()});
}

std::vector<Finding> Findings::diagnoses() const {
    std::vector<Finding> out;
    for (const auto& [key, f] : diagnoses_) out.push_back(f);
    return sorted(std::move(out));
}

std::vector<Finding> Findings::anomalies() const {
    std::vector<Finding> out;
    for (const auto& [anomaly, f] : anomalies_)
        if (f.diagnosed < f.connections || unnamed_ > 0) out.push_back(f);
    return sorted(std::move(out));
}

std::vector<Finding> Findings::sorted(std::vector<Finding> findings) {
    std::sort(findings.begin(), findings.end(), graver);
    return findings;
}

}  // namespace tlsscope::report

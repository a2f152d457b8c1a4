#include "report/compare/collector.h"

#include "report/facts.h"
#include "report/findings.h"
#include "report/format.h"

namespace tlsscope::report::compare {

namespace {

struct Selected {
    std::string_view what;
    Field field;
};

constexpr Selected kSelected[] = {{"versions", Field::version},
                                  {"cipher suites", Field::cipher},
                                  {"groups", Field::group},
                                  {"signature schemes", Field::signature_scheme},
                                  {"weaknesses", Field::weaknesses}};

}  // namespace

void Collector::begin(const record::Schema& schema, const RunInfo& run) {
    reader_ = std::make_unique<inventory::SightingReader>(schema);
    run_ = run;
}

void Collector::connection(const record::ConnectionRecord& connection) {
    const inventory::Sighting s = reader_->read(connection);
    ++connections_;
    if (s.complete()) ++complete_;
    if (is_judged(connection)) ++judged_;
    if (is_failure(connection)) {
        ++failed_;
        add_failure(s);
    }
    for (const auto& [what, field] : kSelected)
        selected_.try_emplace(what, Words{Words::kMany}).first->second.add(s[field]);
    add_certificate(s);
    add_pair(s);
}

void Collector::add_pair(const inventory::Sighting& s) {
    if (!s.has(Field::ja4)) return;
    const std::string_view client = s.text(Field::ja4);
    Pair* pair = pairs_.at(std::string{client} + ' ' + s.server());
    if (pair == nullptr) return;
    if (pair->connections++ == 0) {
        pair->server = s.server();
        pair->client = client;
    }
    if (is_failure(s.record())) ++pair->failed;
    if (!s.complete()) return;
    for (std::size_t i = 0; i < kPhases.size(); ++i)
        if (const record::Value v = s[kPhases[i]]; !v.empty()) pair->phases[i].add(v.integer());
}

void Collector::add_certificate(const inventory::Sighting& s) {
    if (s.text(Field::cert_status) == "hidden_tls13") ++hidden_;
    if (!s.has(Field::cert_sha256)) return;
    Certificate* c = certificates_.at(s.text(Field::cert_sha256));
    if (c == nullptr) return;
    if (c->servers.empty()) {
        c->subject = s.text(Field::cert_subject);
        if (s.has(Field::cert_not_after)) append_time(c->not_after, s.integer(Field::cert_not_after));
    }
    c->servers.add(s.server());
}

void Collector::add_failure(const inventory::Sighting& s) {
    constexpr std::size_t kLongest = 1000;
    const record::ConnectionRecord& r = s.record();
    const std::string_view sentence =
        std::string_view{r.diagnosis.empty() ? r.outcome : r.diagnosis}.substr(0, kLongest);
    FailureKind* kind = failures_.at(without_numbers(sentence));
    if (kind == nullptr) return;
    if (kind->connections++ > 0) return;
    kind->sentence = sentence;
    kind->stream = r.stream;
}

}  // namespace tlsscope::report::compare

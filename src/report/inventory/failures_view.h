// What failed, by what the diagnosis says: how often, whose doing, at which servers, and where to look.
#pragma once

#include <vector>

#include "report/findings.h"
#include "report/inventory/register.h"
#include "report/inventory/tallies.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

/// Diagnoses that differ only in numbers are one kind. What the capture cut short is no failure, and counted apart.
class FailuresView final : public View {
  public:
    void add(const Sighting& sighting) override;
    void print(std::string& out, const Look& look) const override;

  private:
    static constexpr std::size_t kLongestDiagnosis = 1000;

    struct Kind {
        record::Severity severity = record::Severity::none;
        std::string sentence;   // of the first
        std::string_view rule;  // --list-rules has it; empty: none
        std::uint64_t connections = 0;
        Words outcomes, who, servers;
        Distinct clients;
        std::vector<Example> examples;
    };
    void note_choice(const Sighting& sighting);
    std::string detail(const Kind& kind, const Look& look) const;
    std::string chosen_elsewhere(const Kind& kind, const Look& look) const;

    Register<Kind> kinds_;
    Register<Words> chosen_;  // by server: versions and cipher suites
    std::uint64_t connections_ = 0;
    std::uint64_t judged_ = 0;
    std::uint64_t failed_ = 0;
    Words others_;  // outcomes that are neither failed nor complete
};

}  // namespace tlsscope::report::inventory

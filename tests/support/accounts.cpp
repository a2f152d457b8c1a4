#include "support/accounts.h"

#include <algorithm>

namespace tlsscope::support {

namespace {

const record::Account* find(const Analyzed& run, std::string_view name) {
    const auto& all = run.result.accounting;
    const auto it = std::find_if(all.begin(), all.end(), [&](const auto& a) { return a.name == name; });
    return it == all.end() ? nullptr : &*it;
}

std::uint64_t total(const Analyzed& run, std::string_view name) {
    const record::Account* a = find(run, name);
    return a == nullptr ? 0 : a->total;
}

std::string in_words(const record::Account& a) {
    std::string out = a.name + ": " + std::to_string(a.total) + " !=";
    for (const auto& p : a.parts) out += " + " + p.name + " " + std::to_string(p.count);
    return out + "\n";
}

/// How often the printed summary says that an account adds up.
std::size_t accounts_that_add_up(const Analyzed& run) {
    const std::string text = report_text(run, Format::summary);
    std::size_t n = 0;
    for (std::size_t at = text.find("\nAccounting"); (at = text.find("✓", at)) != std::string::npos; ++at) ++n;
    return n;
}

}  // namespace

std::string unbalanced(const Analyzed& run) {
    std::string out = unbalanced_unprinted(run);
    if (accounts_that_add_up(run) != run.result.accounting.size()) out += "the summary does not say that it adds up\n";
    return out;
}

std::string unbalanced_unprinted(const Analyzed& run) {
    std::string out;
    for (const std::string_view name : {"packets", "connections", "payload_bytes_client", "payload_bytes_server"})
        if (find(run, name) == nullptr) out += "no account " + std::string{name} + "\n";
    for (const auto& a : run.result.accounting)
        if (!a.balanced()) out += in_words(a);
    if (total(run, "packets") != run.result.frames) out += "not every frame is in the account\n";
    if (total(run, "connections") != run.records.size()) out += "not every connection has a record\n";
    if (run.result.connections != run.records.size()) out += "not every record is counted\n";
    return out;
}

std::uint64_t payload_bytes(const Analyzed& run) {
    return total(run, "payload_bytes_client") + total(run, "payload_bytes_server");
}

}  // namespace tlsscope::support

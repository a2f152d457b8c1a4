#include "verdict/certificate_check.h"

#include <algorithm>

namespace tlsscope::verdict {

using crypto::CertificateSummary;
using record::Side;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;  // in nanoseconds
constexpr std::int64_t kDay = 86400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

crypto::Role role_of(Side side) { return side == Side::server ? crypto::Role::server : crypto::Role::client; }

/// What the first certificate says of itself.
void check_dates(const CertificateSummary& leaf, Presented& out) {
    const bool both = leaf.not_before && leaf.not_after && *leaf.not_before <= *leaf.not_after;
    if (out.at) {
        if (leaf.not_after && *out.at > *leaf.not_after) out.faults.add(CertificateFault::expired);
        else if (leaf.not_before && *out.at < *leaf.not_before) out.faults.add(CertificateFault::not_yet_valid);
        else if (both) {
            const std::int64_t left = *leaf.not_after - *out.at;
            if (left < kSoonDays * kDay && left * kSoonPart < *leaf.not_after - *leaf.not_before)
                out.faults.add(CertificateFault::expires_soon);
        }
    }
    if (out.from == Side::server && both && *leaf.not_before >= kLongSince &&
        *leaf.not_after - *leaf.not_before > kLongDays * kDay)
        out.faults.add(CertificateFault::validity_long);
}

CertificateFaults faults_of(const crypto::ChainFaults& f) {
    CertificateFaults out;
    const auto add = [&](bool is, CertificateFault fault) {
        if (is) out.add(fault);
    };
    add(f.bad_signature, CertificateFault::bad_signature);
    add(f.expired, CertificateFault::expired);
    add(f.not_yet_valid, CertificateFault::not_yet_valid);
    add(f.missing_intermediate, CertificateFault::missing_intermediate);
    add(f.unknown_issuer, CertificateFault::unknown_issuer);
    add(f.bad_ca, CertificateFault::invalid_ca);
    add(f.wrong_usage, CertificateFault::wrong_usage);
    add(f.self_signed, CertificateFault::self_signed);
    add(!f.other.empty(), CertificateFault::chain_invalid);
    return out;
}

}  // namespace

CertificateFaults Presented::seen_by_peer() const {
    CertificateFaults out = faults;
    if (!at_given) return out;
    out.remove(CertificateFault::expired);
    out.remove(CertificateFault::not_yet_valid);
    out.remove(CertificateFault::expires_soon);
    return out;
}

Presented present(std::shared_ptr<const Chain> chain, const Presentation& how, const CertificatePolicy* policy) {
    Presented out;
    out.chain = std::move(chain);
    out.from = how.from;
    out.evidence = how.at;
    if (policy != nullptr && policy->at) out.at = policy->at, out.at_given = true;
    else if (how.at.time != record::kNoTime) out.at = floor_div(how.at.time, kSecond);
    const crypto::Role role = role_of(how.from);
    const CertificateSummary& leaf = out.chain->leaf();
    out.checked = policy != nullptr && policy->store && how.whole && out.at;
    out.faults.add(out.chain->lasting(role));
    check_dates(leaf, out);
    if (how.names_the_host == false) out.faults.add(CertificateFault::name_mismatch);
    if (!out.checked) {
        // It may be in the store, only nobody could look.
        const bool has_store = policy != nullptr && policy->store;
        if (leaf.self_signed && !has_store) out.faults.add(CertificateFault::self_signed);
        return out;
    }
    const auto& check = out.chain->check(*policy->store, role, *out.at);
    if (!check) {
        out.faults.add(CertificateFault::chain_invalid);
        return out;
    }
    out.faults.add(faults_of(check->faults));
    out.other = check->faults.other;
    return out;
}

std::vector<std::string_view> tokens(const Presented& presented) {
    std::vector<std::string_view> out;
    presented.faults.for_each([&](CertificateFault f) {
        if (!rule_of(f).token.empty()) out.push_back(rule_of(f).token);
    });
    if (out.empty() && presented.checked) out.emplace_back("ok");
    return out;
}

std::optional<std::int64_t> days_left(const Presented& presented) {
    const auto& end = presented.chain->leaf().not_after;
    if (!end || !presented.at) return std::nullopt;
    return floor_div(*end - *presented.at, kDay);
}

CertificateFault gravest(CertificateFaults faults) {
    auto out = CertificateFault::count;
    faults.for_each([&](CertificateFault f) { out = std::min(out, f); });
    return out;
}

}  // namespace tlsscope::verdict

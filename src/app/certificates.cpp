#include "app/certificates.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

#include "app/options.h"
#include "files/descriptor.h"
#include "report/escape.h"
#include "report/output.h"

namespace tlsscope::app {

namespace {

/// Digits and nothing else, as many as there are; the text moves on. -1: no such number.
int number(std::string_view& text, std::size_t digits) {
    int out = -1;
    const std::string_view part = text.substr(0, digits);
    const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), out);
    const bool good =
        part.size() == digits && part.front() != '-' && fault == std::errc{} && end == part.data() + part.size();
    text.remove_prefix(part.size());
    return good ? out : -1;
}

bool separator(std::string_view& text, char c) {
    const bool there = text.starts_with(c);
    if (there) text.remove_prefix(1);
    return there;
}

}  // namespace

std::optional<verdict::CertificatePolicy> certificate_policy(const Options& options, std::string& error) {
    verdict::CertificatePolicy policy;
    policy.at = options.at;
    policy.keep_chains = !options.certs.empty();
    if (options.ca_file.empty()) return policy;
    policy.store = crypto::TrustStore::load(options.ca_file, error);
    if (!policy.store) return std::nullopt;
    return policy;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
    using namespace std::chrono;
    const int year = number(text, 4);
    const bool dash = separator(text, '-');
    const int month = number(text, 2);
    const bool dash_too = separator(text, '-');
    const int day = number(text, 2);
    if (year < 0 || month < 0 || day < 0 || !dash || !dash_too) return std::nullopt;
    const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    std::int64_t seconds = sys_days{date}.time_since_epoch().count() * 86400LL;
    if (text.empty()) return seconds;
    if (!separator(text, 'T') && !separator(text, ' ')) return std::nullopt;
    const int hour = number(text, 2);
    const bool colon = separator(text, ':');
    const int minute = number(text, 2);
    const bool colon_too = separator(text, ':');
    const int second = number(text, 2);
    (void)separator(text, 'Z');
    if (!colon || !colon_too || !text.empty() || hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 ||
        second > 59)
        return std::nullopt;
    return seconds + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
}

std::unique_ptr<CertificateFiles> CertificateFiles::open(const std::string& folder, std::string& error) {
    if (::mkdir(folder.c_str(), 0777) == 0 || ::access((folder + "/.").c_str(), W_OK | X_OK) == 0)
        return std::unique_ptr<CertificateFiles>{new CertificateFiles{folder}};
    error = files::message("write certificates to", report::visible(folder), errno);
    return nullptr;
}

void CertificateFiles::add(const record::ConnectionRecord& connection) {
    for (const auto& file : connection.certificates)
        if (!failed_) add(*file);
}

void CertificateFiles::add(const record::CertificateFile& file) {
    if (!written_.insert(crypto::sha256(bytes::as_bytes(file.pem))).second) return;
    if (written_.size() > kMostChains) return fail("there are more than " + std::to_string(kMostChains) + " chains");
    const std::uint32_t number = ++numbers_[file.sha256];
    const std::string suffix = number == 1 ? "" : "-" + std::to_string(number);
    std::string error;
    const auto out = report::open_output(folder_ + "/" + file.sha256 + suffix + ".pem", error);
    if (!out) return fail(error);
    out->write(file.pem);
    if (!out->finish()) fail(out->error());
}

void CertificateFiles::fail(const std::string& why) {
    failed_ = true;
    problem_ = "no more certificates are written: " + why;
}

std::string CertificateFiles::take_problem() { return std::exchange(problem_, {}); }

}  // namespace tlsscope::app

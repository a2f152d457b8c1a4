#include "dissectors/tls/protected_flight.h"

#include <string>

#include "dissectors/tls/names.h"

namespace tlsscope::tls {

namespace {

std::uint16_t hash_size(std::string_view suite) {
    if (suite.ends_with("_SHA384")) return 48;
    return suite.ends_with("_SHA512") ? 64 : 32;
}

}  // namespace

ProtectedSizes protected_sizes(std::uint16_t cipher) {
    const std::string suite = name_of(cipher_name, cipher);
    const std::uint16_t tag = suite.find("_CCM_8") != std::string::npos ? 8 : 16;
    const auto around = [&](int content) { return static_cast<std::uint16_t>(content + 1 + tag); };
    constexpr int kHeader = 4;
    return {.finished = around(kHeader + hash_size(suite)),
            .empty_certificate = around(kHeader + 1 + 3),
            .end_of_early_data = around(kHeader),
            .alert = around(2)};
}

void ProtectedFlight::begin(std::uint16_t cipher, bool early_data_offered) {
    sizes_ = protected_sizes(cipher);
    early_offered_ = early_data_offered;
}

void ProtectedFlight::server_record(const ProtectedRecord& r) {
    server_last_ = r.last;
    last_server_length_ = r.length;
    ++server_records_;
}

ProtectedFlight::Reading ProtectedFlight::client_record(const ProtectedRecord& r) {
    if (early_offered_) return early_record(r);
    if (r.length == sizes_.finished) {
        finish(r.last, waiting_ != 0 ? server_end_ : server_last_, true);
        return Reading::finished;
    }
    if (waiting_ == 0 && r.length == sizes_.alert) {
        client_alert_ = true;
        return Reading::alert;
    }
    if (++waiting_ == 1) {
        waiting_first_ = r.last;
        waiting_length_ = r.length;
        server_end_ = server_last_;
        declined_ = r.length == sizes_.empty_certificate;
    } else {
        declined_ = false;
        data_behind_ = r.last;
    }
    return Reading::undecided;
}

ProtectedFlight::Reading ProtectedFlight::early_record(const ProtectedRecord& r) {
    const bool after_end = last_client_length_ == sizes_.end_of_early_data;
    last_client_length_ = r.length;
    if (r.length == sizes_.finished && server_records_ != 0) {
        early_accepted_ = after_end;
        finish(r.last, after_end ? server_end_ : server_last_, true);
        return Reading::finished;
    }
    if (r.length == sizes_.end_of_early_data) server_end_ = server_last_;
    return Reading::early_data;
}

bool ProtectedFlight::settle() {
    if (!undecided()) return false;
    // Too short to hold a Finished: with nothing behind it an alert that was padded (Java does that).
    if (waiting_length_ < sizes_.finished) {
        client_alert_ = waiting_ == 1 && !declined_;
        return false;
    }
    finish(waiting_first_, server_end_, false);
    return true;
}

void ProtectedFlight::finish(Evidence at, Evidence server_end, bool by_size) {
    done_ = true;
    by_size_ = by_size;
    finished_ = at;
    server_end_ = server_end;
}

void FirstExchange::client_record(const ProtectedRecord& r) {
    if (run_ == 1) settle();
    if (!answered()) request_end_ = r.last;
}

void FirstExchange::server_record(const ProtectedRecord& r) {
    constexpr std::uint16_t kLongestTicket = 1500;
    if (answered() || !request_end_.seen()) return;
    if (!tickets_) {
        answer_ = r.first;
        return;
    }
    const bool alike = run_ != 0 && r.length == candidate_length_;
    if (run_ == 1 && !alike) {
        answer_ = candidate_;
        return;
    }
    if (run_ >= 2 && !alike) {
        answer_ = r.first;
        return;
    }
    if (r.length > kLongestTicket) {
        answer_ = r.first;
        return;
    }
    candidate_ = r.first;
    candidate_length_ = r.length;
    if (run_ < 2) ++run_;
}

void FirstExchange::settle() {
    if (run_ == 1 && !answered()) answer_ = candidate_;
}

}  // namespace tlsscope::tls

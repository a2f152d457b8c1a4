// TLS 1.3 without keys: what follows from the sizes and the order of the encrypted records after the ServerHello
// (RFC 8446 section 2). All of it is inferred. To change a rule, read README.md, "What is inferred".
#pragma once

#include <cstdint>

#include "record/evidence.h"

namespace tlsscope::tls {

using record::Evidence;

/// A protected record: its length field, and where its first and last byte were seen.
struct ProtectedRecord {
    std::uint16_t length = 0;
    Evidence first;
    Evidence last;
};

/// Lengths of protected records that hold exactly one message of fixed size, without padding:
/// content + one byte of type + the tag of the AEAD (RFC 8446 section 5.2).
struct ProtectedSizes {
    std::uint16_t finished = 0;
    std::uint16_t empty_certificate = 0;
    std::uint16_t end_of_early_data = 0;
    std::uint16_t alert = 0;
};
ProtectedSizes protected_sizes(std::uint16_t cipher);

/// Follows the records between ServerHello and the client's Finished.
class ProtectedFlight {
  public:
    enum class Reading : std::uint8_t {
        undecided,  ///< a certificate, or a Finished together with something else
        early_data,
        finished,
        alert,  ///< of alert size, where a Finished should stand
    };

    /// After the ServerHello.
    void begin(std::uint16_t cipher, bool early_data_offered);
    void server_record(const ProtectedRecord& r);
    Reading client_record(const ProtectedRecord& r);

    /// The client's flight is over, because the server speaks again or because nothing more comes: when no record had
    /// the size of a Finished, the first one is taken for it. True when that settled it.
    bool settle();

    bool done() const { return done_; }
    /// Client records that wait for settle().
    bool undecided() const { return !done_ && waiting_ != 0; }
    /// The last server record before the client's answer.
    Evidence server_end() const { return server_end_; }
    Evidence finished() const { return finished_; }
    /// Client records behind the one settle() took for the Finished: not seen() when there are none.
    Evidence data_behind() const { return data_behind_; }

    bool client_alert() const { return client_alert_ && !done_; }
    bool server_alert() const { return !done_ && server_records_ != 0 && last_server_length_ == sizes_.alert; }
    bool certificate_sent() const { return done_ && by_size_ && waiting_ != 0 && !declined_; }
    bool certificate_declined() const { return done_ && by_size_ && waiting_ != 0 && declined_; }
    /// The first record was the Finished: there was no certificate.
    bool certificate_absent() const { return done_ && by_size_ && waiting_ == 0 && !early_offered_; }
    bool early_data_accepted() const { return done_ && early_accepted_; }
    const ProtectedSizes& sizes() const { return sizes_; }

  private:
    Reading early_record(const ProtectedRecord& r);
    void finish(Evidence at, Evidence server_end, bool by_size);

    ProtectedSizes sizes_;
    Evidence server_last_;
    Evidence server_end_;
    Evidence finished_;
    Evidence waiting_first_;
    Evidence data_behind_;
    std::uint32_t waiting_ = 0;
    std::uint32_t server_records_ = 0;
    std::uint16_t waiting_length_ = 0;  // of the first of them
    std::uint16_t last_client_length_ = 0;
    std::uint16_t last_server_length_ = 0;
    bool early_offered_ = false;
    bool early_accepted_ = false;
    bool client_alert_ = false;
    bool declined_ = false;
    bool by_size_ = false;
    bool done_ = false;
};

/// Finds the first request of the client after the handshake and the first byte of the server's answer.
class FirstExchange {
  public:
    /// In TLS 1.3 the server may send session tickets that look like data: a run of two or more small records of the
    /// same length right behind the handshake is taken for them.
    explicit FirstExchange(bool tickets_possible = false) : tickets_{tickets_possible} {}

    void client_record(const ProtectedRecord& r);
    void server_record(const ProtectedRecord& r);
    /// Nothing more will come from the server.
    void settle();

    Evidence request_end() const { return request_end_; }
    Evidence answer_first() const { return answer_; }
    bool answered() const { return answer_.seen(); }

  private:
    Evidence request_end_;
    Evidence candidate_;
    Evidence answer_;
    std::uint16_t candidate_length_ = 0;
    std::uint8_t run_ = 0;
    bool tickets_;
};

}  // namespace tlsscope::tls

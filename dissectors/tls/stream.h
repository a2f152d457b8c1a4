// One TLS connection as it passes: records to messages to facts, marks and anomalies. Split over stream*.cpp by idea:
// stream.cpp (what the transport calls), stream_records.cpp, stream_messages.cpp, stream_protected.cpp,
// stream_ssl2.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "crypto/certificate_cache.h"
#include "dissect/dissector.h"
#include "dissectors/tls/facts.h"
#include "dissectors/tls/handshake_layer.h"
#include "dissectors/tls/machine.h"
#include "dissectors/tls/outcome.h"
#include "dissectors/tls/protected_flight.h"
#include "dissectors/tls/record_layer.h"
#include "dissectors/tls/strength.h"
#include "verdict/certificate_check.h"

namespace tlsscope::tls {

/// What streams of one worker share.
class SharedCaches final : public dissect::Shared {
  public:
    explicit SharedCaches(const dissect::Settings& settings = {}) : policy{settings.certificates} {}

    const verdict::CertificatePolicy* policy;  ///< or null
    crypto::CertificateCache certificates;
    verdict::ChainCache chains{certificates};
    FingerprintCache fingerprints;
    StrengthCache strength;
    HandshakeBudget handshakes;
};

class Stream final : public dissect::StreamDissector, private RecordHandler, private HandshakeHandler {
  public:
    explicit Stream(const dissect::StreamContext& context);

    dissect::Verdict data(const flow::Chunk& chunk, dissect::Sink& sink) override;
    dissect::Verdict gap(const flow::Gap& gap, dissect::Sink& sink) override;
    void end(Side side, Evidence at, dissect::Sink& sink) override;
    void finish(dissect::Sink& sink) override;
    void describe(record::ConnectionRecord& record) const override;

  private:
    struct Direction {
        explicit Direction(Side side, bool aligned) : records{side, aligned}, lossy{!aligned} {}

        RecordLayer records;
        ProtectedRecord record;            ///< the one being read
        std::uint32_t count = 0;           ///< records seen
        std::uint32_t changes = 0;         ///< ChangeCipherSpec after the handshake
        std::uint16_t handshake_left = 0;  ///< of a readable handshake record
        std::uint16_t odd_version = 0;     ///< a record version that does not exist, accepted with the first hello
        std::uint16_t last_length = 0;
        ContentType last_type{};
        std::array<std::uint8_t, 3> scratch{};
        std::uint8_t scratch_have = 0;
        std::uint8_t alert_level = 0;  ///< of an alert whose second byte is still to come
        bool alert_half = false;
        bool bytes_seen = false;
        bool from_first_byte = false;  ///< what was seen begins where the connection does
        bool lossy;                    ///< messages may be missing
        bool changing = false;         ///< a ChangeCipherSpec was sent
        bool encrypted = false;        ///< and so what follows cannot be read
        bool close_notify = false;
        bool encrypted_alert = false;  ///< when the handshake was over, or seemed to be
        bool data_early = false;       ///< application data before the handshake was over
        bool data_seen = false;        ///< and after it
        bool ended = false;
    };

    /// Needed until the handshake is over.
    struct Handshake {
        explicit Handshake(HandshakeBudget* budget)
            : client{Side::client, budget}, server{Side::server, budget}, ssl2{budget} {}

        HandshakeLayer client;
        HandshakeLayer server;
        Offer offer;
        std::vector<const record::Mark*> placed;  ///< marks of messages
        std::vector<const record::Mark*> moving;  ///< those whose record is not complete yet
        PartialMessage ssl2;                      ///< the start of what may be an SSLv2-format hello
        std::vector<flow::Chunk> ssl2_chunks;     ///< that brought it, until it is clear; their bytes are in `ssl2`
        Evidence ssl2_first;
        Side ssl2_side = Side::client;
        bool ssl2_open = false;   ///< bytes are being collected
        bool ssl2_hello = false;  ///< the client said hello that way
        bool certificate_seen = false;
        bool request_seen = false;  ///< CertificateRequest
        HandshakeLayer& layer(Side side) { return side == Side::client ? client : server; }
    };

    // RecordHandler: stream_records.cpp
    Body begin_record(Side from, const RecordHeader& header, Evidence first) override;
    void record_piece(Side from, const RecordHeader& header, Bytes piece, Evidence carried, Evidence released) override;
    void record_hole(Side from, const RecordHeader& header, std::uint64_t length, Evidence at) override;
    void end_record(Side from, const RecordHeader& header, Evidence last) override;
    void framing_lost(Side from, bool gap, Evidence at) override;
    void framing_found(Side from, Evidence at) override;
    bool acceptable(Direction& d, const RecordHeader& header, Evidence at);
    void check_length(const Direction& d, const RecordHeader& header, Evidence at);
    Body body_of(Side from, const RecordHeader& header);
    void alert_bytes(Side from, Bytes piece, Evidence at);
    void on_alert(Side from, AlertView alert, Evidence at);
    void on_encrypted_alert(Side from, Evidence at);
    void on_change_cipher_spec(Side from, const RecordHeader& header, Evidence at);
    void on_heartbeat(Side from, const RecordHeader& header, Evidence at);

    // HandshakeHandler: stream_messages.cpp
    bool plausible_message(Side from, const HandshakeHeader& header, std::size_t record_left) override;
    void handshake_message(Side from, const HandshakeMessage& message) override;
    void client_hello(const HandshakeMessage& message);
    void server_hello(const HandshakeMessage& message);
    void certificate(Side from, const HandshakeMessage& message);
    void judge_certificates(Side from, const std::shared_ptr<const verdict::Chain>& chain, bool whole, Evidence at);
    std::shared_ptr<const verdict::Chain> chain_of(Bytes list) const;
    void server_key_exchange(const HandshakeMessage& message);
    void certificate_request(const HandshakeMessage& message);
    void server_hello_done(const HandshakeMessage& message);
    void other_message(Side from, const HandshakeMessage& message);
    void certificate_status(const HandshakeMessage& message);
    void encrypted_handshake(Side from, Evidence last);
    bool order(Side from, Event event, Evidence at);
    void full_handshake();
    void no_retry_after_all(Evidence at);
    void keys_so_far();
    /// What this worker's streams share, or null.
    SharedCaches* caches() const { return static_cast<SharedCaches*>(context_.shared); }
    const verdict::CertificatePolicy* policy() const { return caches() != nullptr ? caches()->policy : nullptr; }
    HandshakeBudget* budget() const { return caches() != nullptr ? &caches()->handshakes : nullptr; }
    std::shared_ptr<const crypto::CertificateSummary> summarize(Bytes der) const;

    // Application data and TLS 1.3: stream_protected.cpp
    void application_record(Side from, const ProtectedRecord& r);
    void protected_record(Side from, const ProtectedRecord& r);
    void protected_client_record(const ProtectedRecord& r);
    void protected_server_record(const ProtectedRecord& r);
    void protected_finished();
    void data_record(Side from, const ProtectedRecord& r);
    bool before_any_hello(Side from) const;
    void assume_established();
    bool surely_established() const;
    bool ended_by_server_alert() const;
    bool server_may_refuse() const;

    // SSLv2 hellos: stream_ssl2.cpp
    bool may_be_ssl2(const flow::Chunk& chunk) const;
    Bytes ssl2_bytes(const flow::Chunk& chunk);
    void no_ssl2_after_all(Side from);
    void forget_ssl2(Side from);
    void ssl2_client_hello(Bytes body, Evidence first, Evidence last);
    void ssl2_server_hello(Bytes body, Evidence first, Evidence last);

    Direction& direction(Side side) { return directions_[record::index(side)]; }
    const Direction& direction(Side side) const { return directions_[record::index(side)]; }
    void tell(record::Message&& message) { sink_->message(std::move(message)); }
    void tell_encrypted(Side from, std::string_view name, std::string_view sentence, const ProtectedRecord& r);
    bool lossy() const;
    /// Not simply handshake_: that stays until the end of the segment, and nothing may depend on where segments end.
    bool in_handshake() const { return handshake_ && !machine_.established() && machine_.phase() != Phase::ssl2; }
    void mark(const record::Mark& m, Evidence at, bool inferred = false);
    void mark_message(const record::Mark& m, Side from, Evidence at);
    void anomaly(const record::Anomaly& a, Evidence at) { sink_->anomaly(a, at.seen() ? at : gap_at_); }
    void let_go();
    Ending ending() const;
    void describe_state(record::Row& row) const;

    dissect::StreamContext context_;
    dissect::Sink* sink_ = nullptr;  // during a call
    std::array<Direction, 2> directions_;
    Machine machine_;
    Facts facts_;
    std::unique_ptr<Handshake> handshake_;
    std::array<std::unique_ptr<const verdict::Presented>, 2> presented_;  // by side; where there is more to say of it
    ProtectedFlight flight_;
    FirstExchange exchange_;
    Evidence gap_at_;  // what showed the last gap
    Evidence encrypted_alert_;
    Side encrypted_alert_from_ = Side::client;
    Side flight_of_ = Side::server;
    std::uint8_t round_trips_ = 0;
    bool hello_seen_ = false;
    bool hello_cut_ = false;  ///< the connection or the capture ends within it
    bool server_hello_seen_ = false;
    bool not_tls_ = false;
    bool assumed_ = false;
    bool data_first_ = false;  // application data before any hello, of a client seen from its first byte on
    bool not_mine_ = false;
    bool flight_certain_ = false;  // no record of the client's flight in TLS 1.3 is missing
};

}  // namespace tlsscope::tls

// Who talks to whom, packet by packet: TCP connections, and the DNS questions before some of them.
#pragma once

#include <memory>
#include <string>

#include "handshake.h"

namespace bench {

/// Anything that has packets to send, one at a time.
class Conversation {
  public:
    Conversation() = default;
    virtual ~Conversation() = default;
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    virtual bool done() const = 0;
    virtual bool is_tls() const = 0;
    /// The next packet.
    virtual void emit(CaptureFile& file, std::uint64_t now) = 0;
};

struct Ends {
    Endpoint client;
    Endpoint server;
};

/// How a connection goes, apart from what is said in it.
struct Shape {
    unsigned segments_per_ack = 2;  ///< data segments for one ACK of the receiver
    bool closes = true;
    enum class Start : std::uint8_t { syn, hello, data } start = Start::syn;  ///< the first packet the capture has
};

/// One TCP connection: what is left to send, and both sides' sequence numbers.
class Connection final : public Conversation {
  public:
    /// TLS: the handshake, a request, `response` (which outlives the connection), and the close.
    Connection(const Ends& ends, Kind kind, const std::string& sni, View response, const Shape& shape, Dice& dice);
    /// Not TLS: these flights, then `body`.
    Connection(const Ends& ends, std::string kind, std::vector<Flight> flights, View body, const Shape& shape,
               Dice& dice);

    const Truth& truth() const { return truth_; }
    const Ends& ends() const { return ends_; }
    /// What it takes in the file.
    std::uint64_t planned_bytes() const;

    bool done() const override { return position_ == steps_.size(); }
    bool is_tls() const override { return truth_.tls != "no"; }
    void emit(CaptureFile& file, std::uint64_t now) override;

  private:
    struct Step {
        bool from_client;
        std::uint8_t flags;
        View payload;
    };

    Connection(const Ends& ends, const Shape& shape, Dice& dice);
    void open();
    void close();
    void say(bool from_client, View bytes);
    void step(bool from_client, unsigned f) { steps_.push_back({from_client, static_cast<std::uint8_t>(f), {}}); }
    void skip_to(std::size_t first);
    void forget_handshake();

    Ends ends_;
    Shape shape_;
    std::uint32_t next_[2] = {};
    std::uint32_t echo_[2] = {};
    Truth truth_;
    std::vector<Flight> flights_;
    Octets request_;
    Octets goodbye_;
    std::vector<Step> steps_;
    std::size_t position_ = 0;
};

/// A question and its answer over UDP.
class Lookup final : public Conversation {
  public:
    Lookup(Endpoint client, std::string name, std::uint32_t address);
    bool done() const override { return sent_ == 2; }
    bool is_tls() const override { return false; }
    void emit(CaptureFile& file, std::uint64_t now) override;

  private:
    Endpoint client_;
    std::string name_;
    std::uint32_t address_;
    int sent_ = 0;
};

}  // namespace bench

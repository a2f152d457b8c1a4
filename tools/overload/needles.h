// Real handshakes between the hay: each must be reported, and right.
#pragma once

#include <memory>
#include <vector>

#include "bench/handshake.h"
#include "overload/traffic.h"

namespace overload {

struct NeedleShape {
    std::size_t segment = 1448;  ///< bytes of payload at most
    bool closes = true;          ///< with FINs
};

/// One real connection: TLS 1.2 or 1.3, full or resumed, by its number; a request, an answer.
class Needle {
  public:
    Needle(std::uint64_t number, const NeedleShape& shape, Traffic& traffic);

    /// The next packet.
    void step();
    bool done() const { return at_ == steps_.size(); }

  private:
    struct Step {
        bool from_client;
        std::uint8_t bits;
        View payload;
    };

    void data(bool from_client, View bytes, std::size_t segment);

    Traffic& traffic_;
    Endpoint client_;
    Endpoint server_;
    std::uint32_t next_[2];
    bench::Handshake handshake_;
    Octets request_;
    Octets goodbye_;
    std::vector<Step> steps_;
    std::size_t at_ = 0;
};

/// Spreads needles evenly over so much hay.
class Needles {
  public:
    /// An open needle has its next packet after every `pace` pieces of hay.
    Needles(Traffic& traffic, std::uint64_t count, std::uint64_t hay, std::uint64_t pace = 100);

    /// After each piece of hay.
    void pass();
    /// The rest of those still open.
    void finish();

  private:
    void step_all();

    Traffic& traffic_;
    std::uint64_t count_;
    std::uint64_t hay_;
    std::uint64_t pace_;
    std::uint64_t passed_ = 0;
    std::uint64_t begun_ = 0;
    std::vector<std::unique_ptr<Needle>> open_;
};

}  // namespace overload

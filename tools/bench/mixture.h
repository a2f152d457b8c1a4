// What each capture is a mixture of, and at which pace it goes.
#pragma once

#include <memory>
#include <optional>

#include "conversation.h"

namespace bench {

struct Mixture {
    std::string_view name;
    bool by_bytes;            ///< ends when so many bytes are planned, or else after so many connections
    std::uint64_t mean_gap;   ///< ns between packets
    std::size_t least, most;  ///< bytes of an answer, spread evenly
    unsigned segments_per_ack;
    bool closes;
    std::size_t bytes_each;  ///< about, of a connection in the file
};

/// bulk, handshakes, mixed, open; none for any other word.
std::optional<Mixture> mixture_named(std::string_view name);

/// Makes the connections of a mixture, by number.
class Maker {
  public:
    Maker(const Mixture& mixture, Dice& dice);

    std::unique_ptr<Connection> connection(std::uint64_t number);
    /// The DNS question before that connection; nothing for most.
    std::unique_ptr<Lookup> lookup(const Connection& c, std::uint64_t number);

  private:
    Kind choose_kind();
    Shape shape();
    View any_of(const std::vector<Octets>& answers) { return answers[dice_.below(answers.size())]; }
    std::unique_ptr<Connection> plain(std::uint64_t number);

    Mixture mixture_;
    Dice& dice_;
    std::vector<Octets> responses_;
    std::vector<Octets> bodies_;
};

}  // namespace bench

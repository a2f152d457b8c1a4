// The metamorphic relations M1 to M16, each as a check of one capture: a change that TLS cannot notice must not change
// what is said of TLS. Used on the samples and on larger collections.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "support/facts.h"
#include "support/mutations.h"

namespace tlsscope::support {

/// A capture and what is said of it.
struct Subject {
    std::string name;
    Frames frames;
    Analyzed plain;
    std::optional<Trace> trace;  ///< where it can be taken apart
    Analyzed plain_trace;        ///< what is said of the trace put together again
};
Subject make_subject(std::string name, Frames frames);

struct Relation {
    std::string_view name;
    bool needs_trace;
    /// Changes the capture once; what differs, empty when nothing does.
    std::string (*broken)(const Subject& subject, Dice& dice);
};
std::span<const Relation> relations();
const Relation& relation(std::string_view name);

/// Facts of a capture whose packets were cut short that are not those of the whole one.
std::string lies(const record::ConnectionRecord& cut, const Facts& truth);
/// Facts that the packets after the handshake do not add to.
bool is_of_the_handshake(const record::Column& c);
/// Behind which frame every handshake is over; nothing when there is none, or one that never ended.
std::optional<std::size_t> end_of_handshakes(const Analyzed& run, std::size_t frames);

}  // namespace tlsscope::support

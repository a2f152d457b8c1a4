// Frames from a network interface, by libpcap.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "capture/source.h"

namespace tlsscope::capture {

/// An interface as `-D` lists it.
struct Interface {
    std::string name;
    std::string description;
    std::vector<std::string> addresses;  ///< without the link-layer address
    bool up = false;
    bool running = false;
    bool loopback = false;
    bool wireless = false;
};

/// All interfaces one may capture on. Empty, and `error` says why, when they cannot be listed.
std::vector<Interface> list_interfaces(std::string& error);

/// What became of the packets that the filter lets through, since the capture began: wire = received + kernel +
/// interface. Those received are delivered or still wait in the kernel's buffer; on the loopback interface the kernel
/// counts every packet twice, as sent and as received, and one of them is delivered.
struct Drops {
    std::uint64_t received = 0;
    std::uint64_t kernel = 0;  ///< no room in the kernel's buffer
    std::uint64_t interface = 0;
};

struct LiveOptions {
    std::string interface;  ///< "any" for all
    std::string filter;     ///< BPF, applied in the kernel
    int snaplen = 262144;
    bool promiscuous = true;
    int buffer_bytes = 8 << 20;           ///< of the kernel
    std::chrono::milliseconds wait{100};  ///< how long next_batch() waits for a frame
    bool (*supported_link_type)(std::uint16_t) = nullptr;
    std::string (*missing_right)(const std::string& interface) = nullptr;  ///< what to say then; must be set
};

/// What a live source can say besides its frames.
class LiveSource : public Source {
  public:
    /// As libpcap counts them; what it counted last once the interface is gone.
    virtual Drops drops() = 0;
    /// The interface is down or gone for now; frames go on when it is back.
    virtual bool waiting() const = 0;
    /// LINKTYPE_ value of its frames.
    virtual std::uint16_t link_type() const = 0;
};

/// Begins to capture. Null, and `error` says in one line why and what would help. 0 frames from next_batch() mean that
/// nothing came within `wait`, unless ended() says that nothing ever will.
std::unique_ptr<LiveSource> open_live(const LiveOptions& options, std::string& error);

}  // namespace tlsscope::capture

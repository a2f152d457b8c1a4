// What lies around the innermost IP header: VLAN tags and tunnels.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tlsscope::packet {

enum class Envelope : std::uint8_t {
    vlan,
    mpls,  ///< labels differ by direction: not told
    pppoe,
    ipip,
    six_in_four,
    four_in_six,
    six_in_six,
    gre,
    pptp,  ///< call IDs differ by direction: not told
    erspan,
    vxlan,
    geneve,
    gtp_u,
    teredo,
    l2tp,  ///< session IDs differ by direction: not told
    capwap,
    count_,
};

struct Wrapping {
    Envelope envelope = Envelope::vlan;
    bool numbered = false;
    std::uint32_t number = 0;

    friend bool operator==(const Wrapping&, const Wrapping&) = default;
};

/// Layers that count: deeper ones are not decoded (decoder.h).
inline constexpr std::size_t kMaxWrappings = 16;

/// The wrappings of one packet, outermost first, and the number that keeps equal addresses in different VLANs and
/// tunnels apart.
class Wrappings {
  public:
    enum class Part { of_key, text_only };

    void add(Wrapping w, Part part) {
        if (count_ < list_.size()) list_[count_++] = w;
        if (part == Part::of_key) domain_ = mix(domain_, w);
    }
    void clear() {
        count_ = 0;
        domain_ = 0;
    }
    bool empty() const { return count_ == 0; }
    std::span<const Wrapping> list() const { return std::span{list_}.first(count_); }
    /// 0 when nothing that separates was seen.
    std::uint64_t domain() const { return domain_; }

  private:
    static std::uint64_t mix(std::uint64_t domain, Wrapping w);

    std::array<Wrapping, kMaxWrappings> list_;
    std::size_t count_ = 0;
    std::uint64_t domain_ = 0;
};

/// Texts for wrappings, each made once. Views live as long as the pool; it is bounded.
class EncapsulationNames {
  public:
    std::string_view text(std::span<const Wrapping> wrappings);

  private:
    std::unordered_map<std::string, std::string> texts_;  ///< by their wrappings' bytes
    std::string key_;
};

}  // namespace tlsscope::packet

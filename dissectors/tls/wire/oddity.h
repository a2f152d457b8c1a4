// What was strange inside one message, as bits in its view: a reader goes on after any of them. The dissector turns
// them into named anomalies.
#pragma once

#include <cstdint>

namespace tlsscope::tls {

enum class Oddity : std::uint8_t {
    ext_overrun,          ///< an extension or the extension list says it is longer than what holds it
    ext_malformed,        ///< an extension's body contradicts its own lengths; its fields may be empty
    ext_dup,              ///< the same extension type twice; the first counts
    vec_overrun,          ///< a vector is longer than its bounds or than what holds it
    vec_empty,            ///< a vector that must have a member has none
    vec_odd,              ///< a list of 16-bit values with an odd number of bytes
    trailing,             ///< bytes are left where the message should end
    sni_invalid,          ///< empty, too long, or not letters, digits, '-', '_' and '.'
    sni_nul,              ///< a NUL byte inside
    sni_ip,               ///< an IP address where RFC 6066 wants a DNS name
    sni_multi,            ///< more than one host_name
    sni_type,             ///< a name type other than host_name
    compression_used,     ///< a compression method other than null is offered (CRIME)
    compression_no_null,  ///< the null compression method is not offered
    psk_not_last,         ///< pre_shared_key is not the last extension (RFC 8446 section 4.2.11)
    psk_binder_count,     ///< identities and binders differ in number
    alpn_empty_name,      ///< an empty protocol name
    count,
};

/// A set of oddities.
class Oddities {
  public:
    constexpr void add(Oddity o) { bits_ |= bit(o); }
    constexpr void add(Oddities other) { bits_ |= other.bits_; }
    constexpr bool has(Oddity o) const { return (bits_ & bit(o)) != 0; }
    constexpr bool any() const { return bits_ != 0; }
    friend constexpr bool operator==(Oddities, Oddities) = default;

  private:
    static constexpr std::uint32_t bit(Oddity o) { return std::uint32_t{1} << static_cast<unsigned>(o); }
    std::uint32_t bits_ = 0;
};
static_assert(static_cast<unsigned>(Oddity::count) <= 32);

}  // namespace tlsscope::tls

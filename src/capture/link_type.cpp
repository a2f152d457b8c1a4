#include "capture/link_type.h"

#include <pcap/pcap.h>

namespace tlsscope::capture {

int libpcap_data_link(std::uint16_t link_type) {
    constexpr std::uint16_t kLinktypeAtmRfc1483 = 100;
    constexpr std::uint16_t kLinktypeRaw = 101;
    constexpr std::uint16_t kLinktypePppHdlc = 50;
    switch (link_type) {
        case kLinktypeAtmRfc1483: return DLT_ATM_RFC1483;
        case kLinktypeRaw: return DLT_RAW;
        case kLinktypePppHdlc: return DLT_PPP_SERIAL;
        default: return link_type;
    }
}

std::string link_type_text(std::uint32_t link_type) {
    std::string out = "link type " + std::to_string(link_type);
    constexpr std::uint32_t kUser0 = 147, kUser15 = 162;  // libpcap has no names for these
    if (link_type >= kUser0 && link_type <= kUser15) return out + " (USER" + std::to_string(link_type - kUser0) + ")";
    if (link_type > 0xffff) return out;
    const char* name = pcap_datalink_val_to_name(libpcap_data_link(static_cast<std::uint16_t>(link_type)));
    if (name != nullptr) out += std::string{" ("} + name + ")";
    return out;
}

}  // namespace tlsscope::capture

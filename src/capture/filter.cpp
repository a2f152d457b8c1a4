#include "capture/filter.h"

#include <pcap/pcap.h>

#include "capture/link_type.h"

namespace tlsscope::capture {

namespace {

constexpr int kSnaplen = 262'144;
constexpr std::uint16_t kLinktypeEthernet = 1;
constexpr std::uint16_t kLinktypeRaw = 101;
constexpr std::uint16_t kLinktypeWifi = 105;

}  // namespace

struct Filter::Program {
    bpf_program code{};
    bool compiled = false;
    std::string error;

    Program(const std::string& expression, std::uint16_t link_type) {
        pcap_t* handle = pcap_open_dead(libpcap_data_link(link_type), kSnaplen);
        if (handle == nullptr) {
            error = "out of memory";
            return;
        }
        compiled = pcap_compile(handle, &code, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0;
        if (!compiled) error = pcap_geterr(handle);
        pcap_close(handle);
    }
    ~Program() {
        if (compiled) pcap_freecode(&code);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
};

Filter::Filter(std::string expression) : expression_{std::move(expression)} {}
Filter::~Filter() = default;

std::unique_ptr<Filter> Filter::make(const std::string& expression, std::string& error) {
    std::unique_ptr<Filter> filter{new Filter{expression}};
    // The inputs are not open yet: an expression that suits one of these can suit a file.
    for (const std::uint16_t link_type : {kLinktypeEthernet, kLinktypeRaw, kLinktypeWifi}) {
        const Program& program = filter->program_for(link_type);
        if (program.compiled) return filter;
        if (error.empty()) error = program.error;
    }
    return nullptr;
}

bool Filter::matches(const Frame& frame) {
    if (last_ == nullptr || last_link_type_ != frame.link_type) {
        last_ = &program_for(frame.link_type);
        last_link_type_ = frame.link_type;
    }
    if (!last_->compiled) return false;
    pcap_pkthdr header{};
    header.caplen = static_cast<bpf_u_int32>(frame.data.size());
    header.len = frame.wire_length;
    return pcap_offline_filter(&last_->code, &header, frame.data.data()) != 0;
}

std::string Filter::error(std::uint16_t link_type) const {
    const auto found = programs_.find(link_type);
    return found == programs_.end() ? std::string{} : found->second->error;
}

Filter::Program& Filter::program_for(std::uint16_t link_type) {
    std::unique_ptr<Program>& program = programs_[link_type];
    if (!program) program = std::make_unique<Program>(expression_, link_type);
    return *program;
}

}  // namespace tlsscope::capture

// The floor that libpcap sets: pcap_dispatch over a file with a callback that only counts.
#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <iostream>

namespace {

struct Count {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
};

void count(std::uint8_t* user, const pcap_pkthdr* header, const std::uint8_t* /*packet*/) {
    // libpcap hands our pointer back as bytes.
    auto* total = static_cast<Count*>(static_cast<void*>(user));
    ++total->packets;
    total->bytes += header->caplen;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: bench_pcap_loop FILE\n";
        return 2;
    }
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_t* capture = pcap_open_offline(argv[1], error.data());
    if (capture == nullptr) {
        std::cerr << error.data() << '\n';
        return 2;
    }
    Count total;
    const int status = pcap_dispatch(capture, -1, count, static_cast<std::uint8_t*>(static_cast<void*>(&total)));
    pcap_close(capture);
    std::cout << total.packets << " packets, " << total.bytes << " bytes\n";
    return status < 0 ? 3 : 0;
}

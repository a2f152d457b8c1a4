#include "capture/live_source.h"

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <utility>

#include "capture/link_type.h"

namespace tlsscope::capture {

namespace {

constexpr int kBlockMillis = 50;  // how long the kernel may gather packets before it wakes us
constexpr int kReopenEvery = 10;  // waits for frames: about a second
constexpr int kLookEvery = 10;    // the same, at the link

struct CloseHandle {
    void operator()(pcap_t* p) const { pcap_close(p); }
};
using Handle = std::unique_ptr<pcap_t, CloseHandle>;

std::string why_not(int status, pcap_t* handle, const LiveOptions& options) {
    const std::string& interface = options.interface;
    switch (status) {
        case PCAP_ERROR_NO_SUCH_DEVICE: return "there is no interface '" + interface + "': tlsscope -D lists them";
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED: return options.missing_right(interface);
        case PCAP_ERROR_IFACE_NOT_UP:
            return "interface " + interface + " is down: sudo ip link set " + interface + " up";
        default: {
            const char* detail = pcap_geterr(handle);
            return "cannot capture on " + interface + ": " +
                   (detail != nullptr && *detail != '\0' ? detail : pcap_statustostr(status));
        }
    }
}

Handle activate(const LiveOptions& o, std::string& error) {
    char text[PCAP_ERRBUF_SIZE] = {};
    Handle handle{pcap_create(o.interface.c_str(), text)};
    if (!handle) {
        error = "cannot capture on " + o.interface + ": " + text;
        return nullptr;
    }
    pcap_set_snaplen(handle.get(), o.snaplen);
    pcap_set_promisc(handle.get(), o.promiscuous && o.interface != "any" ? 1 : 0);
    pcap_set_timeout(handle.get(), kBlockMillis);
    pcap_set_buffer_size(handle.get(), o.buffer_bytes);
    pcap_set_tstamp_precision(handle.get(), PCAP_TSTAMP_PRECISION_NANO);
    if (const int status = pcap_activate(handle.get()); status < 0) {
        error = why_not(status, handle.get(), o);
        return nullptr;
    }
    if (pcap_setnonblock(handle.get(), 1, text) != 0) {
        error = "cannot capture on " + o.interface + ": " + text;
        return nullptr;
    }
    return handle;
}

bool set_filter(pcap_t* handle, const std::string& expression, std::string& error) {
    if (expression.empty()) return true;
    bpf_program program{};
    bool good = pcap_compile(handle, &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (good) {
        good = pcap_setfilter(handle, &program) == 0;
        pcap_freecode(&program);
    }
    if (!good) error = "the filter '" + expression + "' does not work here: " + pcap_geterr(handle);
    return good;
}

Handle open_handle(const LiveOptions& o, std::string& error) {
    Handle handle = activate(o, error);
    if (!handle || !set_filter(handle.get(), o.filter, error)) return nullptr;
    return handle;
}

/// LINKTYPE_ value of libpcap's DLT_: they differ for a few.
std::uint16_t link_type_of(pcap_t* handle) {
    constexpr int kDltRawLinux = 12;
    constexpr std::uint16_t kLinktypeRaw = 101;
    const int dlt = pcap_datalink(handle);
    return dlt == kDltRawLinux ? kLinktypeRaw : static_cast<std::uint16_t>(dlt);
}

/// Of a counter that wraps around; one that runs back (the interface cannot be asked just now) did not grow.
std::uint32_t growth(std::uint32_t now, std::uint32_t before) {
    const std::uint32_t by = now - before;
    return by < (1U << 31) ? by : 0;
}

/// libpcap waits in silence while an interface is down. No file: no interface of that kind ("any"), so it is not down.
bool is_down(const std::string& interface) {
    std::ifstream file{"/sys/class/net/" + interface + "/flags"};
    unsigned flags = IFF_UP;
    file >> std::hex >> flags;
    return file && (flags & IFF_UP) == 0;
}

class Live final : public LiveSource {
  public:
    Live(LiveOptions options, Handle handle)
        : options_{std::move(options)}, handle_{std::move(handle)}, link_type_{link_type_of(handle_.get())} {}

    bool next(Frame& out) override { return next_batch({&out, 1}) == 1; }
    std::size_t next_batch(std::span<Frame> out) override;
    bool ended() const override { return ended_; }
    std::shared_ptr<const void> hold() override { return bytes_; }

    const std::vector<Problem>& problems() const override { return problems_; }
    const Extras& extras() const override { return extras_; }
    std::uint64_t bytes_read() const override { return bytes_seen_; }
    std::uint64_t bytes_total() const override { return 0; }
    Drops drops() override;
    bool waiting() const override { return (!handle_ || down_) && !ended_; }
    std::uint16_t link_type() const override { return link_type_; }

  private:
    std::size_t gather(std::span<Frame> out);
    void wait_for_frames();
    void look_at_link();
    void lost_interface();
    void reopen();
    void note(Problem::Kind kind, std::string reason);

    LiveOptions options_;
    Handle handle_;
    std::uint16_t link_type_;
    bool ended_ = false;
    std::uint64_t number_ = 0;
    std::uint64_t bytes_seen_ = 0;
    std::shared_ptr<std::vector<std::uint8_t>> bytes_ = std::make_shared<std::vector<std::uint8_t>>();
    std::vector<std::size_t> starts_;
    Drops drops_;
    pcap_stat counted_{};  // by handle_, at the last look
    int waits_ = 0;        // without a handle
    int silence_ = 0;      // waits in which nothing came
    bool down_ = false;    // the handle is there, the link is not
    std::vector<Problem> problems_;
    Extras extras_;
};

std::size_t Live::next_batch(std::span<Frame> out) {
    if (ended_) return 0;
    if (!handle_) {
        reopen();
        if (!handle_) return 0;
    }
    if (const std::size_t n = gather(out); n != 0) return n;
    if (!handle_) return 0;
    wait_for_frames();
    return handle_ ? gather(out) : 0;
}

/// libpcap's bytes are good only until its next call: copied into one block for the whole batch.
std::size_t Live::gather(std::span<Frame> out) {
    if (bytes_.use_count() > 1) bytes_ = std::make_shared<std::vector<std::uint8_t>>();
    bytes_->clear();
    starts_.clear();
    std::size_t n = 0;
    while (n < out.size()) {
        pcap_pkthdr* header = nullptr;
        const u_char* data = nullptr;
        const int status = pcap_next_ex(handle_.get(), &header, &data);
        if (status == 0) break;
        if (status != 1) {
            lost_interface();
            break;
        }
        Frame& f = out[n++];
        f = {};
        f.wire_length = std::max(header->len, header->caplen);
        f.time = record::Nanos{header->ts.tv_sec} * 1'000'000'000 + record::Nanos{header->ts.tv_usec};
        f.number = ++number_;
        f.link_type = link_type_;
        starts_.push_back(bytes_->size());
        bytes_->insert(bytes_->end(), data, data + header->caplen);
        bytes_seen_ += header->caplen;
    }
    if (n != 0 && down_) look_at_link();
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t end = i + 1 < n ? starts_[i + 1] : bytes_->size();
        out[i].data = bytes::Bytes{*bytes_}.subspan(starts_[i], end - starts_[i]);
    }
    return n;
}

void Live::wait_for_frames() {
    pollfd ready{pcap_get_selectable_fd(handle_.get()), POLLIN, 0};
    // EINTR is a signal somebody else looks at: an empty batch lets them.
    (void)poll(&ready, 1, static_cast<int>(options_.wait.count()));
    if (++silence_ % kLookEvery == 0) look_at_link();
}

void Live::look_at_link() {
    const bool was_down = std::exchange(down_, is_down(options_.interface));
    if (down_ && !was_down) note(Problem::Kind::note, "the interface is down: waiting for it");
    if (was_down && !down_) note(Problem::Kind::note, "the interface is up again");
}

/// Down: it may come back. Deleted: it will not, and "any" never goes.
void Live::lost_interface() {
    const std::string why = pcap_geterr(handle_.get());
    (void)drops();
    handle_.reset();
    if (if_nametoindex(options_.interface.c_str()) == 0 && options_.interface != "any") {
        ended_ = true;
        note(Problem::Kind::note, "the interface is gone (" + why + "): the reports cover what was seen until then");
        return;
    }
    note(Problem::Kind::note, "the interface is down (" + why + "): waiting for it");
    waits_ = 0;
}

void Live::reopen() {
    if (if_nametoindex(options_.interface.c_str()) == 0 && options_.interface != "any") {
        ended_ = true;
        note(Problem::Kind::note, "the interface is gone: the reports cover what was seen until then");
        return;
    }
    (void)poll(nullptr, 0, static_cast<int>(options_.wait.count()));
    if (++waits_ % kReopenEvery != 0) return;
    std::string ignored;
    handle_ = open_handle(options_, ignored);
    if (!handle_) return;
    link_type_ = link_type_of(handle_.get());
    counted_ = {};
}

Drops Live::drops() {
    pcap_stat now{};
    if (!handle_ || pcap_stats(handle_.get(), &now) != 0) return drops_;
    // libpcap's counters have 32 bits: they wrap around within a day on a busy link. On Linux ps_recv counts what was
    // dropped for want of room too.
    const std::uint32_t kernel = growth(now.ps_drop, counted_.ps_drop);
    drops_.received += growth(now.ps_recv, counted_.ps_recv) - kernel;
    drops_.kernel += kernel;
    drops_.interface += growth(now.ps_ifdrop, counted_.ps_ifdrop);
    counted_ = now;
    return drops_;
}

void Live::note(Problem::Kind kind, std::string reason) {
    constexpr std::size_t kMostNotes = 1000;  // a link may flap for weeks
    if (problems_.size() >= kMostNotes) return;
    problems_.push_back({kind, "interface " + options_.interface, Problem::kNowhere, std::move(reason)});
}

std::string address_text(const sockaddr* address) {
    if (address == nullptr || (address->sa_family != AF_INET && address->sa_family != AF_INET6)) return {};
    char text[NI_MAXHOST] = {};
    const socklen_t length = address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    return getnameinfo(address, length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0 ? text : "";
}

}  // namespace

std::vector<Interface> list_interfaces(std::string& error) {
    char text[PCAP_ERRBUF_SIZE] = {};
    pcap_if_t* first = nullptr;
    if (pcap_findalldevs(&first, text) != 0) {
        error = std::string{"cannot list the interfaces: "} + text;
        return {};
    }
    std::vector<Interface> out;
    for (const pcap_if_t* i = first; i != nullptr; i = i->next) {
        Interface one;
        one.name = i->name;
        if (i->description != nullptr) one.description = i->description;
        one.up = (i->flags & PCAP_IF_UP) != 0;
        one.running = (i->flags & PCAP_IF_RUNNING) != 0;
        one.loopback = (i->flags & PCAP_IF_LOOPBACK) != 0;
        one.wireless = (i->flags & PCAP_IF_WIRELESS) != 0;
        for (const pcap_addr_t* a = i->addresses; a != nullptr; a = a->next)
            if (std::string address = address_text(a->addr); !address.empty())
                one.addresses.push_back(std::move(address));
        out.push_back(std::move(one));
    }
    pcap_freealldevs(first);
    return out;
}

std::unique_ptr<LiveSource> open_live(const LiveOptions& options, std::string& error) {
    Handle handle = open_handle(options, error);
    if (!handle) return nullptr;
    const std::uint16_t link = link_type_of(handle.get());
    if (options.supported_link_type != nullptr && !options.supported_link_type(link)) {
        error = "interface " + options.interface + " has " + link_type_text(link) + ", which cannot be decoded";
        return nullptr;
    }
    return std::make_unique<Live>(options, std::move(handle));
}

}  // namespace tlsscope::capture

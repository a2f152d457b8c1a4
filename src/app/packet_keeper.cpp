#include "app/packet_keeper.h"

#include <algorithm>
#include <utility>

#include "app/wall_clock.h"

namespace tlsscope::app {

std::unique_ptr<PacketKeeper> PacketKeeper::open(const Options& options, std::optional<capture::KeepRule> rule,
                                                 const std::string& program, std::string& error) {
    auto writer =
        capture::PcapngWriter::open(options.write, options.rotation_of(options.write), wall_clock, program, error);
    if (!writer) return nullptr;
    std::unique_ptr<PacketKeeper> keeper{new PacketKeeper{std::move(writer), std::move(rule)}};
    keeper->interface_.name = options.interface;
    keeper->interface_.filter = options.filter;
    keeper->interface_.snaplen = static_cast<std::uint32_t>(options.snaplen);
    return keeper;
}

PacketKeeper::PacketKeeper(std::unique_ptr<capture::PcapngWriter> writer, std::optional<capture::KeepRule> rule)
    : writer_{std::move(writer)}, rule_{std::move(rule)} {}

void PacketKeeper::capture_from(const capture::LiveSource& source) { (void)interface_of(source.link_type()); }

void PacketKeeper::frames(std::span<const capture::Frame> frames) {
    now_ = frames;
    delivered_ += frames.size();
    for (const capture::Frame& f : frames) {
        if (begin_ == record::kNoTime) begin_ = f.time;
        end_ = std::max(end_, f.time);
        if (rule_) continue;
        capture::Frame ours = f;
        ours.interface = interface_of(f.link_type);
        writer_->write(ours);
    }
}

void PacketKeeper::segment(std::uint64_t stream, std::uint64_t frame) {
    if (now_.empty() || frame < now_.front().number || frame > now_.back().number) return;
    capture::Frame ours = now_[frame - now_.front().number];
    ours.interface = interface_of(ours.link_type);
    store_.add(stream, ours);
}

void PacketKeeper::over(const record::ConnectionRecord& record) {
    if (!rule_) return;
    if (rule_->matches(record)) store_.write(record.stream, *writer_);
    else store_.drop(record.stream);
}

void PacketKeeper::tick(const capture::Drops& drops) {
    describe(drops);
    writer_->tick();
}

bool PacketKeeper::finish(const capture::Drops& drops, std::string& error) {
    describe(drops);
    const bool good = writer_->finish();
    error = writer_->error();
    return good;
}

std::uint32_t PacketKeeper::interface_of(std::uint16_t link_type) {
    if (const auto it = interfaces_.find(link_type); it != interfaces_.end()) return it->second;
    interface_.link_type = link_type;
    return interfaces_[link_type] = writer_->add_interface(interface_);
}

void PacketKeeper::describe(const capture::Drops& drops) {
    writer_->set_statistics(0, {.begin = begin_,
                                .end = end_,
                                .received = drops.received + drops.kernel + drops.interface,
                                .dropped_by_interface = drops.interface,
                                .dropped_by_system = drops.kernel,
                                .delivered = delivered_});
}

}  // namespace tlsscope::app

// Where every packet, byte and connection went, from the counters of decoder and flow tables.
#pragma once

#include <array>
#include <cstdint>

#include "dissectors/packet/outcome.h"
#include "flow/table.h"
#include "record/accounting.h"

namespace tlsscope::pipeline {

/// Counts what the decoder said of each frame.
class FrameCounts {
  public:
    void count(const packet::Outcome& outcome);
    record::Account account() const;
    std::uint64_t frames() const { return frames_; }

  private:
    std::uint64_t frames_ = 0;
    std::uint64_t tcp_ = 0;
    std::uint64_t fragments_ = 0;
    std::array<std::uint64_t, 64> other_{};
    std::array<std::uint64_t, 64> undecodable_{};
};

/// payload_bytes_client, payload_bytes_server and connections; tells late segments apart in the account of packets.
void add_flow_accounts(const flow::FlowTotals& totals, std::uint64_t reported, record::Accounting& accounting);

}  // namespace tlsscope::pipeline

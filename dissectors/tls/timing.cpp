#include "dissectors/tls/timing.h"

#include <algorithm>

#include "dissectors/tls/columns.h"

namespace tlsscope::tls::timing {

namespace {

void fill_less(const record::Timeline& t, const Mark& from, const Mark& to, std::optional<record::Nanos> round_trip,
               const Column& column, record::Row& row) {
    const auto whole = t.between(from, to);
    if (!whole || *whole < 0 || !round_trip || *round_trip < 0) return;
    row.set_millis(column, std::max<record::Nanos>(0, *whole - *round_trip));
}

}  // namespace

void fill_think_times(const record::Timeline& timeline, record::Row& row) {
    const bool retried = timeline.find(kSecondHello) != nullptr || timeline.find(kRetryRequest) != nullptr;
    const Mark& answered = retried ? kSecondHello : kHello;
    fill_less(timeline, answered, kServerHelloFirst, timeline.between(flow::kSynAnswered, flow::kSynAck),
              column("server_think_ms"), row);
    fill_less(timeline, kServerFlightEnd, kClientFinished, timeline.between(flow::kSynAck, flow::kConnected),
              column("client_think_ms"), row);
}

}  // namespace tlsscope::tls::timing

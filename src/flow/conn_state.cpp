#include "flow/conn_state.h"

#include "flow/tcp_vocabulary.h"

namespace tlsscope::flow {

namespace {

bool silent(const Half& h) { return h.packets == 0; }

/// Such a RST closes nothing any more: a process that is gone answers the last segments. Zeek says SF as well.
bool reset_after_both_fins(const Connection& c) {
    const Evidence reset = c.timeline.at(kCloseEnd);
    const auto before = [&](const Half& h) { return h.fin.seen() && h.fin.frame < reset.frame; };
    return c.reset_sent && before(c.half(Side::client)) && before(c.half(Side::server));
}

}  // namespace

std::string_view conn_state(const Connection& c) {
    const Half& client = c.half(Side::client);
    const Half& server = c.half(Side::server);
    const bool syn = !c.syns.empty();
    const bool syn_ack = !c.syn_acks.empty();
    if (reset_after_both_fins(c)) return "SF";
    if (c.reset_sent && c.reset_by == Side::server) {
        if (syn && !c.established && !syn_ack) return "REJ";
        return syn || !syn_ack ? (silent(client) ? "RSTRH" : "RSTR") : "RSTRH";
    }
    if (c.reset_sent)
        return syn && !syn_ack && silent(server) ? "RSTOS0" : (silent(server) && c.midstream ? "OTH" : "RSTO");
    if (client.fin.seen() && server.fin.seen()) return "SF";
    if (client.fin.seen()) return silent(server) || (syn && !syn_ack) ? "SH" : (syn || syn_ack ? "S2" : "OTH");
    if (server.fin.seen()) return silent(client) || (syn_ack && !syn) ? "SHR" : (syn || syn_ack ? "S3" : "OTH");
    if (syn && silent(server)) return "S0";
    if (c.established && syn) return "S1";
    return "OTH";
}

std::string_view close_kind(const Connection& c) {
    const bool client_fin = c.half(Side::client).fin.seen();
    const bool server_fin = c.half(Side::server).fin.seen();
    if (c.reset_sent) return client_fin || server_fin ? "reset_after_fin" : "reset";
    if (!client_fin && !server_fin) return "";
    if (client_fin != server_fin) return "half";
    if (!c.finished_closing) return "unacked";
    if (c.simultaneous_close) return "simultaneous";
    return c.three_way_close ? "three_way" : "four_way";
}

std::string_view transport_outcome(const Connection& c) {
    if (c.reset_refused) return "refused";
    if (c.reset_sent) return c.half(Side::client).fin.seen() || c.half(Side::server).fin.seen() ? "closed" : "reset";
    if (c.half(Side::client).fin.seen() && c.half(Side::server).fin.seen()) return "closed";
    if (!c.syns.empty() && silent(c.half(Side::server)) && !c.established) return "no_answer";
    if (!c.established && !c.midstream && !c.syn_acks.empty()) return "half_open";
    return "open";
}

std::string_view name(End e) {
    switch (e) {
        case End::open: return "capture_end";
        case End::closed: return "closed";
        case End::reset: return "reset";
        case End::evicted: return "evicted";
        case End::port_reused: return "port_reused";
        case End::idle: return "idle";
    }
    return "capture_end";
}

}  // namespace tlsscope::flow

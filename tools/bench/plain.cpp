#include "plain.h"

namespace bench {

namespace {

Octets text(std::string_view s) { return Builder{}.text(s).take(); }

/// RFC 4253 section 6: length, padding length, payload, padding to a multiple of 8.
Octets ssh_packet(View payload, Dice& dice) {
    const std::size_t padding = 4 + (8 - (payload.size() + 9) % 8) % 8;
    return Builder{}
        .u32(static_cast<std::uint32_t>(1 + payload.size() + padding))
        .u8(static_cast<unsigned>(padding))
        .add(payload)
        .add(dice.octets(padding))
        .take();
}

Builder& ssh_string(Builder& b, std::string_view s) { return b.u32(static_cast<std::uint32_t>(s.size())).text(s); }

/// RFC 4253 section 7.1.
Octets ssh_kexinit(Dice& dice) {
    Builder b;
    b.u8(20).add(dice.octets(16));
    ssh_string(b, "curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group16-sha512");
    ssh_string(b, "ssh-ed25519,rsa-sha2-512,ecdsa-sha2-nistp256");
    for (int direction = 0; direction < 2; ++direction)
        ssh_string(b, "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-ctr");
    for (int direction = 0; direction < 2; ++direction) ssh_string(b, "hmac-sha2-256,hmac-sha2-512");
    for (int direction = 0; direction < 2; ++direction) ssh_string(b, "none");
    for (int direction = 0; direction < 2; ++direction) ssh_string(b, "");
    b.u8(0).u32(0);
    return ssh_packet(b.view(), dice);
}

Octets dns_name(const std::string& name) {
    Builder b;
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        b.u8(static_cast<unsigned>(dot - at)).text(name.substr(at, dot - at));
        at = dot + 1;
    }
    return b.u8(0).take();
}

Builder dns_question(const std::string& name, std::uint16_t id, unsigned bits, unsigned answers) {
    Builder b;
    b.u16(id).u16(bits).u16(1).u16(answers).u16(0).u16(0).add(dns_name(name)).u16(1).u16(1);
    return b;
}

}  // namespace

std::vector<Flight> http_exchange(const std::string& host, std::size_t body, Dice& dice) {
    const std::string request = "GET /item/" + std::to_string(dice.below(100'000)) + " HTTP/1.1\r\nHost: " + host +
                                "\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\nAccept-Encoding: identity\r\n\r\n";
    const std::string head =
        "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body) +
        "\r\nConnection: close\r\n\r\n";
    return {{true, text(request)}, {false, text(head)}};
}

std::vector<Flight> ssh_exchange(Dice& dice) {
    std::vector<Flight> flights{{false, text("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")}, {true, text("SSH-2.0-bench\r\n")}};
    flights.push_back({true, ssh_kexinit(dice)});
    flights.push_back({false, ssh_kexinit(dice)});
    flights.push_back({true, ssh_packet(Builder{}.u8(30).u32(32).add(dice.octets(32)).view(), dice)});
    // RFC 8731 with an Ed25519 host key (RFC 8709): key, exchange value, signature.
    Builder key, signature, reply;
    ssh_string(key, "ssh-ed25519").u32(32).add(dice.octets(32));
    ssh_string(signature, "ssh-ed25519").u32(64).add(dice.octets(64));
    reply.u8(31).block(4, key.view()).u32(32).add(dice.octets(32)).block(4, signature.view());
    flights.push_back({false, Builder{}.add(ssh_packet(reply.view(), dice)).add(ssh_packet(Octets{21}, dice)).take()});
    flights.push_back({true, ssh_packet(Octets{21}, dice)});
    for (std::uint64_t turns = 4 + dice.below(20); turns > 0; --turns)
        flights.push_back({turns % 2 == 0, dice.octets(36 + 8 * dice.below(12))});
    return flights;
}

Octets http_body(std::size_t length, Dice& dice) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\n0123456789";
    Octets body = dice.octets(length);
    for (std::uint8_t& b : body) b = static_cast<std::uint8_t>(kLetters[b % kLetters.size()]);
    return body;
}

Octets dns_query(const std::string& name, std::uint16_t id) { return dns_question(name, id, 0x0100, 0).take(); }

Octets dns_answer(const std::string& name, std::uint16_t id, std::uint32_t address) {
    // The answer's name is a pointer to the question's.
    return dns_question(name, id, 0x8180, 1).u16(0xc00c).u16(1).u16(1).u32(300).u16(4).u32(address).take();
}

}  // namespace bench

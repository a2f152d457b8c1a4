#include "metrics/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <utility>

#include "metrics/client.h"

namespace tlsscope::metrics {

namespace {

constexpr std::size_t kMostClients = 16;
constexpr files::Nanos kLongestExchange = 10 * files::kSecond;
constexpr int kBacklog = 16;
constexpr int kMostEvents = 32;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socket_address(const Address& address) {
    SocketAddress out;
    sockaddr_in four{};
    sockaddr_in6 six{};
    if (::inet_pton(AF_INET, address.host.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(address.port);
        out.length = sizeof four;
        std::memcpy(&out.storage, &four, sizeof four);
    } else if (::inet_pton(AF_INET6, address.host.c_str(), &six.sin6_addr) == 1) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(address.port);
        out.length = sizeof six;
        std::memcpy(&out.storage, &six, sizeof six);
    }
    return out;
}

std::string_view reason_of(unsigned status) {
    switch (status) {
        case 200: return "OK";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 431: return "Request Header Fields Too Large";
        default: return "Bad Request";
    }
}

std::string header(unsigned status, std::string_view type, std::size_t length) {
    std::string out = "HTTP/1.1 " + std::to_string(status) + ' ';
    out.append(reason_of(status)).append("\r\nContent-Type: ").append(type);
    out.append("\r\nContent-Length: ").append(std::to_string(length));
    if (status == 405) out += "\r\nAllow: GET, HEAD";
    return out + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
}

}  // namespace

struct Server::State {
    struct Cached {
        std::string text;
        files::Nanos made = -1;
    };
    files::Descriptor epoll;
    files::Descriptor listener;
    Content content;
    std::list<Client> clients;
    std::array<Cached, 2> cache;
};

std::unique_ptr<Server> Server::open(const Address& address, Content content, std::string& error) {
    auto state = std::make_unique<State>();
    state->content = std::move(content);
    SocketAddress where = socket_address(address);
    const int one = 1;
    state->listener =
        files::Descriptor{::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP)};
    state->epoll = files::Descriptor{::epoll_create1(EPOLL_CLOEXEC)};
    epoll_event event{};
    event.events = EPOLLIN;
    const int fd = state->listener.get();
    const bool good = state->listener.valid() && state->epoll.valid() &&
                      ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                      ::bind(fd, where.get(), where.length) == 0 && ::listen(fd, kBacklog) == 0 &&
                      ::epoll_ctl(state->epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
    if (good) return std::unique_ptr<Server>{new Server{std::move(state)}};
    error = files::message("serve metrics at", address.text(), errno);
    return nullptr;
}

Server::Server(std::unique_ptr<State> state) : state_{std::move(state)} {}
Server::~Server() = default;

int Server::descriptor() const { return state_->epoll.get(); }

std::uint16_t Server::port() const {
    SocketAddress out;
    out.length = sizeof out.storage;
    if (::getsockname(state_->listener.get(), out.get(), &out.length) != 0) return 0;
    sockaddr_in four{};
    std::memcpy(&four, &out.storage, sizeof four);  // the port is at the same place in both kinds
    return ntohs(four.sin_port);
}

void Server::serve(files::Nanos now) {
    std::array<epoll_event, kMostEvents> events{};
    const int n = ::epoll_wait(state_->epoll.get(), events.data(), kMostEvents, 0);
    for (int i = 0; i < n; ++i) {
        auto* client = static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (client == nullptr) accept(now);
        else if (client->answering()) (void)client->send();
        else if (client->read()) answer(*client, now);
    }
    forget_finished(now);
}

/// Clients beyond the limit wait in the kernel's queue until others are gone.
void Server::accept(files::Nanos now) {
    if (state_->clients.size() >= kMostClients) {
        // Otherwise the waiting ones would wake the loop again and again.
        (void)::epoll_ctl(state_->epoll.get(), EPOLL_CTL_DEL, state_->listener.get(), nullptr);
        return;
    }
    files::Descriptor fd{::accept4(state_->listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!fd.valid()) return;
    Client& client = state_->clients.emplace_back(std::move(fd), now);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &client;
    if (::epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, client.fd(), &event) != 0) state_->clients.pop_back();
}

void Server::answer(Client& client, files::Nanos now) {
    const unsigned status = client.status();
    const Format format = status == 200 ? client.format() : Format::prometheus;
    const std::string body =
        status == 200 ? content(format, now) : std::string{reason_of(status)} + ": metrics are at /metrics\n";
    const std::string_view type = status == 200 ? content_type(format) : "text/plain; charset=utf-8";
    client.set_answer(header(status, type, body.size()) + (client.wants_body() ? body : std::string{}));
    if (client.send()) return;
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.ptr = &client;
    (void)::epoll_ctl(state_->epoll.get(), EPOLL_CTL_MOD, client.fd(), &event);
}

void Server::forget_finished(files::Nanos now) {
    const bool was_full = state_->clients.size() >= kMostClients;
    state_->clients.remove_if(
        [&](const Client& c) { return c.finished() || now - c.since() >= kLongestExchange || now < c.since(); });
    if (!was_full || state_->clients.size() >= kMostClients) return;
    epoll_event event{};
    event.events = EPOLLIN;
    (void)::epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, state_->listener.get(), &event);
}

/// Somebody who asks all the time gets the same text: scraping must not cost packets.
const std::string& Server::content(Format format, files::Nanos now) {
    State::Cached& cached = state_->cache[format == Format::openmetrics ? 0 : 1];
    if (cached.made < 0 || now < cached.made || now - cached.made >= files::kSecond) {
        cached.text = state_->content(format);
        cached.made = now;
    }
    return cached.text;
}

}  // namespace tlsscope::metrics

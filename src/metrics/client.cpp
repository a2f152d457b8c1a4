#include "metrics/client.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace tlsscope::metrics {

namespace http = boost::beast::http;

namespace {

constexpr std::uint32_t kLongestRequest = 8192;

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

Server::Client::Client(files::Descriptor fd, files::Nanos now) : fd_{std::move(fd)}, since_{now} {
    parser_.header_limit(kLongestRequest);
    parser_.body_limit(std::uint64_t{0});
}

bool Server::Client::read() {
    std::array<char, 2048> part{};
    const ssize_t n = ::recv(fd_.get(), part.data(), part.size(), 0);
    if (n > 0) {
        input_.append(part.data(), static_cast<std::size_t>(n));
        return parse();
    }
    finished_ = n == 0 || (errno != EAGAIN && errno != EINTR);
    return false;
}

bool Server::Client::parse() {
    boost::beast::error_code fault;
    const std::size_t used = parser_.put(boost::asio::buffer(input_), fault);
    input_.erase(0, used);
    if (fault == http::error::need_more && input_.size() <= kLongestRequest) return false;
    if (fault) refused_ = fault == http::error::header_limit || fault == http::error::need_more ? 431 : 400;
    return fault || parser_.is_header_done();
}

unsigned Server::Client::status() const {
    if (refused_ != 0) return refused_;
    const auto& request = parser_.get();
    if (request.method() != http::verb::get && request.method() != http::verb::head) return 405;
    const std::string_view target{request.target().data(), request.target().size()};
    return target.substr(0, target.find('?')) == "/metrics" ? 200 : 404;
}

bool Server::Client::wants_body() const { return refused_ != 0 || parser_.get().method() != http::verb::head; }

/// Everybody gets OpenMetrics, but for who asks for plain text and does not know it.
Format Server::Client::format() const {
    const auto accept = parser_.get()[http::field::accept];
    const std::string_view wanted{accept.data(), accept.size()};
    const bool old = contains(wanted, "text/plain") && !contains(wanted, "application/openmetrics-text");
    return old ? Format::prometheus : Format::openmetrics;
}

bool Server::Client::send() {
    while (sent_ < answer_.size()) {
        const ssize_t n = ::send(fd_.get(), answer_.data() + sent_, answer_.size() - sent_, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return false;
        if (n < 0) break;
        sent_ += static_cast<std::size_t>(n);
    }
    finished_ = true;
    // What the client still has to say must not turn our answer into a reset.
    (void)::shutdown(fd_.get(), SHUT_WR);
    std::array<char, 4096> rest{};
    for (int i = 0; i < 16 && ::recv(fd_.get(), rest.data(), rest.size(), MSG_DONTWAIT) > 0; ++i) continue;
    return true;
}

}  // namespace tlsscope::metrics

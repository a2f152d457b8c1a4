// GET /metrics over HTTP, from within the caller's own loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "files/clock.h"
#include "files/descriptor.h"
#include "metrics/exposition.h"

namespace tlsscope::metrics {

/// Where to listen: "127.0.0.1:9100", "[::1]:9100", ":9100" and "9100" (loopback).
struct Address {
    std::string host = "127.0.0.1";  ///< a numerical address
    std::uint16_t port = 0;
    bool loopback = true;
    std::string text() const;
};

/// What --metrics was given: true when it is to be listened to, false when it is a file. An address has a port after a
/// colon, or is only a port; anything with a slash is a file ("./9100"). `error` is set when it is an address that
/// cannot be one; host names are refused, as looking them up could lead anywhere. Other addresses than loopback must
/// be written out: "0.0.0.0:9100".
bool parse_address(std::string_view text, Address& out, std::string& error);

/// Answers scrapers. Has no thread and never waits: the loop polls descriptor() along with its own and calls serve().
/// Bounded: 16 clients at once, 8 KiB of request, 10 s for a whole exchange, one request per connection. Uses epoll,
/// accept4, recv, send and close, and nothing that asks for files or rights once it is open.
class Server {
  public:
    /// The text of the metrics in a format; called from serve(), at most once a second for each format.
    using Content = std::function<std::string(Format)>;

    /// Null, and one line in `error` with address and reason, when that address cannot be listened to.
    static std::unique_ptr<Server> open(const Address& address, Content content, std::string& error);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Readable when there is something to do: an epoll descriptor.
    int descriptor() const;
    /// Does what can be done without waiting. When the descriptor is readable, and once a second for slow clients.
    void serve(files::Nanos now);
    /// The port listened to, also where port 0 let the system choose.
    std::uint16_t port() const;

  private:
    class Client;
    struct State;
    explicit Server(std::unique_ptr<State> state);

    void accept(files::Nanos now);
    void answer(Client& client, files::Nanos now);
    void forget_finished(files::Nanos now);
    const std::string& content(Format format, files::Nanos now);

    std::unique_ptr<State> state_;
};

}  // namespace tlsscope::metrics

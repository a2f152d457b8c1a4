// One scraper's connection: a request in, an answer out, never waiting.
#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "files/clock.h"
#include "files/descriptor.h"
#include "metrics/server.h"

namespace tlsscope::metrics {

/// Boost.Beast reads the request; the answer is a few fixed lines.
class Server::Client {
  public:
    Client(files::Descriptor fd, files::Nanos now);

    int fd() const { return fd_.get(); }
    /// Reads what is there. True when the request is whole (or refused) and wants its answer.
    bool read();
    /// What is asked for: 200, or the status that refuses it.
    unsigned status() const;
    bool wants_body() const;
    Format format() const;
    void set_answer(std::string answer) { answer_ = std::move(answer); }
    /// Sends what goes out now. True when all of it has gone.
    bool send();

    bool answering() const { return !answer_.empty(); }
    bool finished() const { return finished_; }
    files::Nanos since() const { return since_; }

  private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

    bool parse();

    files::Descriptor fd_;
    files::Nanos since_;
    Parser parser_;
    std::string input_;  // what the parser has not taken yet
    std::string answer_;
    std::size_t sent_ = 0;
    unsigned refused_ = 0;
    bool finished_ = false;
};

}  // namespace tlsscope::metrics

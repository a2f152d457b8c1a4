#include "metrics/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace tlsscope::metrics {
namespace {

using files::Descriptor;
using files::kSecond;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A client and the loop, in turns.
class Serving : public testing::Test {
  protected:
    void SetUp() override {
        std::string error;
        server_ = Server::open(
            {},
            [this](Format f) {
                ++made_;
                return f == Format::openmetrics ? body_ + "# EOF\n" : body_;
            },
            error);
        ASSERT_NE(server_, nullptr) << error;
    }
    Descriptor connect() const {
        Descriptor fd{::socket(AF_INET, SOCK_STREAM, 0)};
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(server_->port());
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
        return fd;
    }
    static void say(const Descriptor& fd, std::string_view text) {
        EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }
    bool wants_to_serve(int milliseconds = 0) const {
        pollfd ready{server_->descriptor(), POLLIN, 0};
        return ::poll(&ready, 1, milliseconds) == 1;
    }
    /// What the server says until it closes; the loop runs as long as it has something to do.
    std::string hear(const Descriptor& fd) {
        std::string out;
        for (int i = 0; i < 5000; ++i) {
            if (wants_to_serve()) server_->serve(now_);
            std::array<char, 65536> part{};
            const ssize_t n = ::recv(fd.get(), part.data(), part.size(), MSG_DONTWAIT);
            if (n > 0) out.append(part.data(), static_cast<std::size_t>(n));
            else if (n == 0 || errno != EAGAIN) return out;
            else (void)wants_to_serve(1);
        }
        ADD_FAILURE() << "the server never closed";
        return out;
    }
    std::string ask(std::string_view request) {
        const Descriptor fd = connect();
        say(fd, request);
        return hear(fd);
    }

    std::unique_ptr<Server> server_;
    std::string body_ = "tlsscope_packets_total 1\n";
    files::Nanos now_ = 1'700'000'000 * kSecond;
    int made_ = 0;
};

TEST_F(Serving, GivesTheMetrics) {
    EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
              "HTTP/1.1 200 OK\r\n"
              "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
              "Content-Length: 31\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "Connection: close\r\n\r\n"
              "tlsscope_packets_total 1\n# EOF\n");
}

TEST_F(Serving, SpeaksTheOlderFormatToWhoKnowsNoOther) {
    const std::string old = ask("GET /metrics HTTP/1.1\r\nAccept: text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n\r\n");
    EXPECT_THAT(old, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    EXPECT_THAT(old, Not(HasSubstr("# EOF")));
    const std::string both =
        ask("GET /metrics HTTP/1.1\r\nAccept: "
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5\r\n\r\n");
    EXPECT_THAT(both, EndsWith("# EOF\n"));
}

TEST_F(Serving, RefusesWhatItDoesNotKnow) {
    EXPECT_THAT(ask("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_THAT(ask("GET /metricsx HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask("GET /metrics?x=1 HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
    const std::string post = ask("POST /metrics HTTP/1.1\r\n\r\n");
    EXPECT_THAT(post, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
    EXPECT_THAT(post, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
    EXPECT_THAT(ask("\x16\x03\x01\x02 hello, TLS\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_THAT(ask("GET /metrics\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
    EXPECT_EQ(made_, 1);
}

TEST_F(Serving, HeadHasNoBody) {
    const std::string head = ask("HEAD /metrics HTTP/1.1\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("Content-Length: 31\r\n"));
    EXPECT_THAT(head, EndsWith("\r\n\r\n"));
}

TEST_F(Serving, ARequestMayComeInPieces) {
    const Descriptor fd = connect();
    for (const char c : std::string_view{"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"}) {
        say(fd, {&c, 1});
        if (wants_to_serve(100)) server_->serve(now_);
    }
    EXPECT_THAT(hear(fd), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(Serving, AnEndlessRequestIsRefused) {
    const Descriptor fd = connect();
    say(fd, "GET /metrics HTTP/1.1\r\nX: ");
    const std::string filler(1000, 'x');
    for (int i = 0; i < 9; ++i) {
        say(fd, filler);
        if (wants_to_serve(100)) server_->serve(now_);
    }
    EXPECT_THAT(hear(fd), StartsWith("HTTP/1.1 431 "));
}

TEST_F(Serving, ALongAnswerGoesOutAsTheClientReads) {
    body_.assign(8'000'000, 'x');
    const Descriptor fd = connect();
    say(fd, "GET /metrics HTTP/1.1\r\n\r\n");
    for (int i = 0; i < 20; ++i) {
        if (wants_to_serve(10)) server_->serve(now_);
    }
    EXPECT_FALSE(wants_to_serve()) << "nothing to do while the client does not read";
    const std::string answer = hear(fd);
    EXPECT_GT(answer.size(), body_.size());
    EXPECT_THAT(answer.substr(answer.size() - 8), EndsWith("# EOF\n"));
}

TEST_F(Serving, MakesTheTextAtMostOnceASecond) {
    for (int i = 0; i < 5; ++i) (void)ask("GET /metrics HTTP/1.1\r\n\r\n");
    EXPECT_EQ(made_, 1);
    now_ += kSecond;
    (void)ask("GET /metrics HTTP/1.1\r\n\r\n");
    EXPECT_EQ(made_, 2);
}

TEST_F(Serving, SilentClientsAreLimitedInNumberAndTime) {
    std::vector<Descriptor> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(connect());
        if (wants_to_serve(20)) server_->serve(now_);
    }
    for (int i = 0; i < 40 && wants_to_serve(20); ++i) server_->serve(now_);
    EXPECT_FALSE(wants_to_serve()) << "clients that wait keep nobody awake";
    const Descriptor late = connect();
    say(late, "GET /metrics HTTP/1.1\r\n\r\n");
    server_->serve(now_ + 9 * kSecond);
    EXPECT_FALSE(wants_to_serve());
    now_ += 10 * kSecond;
    server_->serve(now_);  // the loop's tick
    char c = 0;
    EXPECT_EQ(::recv(silent.front().get(), &c, 1, 0), 0) << "closed";
    EXPECT_THAT(hear(late), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(Serving, AClientThatVanishesIsForgotten) {
    for (int i = 0; i < 50; ++i) {
        const Descriptor fd = connect();
        say(fd, "GET /met");
        if (wants_to_serve(20)) server_->serve(now_);
    }
    for (int i = 0; i < 50 && wants_to_serve(20); ++i) server_->serve(now_);
    EXPECT_THAT(ask("GET /metrics HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(Serving, ATakenPortIsSaid) {
    Address same;
    same.port = server_->port();
    std::string error;
    EXPECT_EQ(Server::open(same, {}, error), nullptr);
    EXPECT_EQ(error, "cannot serve metrics at 127.0.0.1:" + std::to_string(same.port) + ": Address already in use");
}

std::string parsed(std::string_view text) {
    Address address;
    std::string error;
    if (!parse_address(text, address, error)) return "file";
    if (!error.empty()) return error;
    return address.text() + (address.loopback ? "" : " open");
}

TEST(Addresses, AreLoopbackUnlessWrittenOut) {
    EXPECT_EQ(parsed("9100"), "127.0.0.1:9100");
    EXPECT_EQ(parsed(":9100"), "127.0.0.1:9100");
    EXPECT_EQ(parsed("localhost:9100"), "127.0.0.1:9100");
    EXPECT_EQ(parsed("127.8.0.1:1"), "127.8.0.1:1");
    EXPECT_EQ(parsed("[::1]:9100"), "[::1]:9100");
    EXPECT_EQ(parsed("0.0.0.0:9100"), "0.0.0.0:9100 open");
    EXPECT_EQ(parsed("[::]:9100"), "[::]:9100 open");
    EXPECT_EQ(parsed("192.0.2.1:9100"), "192.0.2.1:9100 open");
}

TEST(Addresses, OtherThingsAreFiles) {
    for (const char* file : {"tlsscope.prom", "./9100", "/run/x:1", "a:b", "x:"})
        EXPECT_EQ(parsed(file), "file") << file;
}

TEST(Addresses, ThatCannotBeAreRefused) {
    EXPECT_THAT(parsed(":65536"), HasSubstr("a port is at most 65535"));
    for (const char* wrong : {"example.com:9100", "::1:9100", "[127.0.0.1:1", "1.2.3:9", "[]:9100x:1"})
        EXPECT_THAT(parsed(wrong), HasSubstr("needs a numerical address")) << wrong;
}

}  // namespace
}  // namespace tlsscope::metrics

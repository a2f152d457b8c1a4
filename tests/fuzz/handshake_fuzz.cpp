// All readers of TLS messages. Beyond "no crash": every view lies inside the input; reading twice gives the same; a cut
// reading of a message without contradictions gives each field equal or not at all.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../dissectors/tls/wire_describe.h"
#include "dissectors/tls/fingerprint.h"
#include "dissectors/tls/names.h"
#include "mutators/tls.h"

namespace {

using namespace tlsscope::tls;
using testing::Describer;
using testing::MessageKind;

void require(bool condition) {
    if (!condition) std::abort();
}

Fault read(const MessageKind& kind, Bytes data, Edge edge, Describer& out) {
    Reader in{data, edge};
    kind.read(in, out);
    return in.finish();
}

void check_message(const MessageKind& kind, Bytes data, std::size_t cut) {
    Describer once{data};
    Describer twice{data};
    const Fault fault = read(kind, data, Edge::hard, once);
    require(read(kind, data, Edge::hard, twice) == fault);
    require(once.inside());
    require(once.facts() == twice.facts());
    require(fault == Fault::none || fault == Fault::malformed);

    const Bytes part = data.first(cut % (data.size() + 1));
    Describer partial{part};
    require(read(kind, part, Edge::cut, partial) != Fault::none);
    require(partial.inside());
    if (fault != Fault::none || once.contradictory()) return;
    for (const auto& [name, value] : partial.facts()) {
        const auto it = once.facts().find(name);
        require(it != once.facts().end() && it->second == value);
    }
}

void check_names(std::uint16_t code) {
    for (const auto name : {cipher_name, group_name, extension_name, signature_scheme_name, version_name})
        require(!name_of(name, code).empty());
    require(!(is_tls13_cipher(code) && key_exchange_of(code) != KeyExchange::tls13));
}

void check_fingerprints(Bytes data) {
    Reader in{data};
    const ClientHelloView hello = read_client_hello(in);
    const std::string print = ja4(hello);
    require(print.empty() == !hello.whole);
    // RFC 8446 section 4.1.2; a longer one is read, and named.
    require(hello.session_id.size() <= 32 || hello.oddities.has(Oddity::vec_overrun));
    require(print.empty() || print.size() == 36);
    require(ja3(hello).size() == (hello.whole ? 32U : 0U));
}

void check_guesses(Bytes data) {
    (void)is_plausible_record_header(data);
    const HelloGuess guess = guess_hello(data);
    // More bytes may turn "need more" into an answer, and a yes into a no, but a no stays.
    if (guess_hello(data.first(data.size() / 2)) == HelloGuess::no) require(guess == HelloGuess::no);
    const Sslv2Guess old = guess_sslv2(data);
    if (guess_sslv2(data.first(data.size() / 2)) == Sslv2Guess::no) require(old == Sslv2Guess::no);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    using namespace tlsscope::fuzz;
    Dice dice{seed};
    Octets input{data, data + size};
    if (size < 3 || dice.one_in(3)) return LLVMFuzzerMutate(data, size, max_size);
    Octets message{input.begin() + 3, input.end()};
    if (!mutate_message(message, dice, max_size - size)) return LLVMFuzzerMutate(data, size, max_size);
    input.resize(3);
    input.insert(input.end(), message.begin(), message.end());
    return hand_back(input, data, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const auto& kinds = testing::message_kinds();
    const Bytes message{data + 3, size - 3};
    const std::size_t cut = static_cast<std::size_t>(data[1]) << 8 | data[2];
    check_message(kinds[data[0] % kinds.size()], message, cut);
    check_names(static_cast<std::uint16_t>(cut));
    check_fingerprints(message);
    check_guesses(message);
    return 0;
}

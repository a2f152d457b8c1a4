// The look of the bill: CycloneDX 1.6, components of type cryptographic-asset. What it lists is added up in cbom.cpp.
#include <fmt/format.h>
#include <rapidjson/prettywriter.h>

#include <algorithm>

#include "report/escape.h"
#include "report/format.h"
#include "report/inventory/cbom.h"

namespace tlsscope::report::inventory {

namespace {

using record::Nanos;

std::string algorithm_ref(std::string_view name) { return "crypto/algorithm/" + visible(name); }
std::string protocol_ref(std::string_view version) { return "crypto/protocol/" + visible(version); }
std::string certificate_ref(std::string_view sha256) { return "crypto/certificate/sha256:" + visible(sha256); }
std::string key_ref(std::string_view sha256) { return "crypto/key/of-certificate-sha256:" + visible(sha256); }

/// "TLS" and "1.3" of "TLS 1.3".
std::pair<std::string_view, std::string_view> split_version(std::string_view name) {
    const std::size_t space = name.find(' ');
    if (space == std::string_view::npos) return {"TLS", name};
    return {name.substr(0, space), name.substr(space + 1)};
}

/// Where RapidJSON writes to: to an output in pieces, or to nowhere, only to learn what the text adds up to.
class Sink {
  public:
    using Ch = char;

    explicit Sink(Output* out) : out_{out} {}

    void Put(char c) {
        text_ += c;
        if (text_.size() == kPiece) Flush();
    }
    void Flush() {
        if (out_ != nullptr) out_->write(text_);
        else add_up();
        text_.clear();
    }
    /// A UUID of version 8 (RFC 9562 section 5.8): of the content, so that the same capture has the same.
    std::string serial_number() const {
        return fmt::format("urn:uuid:{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high_ >> 32, high_ >> 16 & 0xffff,
                           (high_ & 0x0fff) | 0x8000, (low_ >> 48 & 0x3fff) | 0x8000, low_ & 0xffffffffffffU);
    }

  private:
    void add_up() {  // FNV-1a from two beginnings
        for (const char c : text_) {
            high_ = (high_ ^ static_cast<unsigned char>(c)) * kPrime;
            low_ = (low_ ^ static_cast<unsigned char>(c)) * kPrime;
        }
    }

    static constexpr std::size_t kPiece = 65536;
    static constexpr std::uint64_t kPrime = 0x100000001b3;

    Output* out_;
    std::string text_;
    std::uint64_t high_ = 0xcbf29ce484222325;
    std::uint64_t low_ = 0x84222325cbf29ce4;
};

/// A thin layer over RapidJSON: members in the order written, strings escaped by escape.h.
class Json {
  public:
    explicit Json(Sink& sink) : writer_{sink} { writer_.SetIndent(' ', 1); }

    template <class Body>
    void object(const Body& body) {
        writer_.StartObject();
        body();
        writer_.EndObject();
    }
    template <class Body>
    void object(std::string_view name, const Body& body) {
        key(name);
        object(body);
    }
    template <class Body>
    void array(std::string_view name, const Body& body) {
        key(name);
        writer_.StartArray();
        body();
        writer_.EndArray();
    }
    void member(std::string_view name, std::string_view value) {
        key(name);
        string(value);
    }
    void member(std::string_view name, std::uint64_t value) {
        key(name);
        writer_.Uint64(value);
    }
    void time(std::string_view name, Nanos value) {
        if (value == record::kNoTime) return;
        std::string text;
        append_time(text, value);
        member(name, text);
    }
    /// RapidJSON checks no encoding and leaves bidi controls as they are, so the escaping is our own.
    void string(std::string_view raw) {
        std::string quoted;
        append_json_string(quoted, raw);
        writer_.RawValue(quoted.data(), quoted.size(), rapidjson::kStringType);
    }

  private:
    void key(std::string_view name) { writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }

    rapidjson::PrettyWriter<Sink> writer_;
};

void property(Json& json, std::string_view name, std::string_view value) {
    json.object([&] {
        json.member("name", name);
        json.member("value", value);
    });
}

void refs(Json& json, std::string_view name, const std::vector<std::string>& all) {
    if (all.empty()) return;
    json.array(name, [&] {
        for (const std::string& ref : all) json.string(ref);
    });
}

/// Where the asset was seen: as evidence for those who know CycloneDX, and as properties.
void where(Json& json, const Seen& seen, std::string_view capture) {
    std::string context = fmt::format("connection {}", seen.first_stream);
    if (seen.first_frame != 0) context = fmt::format("frame {}, ", seen.first_frame) + context;
    json.object("evidence", [&] {
        json.array("occurrences", [&] {
            json.object([&] {
                json.member("location", capture);
                json.member("additionalContext", context);
            });
        });
    });
    json.array("properties", [&] {
        for (const Words::Entry& e : seen.servers.sorted()) property(json, "tlsscope:server", e.first);
        if (seen.servers.other() > 0)
            property(json, "tlsscope:connections_of_other_servers", fmt::format("{}", seen.servers.other()));
        property(json, "tlsscope:connections", fmt::format("{}", seen.connections));
        if (seen.first_frame != 0) property(json, "tlsscope:first_frame", fmt::format("{}", seen.first_frame));
        property(json, "tlsscope:first_stream", fmt::format("{}", seen.first_stream));
    });
}

std::vector<std::string> refs_of_suite(std::string_view suite) {
    std::vector<std::string> out;
    for (const Algorithm& a : algorithms_of_suite(suite)) out.push_back(algorithm_ref(a.name));
    return out;
}

/// Everything a protocol stands on, each once.
std::vector<std::string> refs_of_protocol(const ProtocolAsset& protocol, bool with_suites) {
    std::vector<std::string> out;
    if (with_suites)
        for (const auto& [suite, choice] : protocol.suites.by_key())
            for (std::string& ref : refs_of_suite(suite)) out.push_back(std::move(ref));
    for (const auto& [group, choice] : protocol.groups.by_key())
        out.push_back(algorithm_ref(algorithms_of_group(group).front().name));
    for (const auto& [scheme, choice] : protocol.signatures.by_key())
        out.push_back(algorithm_ref(algorithm_of_signature(scheme).name));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

void suite_entry(Json& json, std::string_view suite, std::uint32_t code) {
    json.object([&] {
        json.member("name", suite);
        refs(json, "algorithms", refs_of_suite(suite));
        refs(json, "identifiers", {fmt::format("0x{:02X}", code >> 8 & 0xff), fmt::format("0x{:02X}", code & 0xff)});
    });
}

void protocol_component(Json& json, std::string_view version, const ProtocolAsset& protocol, std::string_view capture) {
    const auto split = split_version(version);
    json.object([&] {
        json.member("type", "cryptographic-asset");
        json.member("bom-ref", protocol_ref(version));
        json.member("name", split.first);
        json.member("version", split.second);
        where(json, protocol.seen, capture);
        json.object("cryptoProperties", [&] {
            json.member("assetType", "protocol");
            json.object("protocolProperties", [&] {
                json.member("type", split.first == "TLS" ? "tls" : "other");
                json.member("version", split.second);
                json.array("cipherSuites", [&] {
                    for (const auto& [suite, choice] : protocol.suites.by_key()) suite_entry(json, suite, choice->code);
                });
                refs(json, "cryptoRefArray", refs_of_protocol(protocol, false));
            });
        });
    });
}

void certificate_component(Json& json, std::string_view sha256, const CertificateAsset& c, std::string_view capture) {
    json.object([&] {
        json.member("type", "cryptographic-asset");
        json.member("bom-ref", certificate_ref(sha256));
        json.member("name", c.subject.empty() ? sha256 : std::string_view{c.subject});
        json.array("hashes", [&] {
            json.object([&] {
                json.member("alg", "SHA-256");
                json.member("content", sha256);
            });
        });
        where(json, c.seen, capture);
        json.object("cryptoProperties", [&] {
            json.member("assetType", "certificate");
            json.object("certificateProperties", [&] {
                json.member("subjectName", c.subject);
                json.member("issuerName", c.issuer);
                json.time("notValidBefore", c.not_before);
                json.time("notValidAfter", c.not_after);
                if (!c.signature.empty())
                    json.member("signatureAlgorithmRef", algorithm_ref(algorithm_of_signature(c.signature).name));
                if (!c.key.empty()) json.member("subjectPublicKeyRef", key_ref(sha256));
                json.member("certificateFormat", "X.509");
            });
        });
    });
}

/// Keys of two certificates are two components: whether they are the same key is in no column.
void key_component(Json& json, std::string_view sha256, const CertificateAsset& c, std::string_view capture) {
    json.object([&] {
        json.member("type", "cryptographic-asset");
        json.member("bom-ref", key_ref(sha256));
        json.member("name", c.key + " public key");
        where(json, c.seen, capture);
        json.object("cryptoProperties", [&] {
            json.member("assetType", "related-crypto-material");
            json.object("relatedCryptoMaterialProperties", [&] {
                json.member("type", "public-key");
                json.member("algorithmRef", algorithm_ref(algorithm_of_key(c.key).name));
                if (const unsigned bits = bits_of_key(c.key); bits != 0) json.member("size", std::uint64_t{bits});
            });
        });
    });
}

void algorithm_component(Json& json, const AlgorithmAsset& asset, std::string_view capture) {
    const Algorithm& a = asset.algorithm;
    json.object([&] {
        json.member("type", "cryptographic-asset");
        json.member("bom-ref", algorithm_ref(a.name));
        json.member("name", a.name);
        where(json, asset.seen, capture);
        json.object("cryptoProperties", [&] {
            json.member("assetType", "algorithm");
            json.object("algorithmProperties", [&] {
                json.member("primitive", a.primitive);
                if (!a.parameter.empty()) json.member("parameterSetIdentifier", a.parameter);
                if (!a.curve.empty()) json.member("curve", a.curve);
                if (!a.mode.empty()) json.member("mode", a.mode);
                if (a.classical) json.member("classicalSecurityLevel", static_cast<std::uint64_t>(*a.classical));
                if (a.quantum) json.member("nistQuantumSecurityLevel", static_cast<std::uint64_t>(*a.quantum));
            });
        });
    });
}

void dependency(Json& json, const std::string& ref, const std::vector<std::string>& on) {
    json.object([&] {
        json.member("ref", ref);
        refs(json, "dependsOn", on);
    });
}

void components(Json& json, const Assets& assets, std::string_view capture) {
    json.array("components", [&] {
        for (const auto& [version, protocol] : assets.protocols.by_key())
            protocol_component(json, version, *protocol, capture);
        for (const auto& [sha256, certificate] : assets.certificates.by_key()) {
            certificate_component(json, sha256, *certificate, capture);
            if (!certificate->key.empty()) key_component(json, sha256, *certificate, capture);
        }
        for (const auto& [name, asset] : assets.algorithms) algorithm_component(json, asset, capture);
    });
}

void dependencies(Json& json, const Assets& assets) {
    json.array("dependencies", [&] {
        for (const auto& [version, protocol] : assets.protocols.by_key())
            dependency(json, protocol_ref(version), refs_of_protocol(*protocol, true));
        for (const auto& [sha256, c] : assets.certificates.by_key()) {
            std::vector<std::string> on;
            if (!c->signature.empty()) on.push_back(algorithm_ref(algorithm_of_signature(c->signature).name));
            if (!c->key.empty()) on.push_back(key_ref(sha256));
            dependency(json, certificate_ref(sha256), on);
            if (!c->key.empty()) dependency(json, key_ref(sha256), {algorithm_ref(algorithm_of_key(c->key).name)});
        }
        for (const auto& [name, asset] : assets.algorithms) {
            std::vector<std::string> on;
            for (const std::string& part : asset.algorithm.parts) on.push_back(algorithm_ref(part));
            dependency(json, algorithm_ref(name), on);
        }
    });
}

void metadata(Json& json, const RunInfo& run, const Totals& totals, std::string_view capture) {
    const std::size_t space = run.program.find(' ');
    json.object("metadata", [&] {
        json.time("timestamp", totals.last_time);
        json.array("lifecycles", [&] { json.object([&] { json.member("phase", "discovery"); }); });
        json.object("tools", [&] {
            json.array("components", [&] {
                json.object([&] {
                    json.member("type", "application");
                    json.member("name", std::string_view{run.program}.substr(0, space));
                    if (space != std::string::npos)
                        json.member("version", std::string_view{run.program}.substr(space + 1));
                });
            });
        });
        json.object("component", [&] {
            json.member("type", "data");
            json.member("bom-ref", "capture");
            json.member("name", capture);
        });
    });
}

/// What a reader must know about what is not in the list.
void limits(Json& json, const Assets& assets, const Totals& totals) {
    std::uint64_t unlisted = assets.protocols.left_out() + assets.certificates.left_out();
    for (const auto& [version, protocol] : assets.protocols.by_key())
        unlisted += protocol->suites.left_out() + protocol->groups.left_out() + protocol->signatures.left_out();
    json.array("properties", [&] {
        property(json, "tlsscope:connections", fmt::format("{}", totals.connections));
        property(json, "tlsscope:connections_with_hidden_certificate", fmt::format("{}", assets.hidden_certificates));
        property(json, "tlsscope:not_listed", fmt::format("{}", unlisted));
        for (const std::string& problem : totals.problems) property(json, "tlsscope:problem", problem);
    });
}

void body(Json& json, const Assets& assets, const RunInfo& run, const Totals& totals) {
    std::string capture;
    for (const std::string& input : run.inputs) capture += (capture.empty() ? "" : ", ") + input;
    metadata(json, run, totals, capture);
    components(json, assets, capture);
    dependencies(json, assets);
    limits(json, assets, totals);
}

}  // namespace

void write_cbom(Output& out, const Assets& assets, const RunInfo& run, const Totals& totals) {
    // Twice, as the serial number stands before the content it is made of: the text may be larger than all it is from.
    Sink nowhere{nullptr};
    Json content{nowhere};
    content.object([&] { body(content, assets, run, totals); });
    Sink sink{&out};
    Json json{sink};
    json.object([&] {
        json.member("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        json.member("bomFormat", "CycloneDX");
        json.member("specVersion", "1.6");
        json.member("serialNumber", nowhere.serial_number());
        json.member("version", std::uint64_t{1});
        body(json, assets, run, totals);
    });
    sink.Flush();
    out.write("\n");
}

}  // namespace tlsscope::report::inventory

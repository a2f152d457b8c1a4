// Reads a report page back: what the browser does, in C++.
#pragma once

#include <zlib.h>

#include <array>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>

namespace tlsscope::report::html_page {

inline void must_be(bool right, const std::string& what) {
    if (!right) throw std::runtime_error("no report page: " + what);
}

/// The text of the script element of that id.
inline std::string block(const std::string& page, std::string_view id) {
    const std::string head = "id=\"" + std::string{id} + "\">";
    const std::size_t at = page.find(head);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + head.size();
    return page.substr(begin, page.find("</script>", begin) - begin);
}

inline std::string from_base64(std::string_view text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t word = 0;
    int bits = 0;
    for (const char c : text) {
        if (c == '=') break;
        const std::size_t digit = kDigits.find(c);
        must_be(digit != std::string_view::npos, "not base64");
        word = word << 6 | static_cast<std::uint32_t>(digit);
        if ((bits += 6) < 8) continue;
        bits -= 8;
        out += static_cast<char>(word >> bits & 0xff);
    }
    return out;
}

inline std::string gunzip(const std::string& packed) {
    z_stream z{};
    must_be(inflateInit2(&z, 15 + 16) == Z_OK, "zlib");
    std::vector<Bytef> in(packed.begin(), packed.end());
    z.next_in = in.data();
    z.avail_in = static_cast<uInt>(in.size());
    std::string out;
    std::array<char, 65536> room;
    int status = Z_OK;
    while (status == Z_OK) {
        z.next_out = reinterpret_cast<Bytef*>(room.data());
        z.avail_out = static_cast<uInt>(room.size());
        status = inflate(&z, Z_NO_FLUSH);
        out.append(room.data(), room.size() - z.avail_out);
    }
    inflateEnd(&z);
    must_be(status == Z_STREAM_END, "not gzip");
    return out;
}

/// The unpacked page: its header, and the cells as text, `rows[row][column]`; "" where nothing was seen.
struct Page {
    rapidjson::Document header;
    std::string bytes;

    explicit Page(const std::string& html) : bytes{gunzip(from_base64(block(html, "data")))} {
        std::uint32_t length = 0;
        for (std::size_t i = 0; i < 4; ++i)
            length |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[bytes.size() - 4 + i])) << (8 * i);
        header.Parse(bytes.data() + (bytes.size() - 4 - length), length);
        must_be(!header.HasParseError(), "the header is no JSON");
    }

    std::size_t rows() const { return header["rows"].GetUint64(); }

    std::size_t index(std::string_view column) const {
        for (rapidjson::SizeType i = 0; i < header["schema"].Size(); ++i)
            if (column == header["schema"][i]["name"].GetString()) return i;
        throw std::runtime_error("no column " + std::string{column});
    }

    /// Numbers of a column, kAbsent where nothing was seen.
    static constexpr std::int64_t kAbsent = std::numeric_limits<std::int64_t>::min();
    std::vector<std::int64_t> numbers(std::size_t column) const {
        const auto& p = header["columns"][static_cast<rapidjson::SizeType>(column)];
        std::vector<std::int64_t> out(rows(), kAbsent);
        const std::size_t present = p["present"].GetUint64();
        if (present == 0) return out;
        const std::size_t at = p["at"].GetUint64();
        const std::size_t values = at + (present == rows() ? 0 : (rows() + 7) / 8);
        const std::string base = p["base"].GetString();
        const std::vector<std::int64_t> reference = base != "column"     ? out
                                                    : p.HasMember("sum") ? sum_of(p["sum"])
                                                                         : numbers(reference_of(column));
        std::int64_t previous = 0;
        std::size_t k = 0;
        for (std::size_t row = 0; row < rows(); ++row) {
            if (present != rows() && (byte(at + row / 8) >> row % 8 & 1) == 0) continue;
            std::uint64_t u = 0;
            for (unsigned b = 0; b < p["width"].GetUint(); ++b)
                u |= std::uint64_t{byte(values + b * present + k)} << (8 * b);
            ++k;
            std::int64_t v = static_cast<std::int64_t>(u >> 1) ^ -static_cast<std::int64_t>(u & 1);
            v *= p["scale"].GetInt64();
            if (base == "previous") v += previous;
            if (base == "column") v += reference[row];
            out[row] = previous = v;
        }
        return out;
    }

    std::vector<std::int64_t> sum_of(const rapidjson::Value& terms) const {
        std::vector<std::int64_t> out(rows(), 0);
        for (const auto& term : terms.GetArray()) {
            const std::vector<std::int64_t> values = numbers(term[0].GetUint64());
            for (std::size_t row = 0; row < rows(); ++row)
                if (values[row] != kAbsent) out[row] += term[1].GetInt() * values[row];
        }
        return out;
    }

    std::vector<std::string> texts(std::size_t column) const {
        const auto& p = header["columns"][static_cast<rapidjson::SizeType>(column)];
        std::vector<std::string> dictionary;
        std::vector<std::string> out(rows());
        const std::size_t present = p["present"].GetUint64();
        if (present == 0) return out;
        std::size_t at =
            p["at"].GetUint64() + (present == rows() ? 0 : (rows() + 7) / 8) + present * p["width"].GetUint();
        for (std::uint64_t i = 0; i < p["texts"].GetUint64(); ++i) {
            const std::size_t end = bytes.find('\n', at);
            dictionary.push_back(bytes.substr(at, end - at));
            at = end + 1;
        }
        const auto ids = numbers(column);
        for (std::size_t row = 0; row < rows(); ++row)
            if (ids[row] != kAbsent) out[row] = dictionary.at(static_cast<std::size_t>(ids[row]));
        return out;
    }

  private:
    std::uint8_t byte(std::size_t at) const { return static_cast<std::uint8_t>(bytes.at(at)); }
    std::size_t reference_of(std::size_t column) const {
        while (column-- > 0) {
            const auto i = static_cast<rapidjson::SizeType>(column);
            const auto& d = header["schema"][i];
            if (std::strcmp(d["unit"].GetString(), "frame") == 0 &&
                std::strcmp(d["type"].GetString(), "integer") == 0 &&
                header["columns"][i]["present"].GetUint64() == rows())
                return column;
        }
        throw std::runtime_error("no column that others refer to");
    }
};

/// The connections shown step by step, chunk after chunk.
inline std::vector<rapidjson::Document> ladders(const std::string& html) {
    std::vector<rapidjson::Document> out;
    const std::string lines = block(html, "ladders");
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = lines.find('\n', at);
        rapidjson::Document chunk;
        const std::string json = gunzip(from_base64(lines.substr(at, end - at)));
        chunk.Parse(json.data(), json.size());
        must_be(chunk.IsArray(), "ladders");
        for (const auto& l : chunk.GetArray()) {
            out.emplace_back();
            out.back().CopyFrom(l, out.back().GetAllocator());
        }
        at = end + 1;
    }
    return out;
}

}  // namespace tlsscope::report::html_page

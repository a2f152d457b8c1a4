// The extension list of RFC 8446 section 4.2 (RFC 6066 section 1.1): `Extension extensions<0..2^16-1>`, and the one way
// every message walks it: a table of type -> reader. To understand one more extension, add a row to the message's
// table.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dissectors/tls/wire/lists.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

/// One extension as it stands in the message.
struct Extension {
    std::uint16_t type = 0;
    Bytes body;  ///< shorter than the sender said when the message was cut or the length is a lie
    static Extension read(Reader& in);
};

/// All extensions in the order of the message, GREASE and unknown ones included, of those that are whole.
class ExtensionList : public ItemList<Extension> {
  public:
    ExtensionList() = default;
    explicit ExtensionList(Bytes raw) : ItemList<Extension>{raw} {}
    /// The first of that type is there.
    bool has(std::uint16_t type) const;
    /// Its body; empty when there is none.
    Bytes body(std::uint16_t type) const;
    /// All types, in order.
    std::vector<std::uint16_t> types() const;
};

/// A row of a message's extension table: `read` fills the view's fields from the body.
template <class View>
struct ExtensionReader {
    std::uint16_t type;
    void (*read)(Reader& body, View& view);
};

/// Steps through an extension list. One bad extension does not lose the others: only a length that runs out of the list
/// ends it.
class ExtensionWalk {
  public:
    /// Takes the list with its 16-bit length from `in`.
    ExtensionWalk(Reader& in, Oddities& odd);
    /// The next one, or false. `first` is false for a repeated type.
    bool next();
    std::uint16_t type() const { return type_; }
    bool first() const { return first_; }
    Reader& body() { return body_; }
    /// Call after body() was read: leftovers and faults inside become an oddity.
    void close();
    /// What was walked, and whether that is the whole list.
    ExtensionList list() const { return ExtensionList{all_.first(walked_)}; }
    bool whole() const { return whole_; }

  private:
    void stop(bool malformed);
    bool repeated();

    Reader& in_;
    Oddities& odd_;
    Bytes all_;
    std::size_t walked_ = 0;  // bytes of all_ that are whole extensions
    Reader left_{Bytes{}};
    Reader body_{Bytes{}};
    static constexpr std::size_t kFilterBits = 2048;
    static constexpr int kMaxLooks = 16;
    std::bitset<kFilterBits> filter_;           // of types seen, hashed: clear means certainly new
    std::unique_ptr<std::bitset<65536>> seen_;  // exact; made for a list that hits the filter often
    int looks_ = 0;
    std::uint16_t type_ = 0;
    bool first_ = true;
    bool whole_ = false;
};

/// Reads the list and each known extension in it. View has `extensions`, `extensions_whole` and `oddities`.
/// For a repeated type the table's reader is not called again; `again(type, body)` is.
template <class View, class Again>
void read_extensions(Reader& in, View& view, std::span<const ExtensionReader<View>> table, Again&& again) {
    ExtensionWalk walk{in, view.oddities};
    while (walk.next()) {
        if (!walk.first()) {
            again(walk.type(), walk.body());
            continue;
        }
        for (const auto& row : table) {
            if (row.type != walk.type()) continue;
            row.read(walk.body(), view);
            walk.close();
            break;
        }
    }
    view.extensions = walk.list();
    view.extensions_whole = walk.whole();
}

template <class View>
void read_extensions(Reader& in, View& view, std::span<const ExtensionReader<View>> table) {
    read_extensions(in, view, table, [](std::uint16_t, Reader&) {});
}

}  // namespace tlsscope::tls

// Views of lists inside a message: nothing is copied, members are read while iterating.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

#include "bytes/reader.h"
#include "dissectors/tls/wire/oddity.h"

namespace tlsscope::tls {

using bytes::Bytes;
using bytes::Edge;
using bytes::Fault;
using bytes::Reader;

/// A list of 16-bit code points. An odd last byte is not part of it. Lives as long as the bytes it was read from.
class U16List {
  public:
    class iterator {
      public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = std::uint16_t;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::uint16_t*;
        using reference = std::uint16_t;
        iterator() = default;
        explicit iterator(const std::uint8_t* at) : at_{at} {}
        std::uint16_t operator*() const { return static_cast<std::uint16_t>(at_[0] << 8 | at_[1]); }
        iterator& operator++() {
            at_ += 2;
            return *this;
        }
        iterator operator++(int) {
            iterator old = *this;
            at_ += 2;
            return old;
        }
        friend bool operator==(iterator, iterator) = default;

      private:
        const std::uint8_t* at_ = nullptr;
    };

    using value_type = std::uint16_t;
    using const_iterator = iterator;

    U16List() = default;
    explicit U16List(Bytes raw) : raw_{raw.first(raw.size() & ~std::size_t{1})} {}
    std::size_t size() const { return raw_.size() / 2; }
    bool empty() const { return raw_.empty(); }
    std::uint16_t operator[](std::size_t i) const { return *iterator{raw_.subspan(i * 2, 2).data()}; }
    iterator begin() const { return iterator{raw_.data()}; }
    iterator end() const { return iterator{raw_.data() + raw_.size()}; }
    bool contains(std::uint16_t code) const {
        for (const std::uint16_t c : *this)
            if (c == code) return true;
        return false;
    }
    Bytes raw() const { return raw_; }

  private:
    Bytes raw_;
};

/// A list whose members have lengths of their own; `T::read(Reader&)` reads one. Iterating ends at the first member
/// that does not fit. Lives as long as the bytes it was read from.
template <class T>
class ItemList {
  public:
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = const T*;
        using reference = const T&;
        explicit iterator(Bytes raw) : in_{raw} { ++*this; }
        const T& operator*() const { return item_; }
        const T* operator->() const { return &item_; }
        iterator& operator++() {
            good_ = in_.more();
            if (good_) item_ = T::read(in_);
            good_ = good_ && in_.ok();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& it, std::default_sentinel_t) { return !it.good_; }

      private:
        Reader in_;
        T item_{};
        bool good_ = false;
    };

    ItemList() = default;
    explicit ItemList(Bytes raw) : raw_{raw} {}
    iterator begin() const { return iterator{raw_}; }
    std::default_sentinel_t end() const { return {}; }
    bool empty() const { return begin() == end(); }
    /// How many members; reads the list.
    std::size_t count() const {
        std::size_t n = 0;
        for ([[maybe_unused]] const T& item : *this) ++n;
        return n;
    }
    /// True when the members fill the list exactly.
    bool well_formed() const {
        Reader in{raw_};
        while (in.more()) (void)T::read(in);
        return in.ok();
    }
    Bytes raw() const { return raw_; }

  private:
    Bytes raw_;
};

/// opaque<0..255> as a list member: ALPN protocol names, PSK binders.
struct Opaque8 {
    Bytes value;
    static Opaque8 read(Reader& in) { return {in.vec8(0, 0xff)}; }
};
/// opaque<0..65535> as a list member: distinguished names.
struct Opaque16 {
    Bytes value;
    static Opaque16 read(Reader& in) { return {in.vec16(0, 0xffff)}; }
};

// Vectors that are whole or empty: on a cut edge a list of which a part is missing would be a different list. Bounds
// are noted as oddities and do not stop the reader.

/// opaque<min..max> with a length of 8, 16 or 24 bits.
Bytes whole_vec8(Reader& in, Oddities& odd, std::size_t min, std::size_t max);
Bytes whole_vec16(Reader& in, Oddities& odd, std::size_t min, std::size_t max);
Bytes whole_vec24(Reader& in, Oddities& odd, std::size_t min, std::size_t max);
/// All that is left; nullopt when a cut hides how much that was.
std::optional<Bytes> whole_rest(Reader& in);
/// A list of 16-bit values after a 16-bit or an 8-bit length; odd and empty ones are noted.
U16List read_u16_list16(Reader& in, Oddities& odd);
U16List read_u16_list8(Reader& in, Oddities& odd);

/// A list of items after a 16-bit length; one that its members do not fill is noted as vec_overrun.
template <class T>
ItemList<T> read_items16(Reader& in, Oddities& odd, std::size_t min = 0) {
    const ItemList<T> list{whole_vec16(in, odd, min, 0xffff)};
    if (!list.well_formed()) odd.add(Oddity::vec_overrun);
    return list;
}

}  // namespace tlsscope::tls

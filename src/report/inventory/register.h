// Who was seen: servers, clients, certificates, each with what is kept of it. Bounded, whatever the capture holds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

/// The first kMost keys have an entry each; connections of those that come after them are counted together.
template <class Entry>
class Register {
  public:
    static constexpr std::size_t kMost = kMostEntries;
    static constexpr std::size_t kLongestKey = 256;  // bytes

    /// The entry of a key, made when it is new; null when there is no room for it. Valid until the next call.
    Entry* at(std::string_view key) {
        key = key.substr(0, kLongestKey);
        if (const auto it = entries_.find(key); it != entries_.end()) return &it->second;
        if (entries_.size() >= kMost) {
            ++left_out_;
            return nullptr;
        }
        return &entries_.emplace(key, Entry{}).first->second;
    }

    /// Null when there is none.
    const Entry* find(std::string_view key) const {
        const auto it = entries_.find(key.substr(0, kLongestKey));
        return it == entries_.end() ? nullptr : &it->second;
    }

    struct Item {
        std::string_view key;
        const Entry* entry;
    };
    /// All, in the order of `before(a, b)`; equal ones by key, so that the same capture always prints the same.
    template <class Before>
    std::vector<Item> sorted(Before before) const {
        std::vector<Item> all;
        all.reserve(entries_.size());
        for (const auto& [key, entry] : entries_) all.push_back({key, &entry});
        std::sort(all.begin(), all.end(), [&](const Item& a, const Item& b) {
            if (before(*a.entry, *b.entry)) return true;
            return !before(*b.entry, *a.entry) && a.key < b.key;
        });
        return all;
    }

    /// All, in the order of their keys.
    std::vector<Item> by_key() const {
        return sorted([](const Entry&, const Entry&) { return false; });
    }

    std::size_t size() const { return entries_.size(); }
    /// Connections of keys that found no room.
    std::uint64_t left_out() const { return left_out_; }

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
    std::uint64_t left_out_ = 0;
};

}  // namespace tlsscope::report::inventory

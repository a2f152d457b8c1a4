// Which connections are listed, in which order, and where in the list the reader is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live_view/rows.h"

namespace tlsscope::live_view {

enum class Order : std::uint8_t { newest, slowest_tls, slowest_connect };

std::string_view name(Order order);

/// A selected connection stays selected and stays on its line of the screen while others come; without a selection the
/// list shows its beginning, whatever comes.
class Listing {
  public:
    Order order() const { return order_; }
    void next_order();
    /// Lists connections whose `searchable` text holds this one; letters of either case. Empty: all.
    void set_filter(std::string_view text);
    const std::string& filter() const { return filter_; }
    /// Keeps the connections as they are now, until it is switched off.
    void pause(bool on, const Rows& rows);
    bool paused() const { return paused_; }

    /// To be called when rows came or went, before what follows is asked. Cheap when nothing changed.
    void refresh(const Rows& rows);
    /// Rows changed: the next refresh() has work.
    void invalidate() { stale_ = true; }

    const std::vector<EntryPointer>& listed() const { return listed_; }
    /// How many connections there are to choose from.
    std::size_t of() const { return of_; }

    /// The lines there are on the screen; the list scrolls by it.
    void set_page(std::size_t lines);
    std::size_t page() const { return page_; }
    std::size_t top() const { return top_; }
    /// Position of the selected connection in listed(), if there is one.
    std::optional<std::size_t> selected() const;
    EntryPointer selected_entry() const;

    /// Moves the selection; where there is none, a step selects what is on top.
    void move(std::ptrdiff_t lines);
    void to_begin();  ///< and follows what comes: nothing is selected any more
    void to_end();

  private:
    void collect(const Rows& rows);
    void sort();
    void follow_selection();
    void select(std::size_t position);

    Order order_ = Order::newest;
    std::string filter_;
    bool paused_ = false;
    bool stale_ = true;
    std::vector<EntryPointer> frozen_;  // while paused: all there was
    std::vector<EntryPointer> listed_;
    std::size_t of_ = 0;
    std::optional<std::uint64_t> stream_;  // the selected one
    std::size_t position_ = 0;             // where it was last
    std::size_t top_ = 0;
    std::size_t page_ = 1;
};

}  // namespace tlsscope::live_view

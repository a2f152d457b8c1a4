#include "live_view/keys.h"

#include <cstddef>
#include <string>

#include "report/utf8.h"

namespace tlsscope::live_view {

namespace {

using Kind = Key::Kind;

constexpr char32_t kCtrlB = 0x02;
constexpr char32_t kCtrlF = 0x06;
constexpr char32_t kCtrlU = 0x15;
constexpr std::size_t kLongestFilter = 100;  // bytes

void append_utf8(std::string& out, char32_t c) {
    const auto byte = [&](char32_t b) { out += static_cast<char>(b); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) byte(0xc0 | c >> 6);
    else if (c < 0x10000) byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f));
    else byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f)), byte(0x80 | (c >> 6 & 0x3f));
    byte(0x80 | (c & 0x3f));
}

void remove_last(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
    if (!text.empty()) text.pop_back();
}

/// Letters that mean the same as a key of their own, where no text is typed.
Key plain(Key key) {
    if (key.kind != Kind::character) return key;
    switch (key.code) {
        case U'k': return {Kind::up};
        case U'j': return {Kind::down};
        case U'g': return {Kind::home};
        case U'G': return {Kind::end};
        case kCtrlB: return {Kind::page_up};
        case kCtrlF: return {Kind::page_down};
        default: return key;
    }
}

/// Lists and texts scroll alike. False when the key is about something else.
template <class Scrolled>
bool scroll(Scrolled& what, Key key) {
    const auto page = static_cast<std::ptrdiff_t>(what.page());
    switch (key.kind) {
        case Kind::up: what.move(-1); return true;
        case Kind::down: what.move(1); return true;
        case Kind::page_up: what.move(-page); return true;
        case Kind::page_down: what.move(page); return true;
        case Kind::home: what.to_begin(); return true;
        case Kind::end: what.to_end(); return true;
        default: return false;
    }
}

void edit_filter(Model& model) {
    model.filter_before = model.typed;
    model.mode = Model::Mode::filter;
}

void in_filter(Model& model, Key key) {
    Listing& listing = model.listing();
    switch (key.kind) {
        case Kind::enter: model.mode = Model::Mode::list; return;
        case Kind::escape:
            model.typed = model.filter_before;
            model.mode = Model::Mode::list;
            break;
        case Kind::backspace: remove_last(model.typed); break;
        case Kind::character:
            if (key.code == kCtrlU) model.typed.clear();
            else if (!report::is_hidden(key.code) && model.typed.size() < kLongestFilter)
                append_utf8(model.typed, key.code);
            break;
        default: (void)scroll(listing, key); return;
    }
    listing.set_filter(model.typed);
}

void in_list(Model& model, Key key) {
    Listing& listing = model.listing();
    if (scroll(listing, key)) return;
    if (key.kind == Kind::enter) return model.open_selected();
    if (key.kind == Kind::escape || key.kind == Kind::backspace) return listing.to_begin();
    switch (key.code) {
        case U's': return listing.next_order();
        case U'/': return edit_filter(model);
        case U'c': model.typed.clear(); return listing.set_filter({});
        case U'p':
        case U' ': return model.pause(!listing.paused());
        case U'?':
        case U'h': model.mode = Model::Mode::help; return;
        case U'q': model.quit = true; return;
        default: return;
    }
}

void in_story(Model& model, Key key) {
    if (key == Key::of(U' ')) key = {Kind::page_down};
    if (scroll(model.story(), key)) return;
    if (key == Key::of(U'?')) {
        model.mode = Model::Mode::help;
        return;
    }
    const bool back = key.kind == Kind::escape || key.kind == Kind::backspace || key == Key::of(U'q');
    if (!back) return;
    model.story().close();
    model.mode = Model::Mode::list;
}

}  // namespace

void press(Model& model, Key key) {
    model.message.clear();
    switch (model.mode) {
        case Model::Mode::filter: return in_filter(model, key);
        case Model::Mode::list: return in_list(model, plain(key));
        case Model::Mode::story: return in_story(model, plain(key));
        case Model::Mode::help: model.mode = model.story().is_open() ? Model::Mode::story : Model::Mode::list; return;
    }
}

}  // namespace tlsscope::live_view

"""What the documentation says each output makes of bytes from the wire, written down a second time."""

import re
import unicodedata

FORMULA_STARTS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
HIDDEN_CATEGORIES = ("Cc", "Cf", "Zl", "Zp")
MOST_COMBINING = 4
LONGEST_SNI = 255
LONGEST_NAME = 1024
# Invisible though they are letters or marks.
FILLERS = {0x34F, 0x115F, 0x1160, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)}


def is_hidden(c):
    code = ord(c)
    noncharacter = code & 0xFFFE == 0xFFFE
    return unicodedata.category(c) in HIDDEN_CATEGORIES or code in FILLERS or noncharacter


def escaped(c):
    return f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{{{ord(c):03x}}}"


def visible(raw):
    """For people, and for cells: hidden characters and invalid bytes as \\xNN or \\u{NNNN}."""
    out, combining = [], 0
    for part in re.split(rb"((?:[\xc2-\xf4][\x80-\xbf]+)|[\x80-\xff])", raw):
        try:
            text = part.decode()
        except UnicodeDecodeError:
            text = None
        if text is None:
            out += [f"\\x{b:02x}" for b in part]
            combining = 0
            continue
        for c in text:
            combining = combining + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
            out.append(escaped(c) if is_hidden(c) or combining > MOST_COMBINING else c)
    return "".join(out)


def guarded(text):
    """A ' before whatever a spreadsheet would take for a formula: at the start and, where the semicolon separates
    cells, after each semicolon, whatever quotation marks come first."""
    return re.sub(rf'(^|;)(?="*[{re.escape(FORMULA_STARTS)}])', r"\1'", text)


def cell(raw):
    return guarded(visible(raw))


def list_cell(items):
    return guarded(";".join(visible(i).replace(";", "\\x3b") for i in items))


def json_text(raw):
    """JSON keeps every character; it has no bytes, so that invalid ones become the text \\xNN."""
    return raw.decode("utf-8", "backslashreplace")


def distinguished_name(common):
    """RFC 4514, as far as one CN goes."""
    common = common[:LONGEST_NAME]
    out = re.sub(rb'([,+"\\<>;])', rb"\\\1", common)
    out = re.sub(rb"^([ #])", rb"\\\1", out)
    if len(common) > 1:
        out = re.sub(rb" $", rb"\\ ", out)
    return (b"CN=" + out)[:LONGEST_NAME]

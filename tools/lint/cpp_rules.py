"""Rules for C++ files: who may include what, and what may not be written where."""

import re

from files import LINES_GOOD, LINES_MOST, without_comments

# A folder includes only folders to its left. CMake enforces it by include roots; here the error has a name and a line.
MAY_INCLUDE = {
    "bytes": {"bytes"},
    "crypto": {"bytes", "crypto"},
    "record": {"bytes", "record"},
    "files": {"bytes", "files"},
    "verdict": {"bytes", "crypto", "record", "flow", "verdict"},
    "capture": {"bytes", "files", "record", "capture"},
    "flow": {"bytes", "record", "flow"},
    "dissect": {"bytes", "record", "flow", "dissect"},
    "report": {"bytes", "files", "record", "report"},
    "metrics": {"bytes", "files", "record", "report", "metrics"},
    "live_view": {"bytes", "record", "report", "live_view"},
    "pipeline": {"bytes", "files", "record", "crypto", "capture", "flow", "verdict", "dissect", "dissectors", "pipeline"},
    "privileges": {"privileges"},
    "app": {"bytes", "files", "crypto", "record", "verdict", "capture", "flow", "dissect", "report", "live_view", "metrics", "dissectors", "pipeline", "privileges", "app"},
}
PACKET_MAY_INCLUDE = {"bytes", "record", "flow", "capture", "dissectors"}
DISSECTOR_MAY_INCLUDE = {"bytes", "crypto", "record", "verdict", "flow", "dissect", "dissectors"}

# One third-party library lives in one folder.
LIBRARIES = [
    (re.compile(r"^(pcap|pcap/)"), "libpcap", ("src/capture",)),
    (re.compile(r"^archive(_entry)?\.h$"), "libarchive", ("src/capture",)),
    (re.compile(r"^(zlib|zconf)\.h$"), "zlib", ("src/capture", "src/report/html")),
    (re.compile(r"^boost/"), "Boost", ("src/app", "src/metrics")),
    (re.compile(r"^spdlog/"), "spdlog", ("src/app",)),
    (re.compile(r"^openssl/"), "OpenSSL", ("src/crypto",)),
    (re.compile(r"^rapidjson/"), "RapidJSON", ("src/report",)),
    (re.compile(r"^fmt/"), "fmt", ("src/report", "src/app")),
    (re.compile(r"^tsl/"), "robin-map", ("src/flow",)),
    (re.compile(r"^(n?curses|term)\.h$"), "ncurses", ("src/live_view",)),
    (re.compile(r"^(xxhash|xxh3)\.h$"), "xxHash", ("src/flow",)),
    (re.compile(r"^cap-ng\.h$"), "libcap-ng", ("src/privileges",)),
    (re.compile(r"^seccomp\.h$"), "libseccomp", ("src/privileges",)),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CONSOLE = re.compile(r"\b(std::(cout|cerr|clog)\b|(std::)?f?printf\s*\(|(std::)?f?puts\s*\()")
CLOCK = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock)\b|\b(gettimeofday|clock_gettime)\s*\(|\bstd::time\s*\(")
DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)")
# Switches a third-party header is configured with before it is included.
LIBRARY_SWITCHES = re.compile(r"^(RAPIDJSON_|FMT_|SPDLOG_|XXH_|BOOST_|NCURSES_|_GNU_SOURCE$|_FILE_OFFSET_BITS$|PCAP_|OPENSSL_)")
EXCEPTION = re.compile(r"\b(throw|try|catch)\b")
IMMUTABLE = re.compile(r"\b(const|constexpr|consteval|constinit const|using|typedef|class|struct|enum|union|namespace|template|"
                       r"extern|friend|static_assert|return|concept|operator|public|private|protected)\b")
# `int counter = 0;`, `std::map<int, int> cache;`, `static thread_local Foo foo{...};` in column one.
VARIABLE = re.compile(r"^(static\s+|inline\s+|thread_local\s+|constinit\s+)*[A-Za-z_][\w:]*(<[^;()]*>)?[\s*&]+[A-Za-z_]\w*\s*(\[[^\]]*\])?\s*(=[^=].*|\{.*)?;\s*$")


def module_of(path):
    """The folder whose rules hold for a file: "flow", "dissectors", ... or None outside src/ and dissectors/."""
    parts = path.split("/")
    if parts[0] == "dissectors":
        return "dissectors"
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def allowed_includes(path):
    if path.startswith("dissectors/packet/"):
        return PACKET_MAY_INCLUDE
    if path.startswith("dissectors/"):
        return DISSECTOR_MAY_INCLUDE
    return MAY_INCLUDE.get(module_of(path))


def check_includes(file, report):
    if not file.path.startswith(("src/", "dissectors/")):
        return
    allowed = allowed_includes(file.path)
    if allowed is None:
        report(file, 0, "a folder under src/ that tools/lint/cpp_rules.py does not know")
        return
    for number, line in enumerate(file.lines, 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        target = found.group(2)
        if found.group(1) == '"':
            folder = target.split("/")[0]
            if folder in MAY_INCLUDE.keys() | {"dissectors"} and folder not in allowed:
                report(file, number, f"includes {target}, which lies to its right")
            other = re.match(r"dissectors/(\w+)/", target)
            if other and file.path.startswith("dissectors/") and not file.path.startswith(f"dissectors/{other.group(1)}/"):
                report(file, number, f"one dissector includes another: {target}")
        for pattern, library, folders in LIBRARIES:
            if pattern.match(target) and not file.path.startswith(tuple(f + "/" for f in folders)):
                report(file, number, f"{library} belongs in {' and '.join(folders)} only")


def in_consteval(lines, number):
    """Whether line `number` stands in a consteval function, where `throw` is how a compile error is spelt."""
    for line in reversed(lines[:number]):
        if line and not line[0].isspace() and line[0] != "}":
            return "consteval" in line
    return False


def check_words(file, report):
    module = module_of(file.path)
    if module is None:
        return
    lines = without_comments(file.lines)
    for number, line in enumerate(lines, 1):
        if CONSOLE.search(line) and module not in ("report", "app"):
            report(file, number, "prints: only report/ and app/ write to the user")
        if CLOCK.search(line) and module not in ("pipeline", "app"):
            report(file, number, "reads a clock: below pipeline/ time is the packet's")
        define = DEFINE.match(line)
        if define and not LIBRARY_SWITCHES.match(define.group(1)):
            report(file, number, f"#define {define.group(1)}: a function or constant will do")
        # A logic_error is a programmer's mistake, never a property of the bytes.
        if EXCEPTION.search(line) and "std::logic_error" not in line and (file.path.startswith("dissectors/") or module in ("bytes", "flow")) \
                and not in_consteval(lines, number):
            report(file, number, "exception in a parse path")


def check_globals(file, report):
    """Mutable variables at namespace scope, by indentation: such declarations start in column one."""
    if module_of(file.path) is None:
        return
    for number, line in enumerate(without_comments(file.lines), 1):
        if VARIABLE.match(line) and not IMMUTABLE.search(line.split("=")[0].split("{")[0]):
            report(file, number, "a mutable variable at namespace scope")
        if re.search(r"\bstatic\s+(thread_local\s+)?(?!const|constexpr|inline|consteval|assert|cast)[\w:<>, ]+\s+\w+\s*(=[^=]|\{[^}]*\}\s*;|;)", line) \
                and not IMMUTABLE.search(line):
            report(file, number, "a static variable that can change")


def check_header(file, report):
    if file.name.endswith(".h") and "#pragma once" not in file.text:
        report(file, 1, "no #pragma once")
    if module_of(file.path) and file.name.endswith(".h") and "using namespace" in file.text:
        report(file, 1, "using namespace in a header")


def check_length(file, report, warn):
    count = len(file.lines) - 1
    if file.generated or count <= LINES_GOOD:
        return
    tell = report if count > LINES_MOST else warn
    tell(file, 0, f"{count} lines: split it by idea (goal {LINES_GOOD}, most {LINES_MOST})")


def named_types(file):
    """(line, name with its namespaces) of the types a file defines at namespace scope, by indentation. Those without a
    namespace's name belong to the file; members (`struct Tracker::Turn`) to their class."""
    spaces = []
    for number, line in enumerate(without_comments(file.lines), 1):
        space = re.match(r"namespace ?([\w:]*) ?\{(.*\})?\s*$", line)
        if space and not space.group(2):
            spaces.append(space.group(1))
        elif file.lines[number - 1].startswith("}  // namespace") and spaces:
            spaces.pop()
        kind = re.match(r"(?:struct|class|union|enum(?: class)?) (\w+)(?: final)?(?: ?:(?!:)[^;]*)? ?\{", line)
        if kind and all(spaces):
            yield number, "::".join([*spaces, kind.group(1)])


def check_names(files, report):
    """Two types of one name break the rule of one definition: the linker keeps the inline functions of either."""
    first = {}
    for file in files:
        if file.is_cpp and file.path.startswith(("src/", "dissectors/")):
            for number, name in named_types(file):
                if first.setdefault(name, file.path) != file.path:
                    report(file, number, f"another {name} is in {first[name]}: one name, one type")


def check(file, report, warn):
    check_length(file, report, warn)
    if not file.is_cpp or file.generated:
        return
    check_includes(file, report)
    check_words(file, report)
    check_globals(file, report)
    check_header(file, report)

// The command line. Habits of tcpdump and tshark where they agree.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "files/rotation.h"
#include "metrics/server.h"
#include "report/inventory/inventory.h"

namespace tlsscope::app {

struct Options {
    std::vector<std::string> inputs;
    std::string interface;           ///< to capture on; empty: read the inputs
    std::uint64_t snaplen = 262144;  ///< bytes kept of each packet
    bool promiscuous = true;
    std::uint64_t buffer_kib = 8192;                              ///< of the kernel
    std::uint64_t duration_s = 0;                                 ///< end the capture after so long; 0: never
    std::uint64_t max_connections = 0;                            ///< end the capture after so many; 0: never
    enum class Emit { handshake, close } emit = Emit::handshake;  ///< when a connection becomes a row
    std::string write;                                            ///< pcapng of the packets seen; empty: none
    std::string keep;                                             ///< which connections' packets; empty: all packets
    files::Rotation rotation;                                     ///< of what a live capture writes row by row
    std::optional<metrics::Address> metrics_address;              ///< to serve metrics at
    std::string metrics_file;                                     ///< to write metrics to; empty: none
    std::string filter;                                           ///< BPF
    std::string csv;                                              ///< empty: none; "-": standard output
    std::string json;
    std::string html;
    std::string cbom;                  ///< CycloneDX bill of materials
    std::string fail_on;               ///< conditions for a gate; empty: none
    std::string junit;                 ///< the gate's result as JUnit XML; empty: none
    std::vector<std::string> columns;  ///< empty: all
    std::vector<std::uint64_t> explain;
    std::uint64_t max_frames = 0;
    unsigned threads = 1;
    std::uint64_t memory_mib = 2048;
    std::string user;                ///< to become when the capture is open; empty: see privileges::choose_identity()
    std::string ca_file;             ///< to check chains against; "system": the machine's; empty: none
    std::optional<std::int64_t> at;  ///< Unix seconds at which certificates are checked; empty: the packet's
    std::string certs;               ///< folder to write chains to; empty: none
    bool sandbox = true;             ///< Landlock and seccomp
    bool summary_only = false;
    bool compare = false;                        ///< the two inputs are before and after
    std::vector<report::inventory::What> views;  ///< instead of the summary; empty: the summary
    bool quiet = false;
    int verbose = 0;
    bool ignore_vlan = false;
    enum class Color { automatic, always, never } color = Color::automatic;

    /// Something to print instead of analyzing.
    enum class Ask {
        nothing,
        help,
        version,
        list_columns,
        list_anomalies,
        list_rules,
        list_interfaces,
        show_limits
    } ask = Ask::nothing;

    std::string command_line;  ///< as given, for the reports

    bool writes_to_stdout() const {
        return csv == "-" || json == "-" || html == "-" || write == "-" || junit == "-" || cbom == "-";
    }
    /// Nothing else was asked for: on a terminal a capture is shown as a live table.
    bool wants_live_table() const {
        return !interface.empty() && !quiet && !summary_only && csv.empty() && json.empty() && explain.empty() &&
               !writes_to_stdout();
    }
    /// Standard output goes on while the files beside it rotate.
    files::Rotation rotation_of(const std::string& path) const { return path == "-" ? files::Rotation{} : rotation; }
};

/// Reads the command line. On bad usage: nothing, and one line for the user in `error`.
std::optional<Options> parse_options(int argc, const char* const* argv, std::string& error);

/// What --help prints.
std::string help_text();

}  // namespace tlsscope::app

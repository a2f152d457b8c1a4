#include "app/option_checks.h"

namespace tlsscope::app {

bool check_outputs(const Options& o, std::string& error) {
    const bool files =
        (!o.csv.empty() && o.csv != "-") || (!o.json.empty() && o.json != "-") || (!o.write.empty() && o.write != "-");
    if ((o.csv == "-") + (o.json == "-") + (o.html == "-") + (o.write == "-") + (o.junit == "-") + (o.cbom == "-") > 1)
        error = "only one of --csv, --json, --html, --cbom, --junit and --write can go to standard output";
    else if (!o.junit.empty() && o.fail_on.empty())
        error = "--junit writes how --fail-on came out: give its conditions";
    else if (!o.keep.empty() && o.write.empty()) error = "--keep says which packets to write: say where with -w FILE";
    else if (o.rotation.any() && !files) error = "-G and -C rotate files of --csv, --json and -w: none is asked for";
    else if (o.rotation.files != 0 && !o.rotation.any())
        error = "-W limits the files of -G or -C: give one of these too";
    return error.empty();
}

bool check_comparison(const Options& o, std::string& error) {
    if (!o.compare) return true;
    const bool others = !o.csv.empty() || !o.json.empty() || !o.cbom.empty() || !o.fail_on.empty() ||
                        !o.certs.empty() || !o.explain.empty() || !o.views.empty() || !o.columns.empty();
    if (!o.interface.empty() || o.inputs.size() != 2)
        error = "--compare takes two captures: before and after (a folder or a quoted pattern is one)";
    else if (others)
        error = "--compare prints a comparison, and writes it with --html: other reports are of one capture each";
    return error.empty();
}

}  // namespace tlsscope::app

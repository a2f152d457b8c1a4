#include "app/rights.h"

#include <cstdlib>
#include <ctime>

#include "app/logging.h"

namespace tlsscope::app {

privileges::Plan plan_for(const Options& options, bool listens) {
    privileges::Plan plan;
    plan.user = options.user;
    plan.sandbox = options.sandbox;
    plan.listens = listens;
    plan.outputs = {options.csv,          options.json,  options.html, options.write,
                    options.metrics_file, options.junit, options.cbom};
    if (!options.certs.empty()) plan.outputs.push_back(options.certs + "/certificate.pem");
    return plan;
}

bool give_up_rights(const privileges::Plan& plan) {
    // Names of rotated files have the local time: with the zone named, the C library has no reason to look again later.
    setenv("TZ", ":/etc/localtime", 0);
    tzset();
    const privileges::Dropped dropped = privileges::drop(plan);
    for (const std::string& state : dropped.states) log_info(state);
    if (!dropped.ok()) log_error(dropped.error);
    return dropped.ok();
}

}  // namespace tlsscope::app

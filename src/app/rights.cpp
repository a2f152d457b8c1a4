#include "app/rights.h"

#include "app/logging.h"

namespace tlsscope::app {

privileges::Plan plan_for(const Options& options, const std::vector<std::string>& more_outputs, bool listens) {
    privileges::Plan plan;
    plan.user = options.user;
    plan.sandbox = options.sandbox;
    plan.listens = listens;
    plan.outputs = {options.csv, options.json, options.html};
    plan.outputs.insert(plan.outputs.end(), more_outputs.begin(), more_outputs.end());
    return plan;
}

bool give_up_rights(const privileges::Plan& plan) {
    const privileges::Dropped dropped = privileges::drop(plan);
    for (const std::string& state : dropped.states) log_info(state);
    if (!dropped.ok()) log_error(dropped.error);
    return dropped.ok();
}

}  // namespace tlsscope::app

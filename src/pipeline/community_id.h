// Community ID v1: the same flow has the same name in Zeek, Suricata, Arkime and here.
#pragma once

#include <string>

#include "flow/key.h"

namespace tlsscope::pipeline {

/// https://github.com/corelight/community-id-spec, seed 0, TCP.
std::string community_id(const flow::FlowKey& key);

}  // namespace tlsscope::pipeline

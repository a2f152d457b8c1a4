// The words after --summary: `--summary` alone, `--summary tls,pq` and `--summary=tls,pq`, and never a file's name.
#pragma once

#include <string>
#include <vector>

#include "report/inventory/inventory.h"

namespace tlsscope::app {

/// Takes what is to be summed up out of the words of a command line and leaves --summary itself. The word after
/// --summary is taken when it is a list of views, whether a file has that name or not (./tls is the file then). False,
/// with one line in `error`, when a list has a word that is no view.
bool take_views(std::vector<std::string>& words, std::vector<report::inventory::What>& views, std::string& error);

}  // namespace tlsscope::app

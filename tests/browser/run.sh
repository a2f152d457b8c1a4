#!/usr/bin/env bash
# run.sh TLSSCOPE SOURCE_FOLDER MAKE_PAGE [PART OF A NAME]: the tests in node, from a copy beside the npm packages.
set -euo pipefail
source_dir=$2
work=$source_dir/build/browser
chromium=${TLSSCOPE_CHROMIUM:-/usr/bin/chromium}
if ! command -v node >/dev/null || [[ ! -x $chromium || ! -d $work/node_modules/playwright-core ]]; then
    echo "skipped: needs node, chromium and the packages of tests/browser/package-lock.json (tools/dev test installs them)"
    exit 77
fi
cp "$source_dir"/tests/browser/*.mjs "$work"/
exec node "$work/main.mjs" "$@"

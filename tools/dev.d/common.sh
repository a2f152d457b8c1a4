# shellcheck shell=bash disable=SC2034
# What the verbs share. Sourced by tools/dev, with ROOT as the working directory.

say() { echo "==> $*" >&2; }
die() { echo "tools/dev: $*" >&2; exit 2; }

# Debian packages by purpose. C.UTF-8 and apt come with the smallest Debian; nothing else is taken for granted.
PACKAGES_build=(g++ cmake ninja-build pkg-config libpcap-dev libarchive-dev libboost-dev libboost-program-options-dev libspdlog-dev
    libfmt-dev libssl-dev libxxhash-dev zlib1g-dev robin-map-dev rapidjson-dev libgoogle-perftools-dev libcap-ng-dev
    libseccomp-dev libncurses-dev)
# Peers of the tests that capture live; nginx: need_nginx.
PACKAGES_peers=(curl openssl tcpdump iproute2 libcap2-bin)
PACKAGES_test=(libgtest-dev libgmock-dev python3 python3-jsonschema python3-prometheus-client python3-pyte jq scdoc "${PACKAGES_peers[@]}")
PACKAGES_soak=(python3 tcpreplay "${PACKAGES_peers[@]}")
# Node from elsewhere brings an npm of its own, and Debian's conflicts with it.
PACKAGES_ui=()
command -v npm >/dev/null || PACKAGES_ui=(nodejs npm)
PACKAGES_browser=(chromium firefox-esr "${PACKAGES_ui[@]}")
PACKAGES_fmt=(clang-format)
PACKAGES_lint=(cppcheck python3 git)
PACKAGES_tidy=(clang-14 clang-tidy-14)
PACKAGES_nightly=(python3)
PACKAGES_valgrind=(valgrind python3 libc6-dbg)
PACKAGES_fuzz=(clang-14 libclang-rt-14-dev llvm-14)
PACKAGES_differential=(python3 tshark)
PACKAGES_bench=(python3)
PACKAGES_overload=(python3)
PACKAGES_office=(python3 libreoffice-calc)
PACKAGES_package=(scdoc dpkg-dev fakeroot python3)

missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == "install ok installed" ]] || echo "$package"
    done
}

# No process substitution here and in the verbs: in a bare chroot without /proc there is no /dev/fd.
# need_packages GROUP... : installs what is missing of these groups, and says so. Quick when nothing is.
need_packages() {
    local group wanted=() missing=()
    for group in "$@"; do
        local -n list=PACKAGES_$group
        wanted+=("${list[@]}")
    done
    read -r -d '' -a missing <<<"$(missing_packages "${wanted[@]}")" || true
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || die "not a Debian system; install these by hand: ${missing[*]}"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "missing packages, and neither root nor sudo: apt-get install ${missing[*]}"
        apt=(sudo "${apt[@]}")
    fi
    say "installing with apt-get: ${missing[*]}"
    # A package list as it is may do; it is fetched again only when apt cannot find or fetch something.
    if ! "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null 2>&1; then
        say "fetching the package lists (apt-get update)"
        "${apt[@]}" update </dev/null >/dev/null
        "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
    fi
}

# nginx unpacked, not installed: the package would start a web server, now and at every boot. Without one, what needs it
# is skipped.
need_nginx() {
    local dir=$ROOT/build/peers
    command -v nginx >/dev/null && return 0
    if [[ ! -x $dir/usr/sbin/nginx ]]; then
        say "unpacking nginx in build/peers"
        mkdir -p "$dir"
        (cd "$dir" && apt-get -qq download nginx && dpkg-deb -x nginx_*.deb . && rm nginx_*.deb) </dev/null >/dev/null 2>&1 || {
            say "nginx could not be fetched (apt-get update?)"
            return 0
        }
    fi
    export PATH=$dir/usr/sbin:$PATH
}

# npm_packages DIR : what DIR/package-lock.json lists, exactly; fetched only when the list changed.
npm_packages() {
    local dir=$1
    [[ -f $dir/.installed ]] && cmp -s "$dir/package-lock.json" "$dir/.installed" && return 0
    say "npm ci in $dir"
    (cd "$dir" && npm ci --no-audit --no-fund --silent) || return 1
    cp "$dir/package-lock.json" "$dir/.installed"
}

cores() { nproc 2>/dev/null || echo 2; }

# configure DIR CMAKE_ARGUMENTS... : runs CMake only when the arguments changed (Ninja reruns it for changed lists).
configure() {
    local dir=$1
    shift
    local stamp=$dir/.configured
    [[ -f $dir/build.ninja && -f $stamp && $(<"$stamp") == "$*" ]] && return 0
    mkdir -p "$dir"
    cmake -G Ninja -S "$ROOT" -B "$dir" "$@" >"$dir/configure.log" 2>&1 || {
        cat "$dir/configure.log" >&2
        die "cmake failed in $dir"
    }
    echo "$*" >"$stamp"
}

# build_kind KIND [ninja targets...] : configures and builds build/KIND.
build_kind() {
    local kind=$1 dir=build/$1
    shift
    local cmake=()
    case "$kind" in
        release) cmake=(-DCMAKE_BUILD_TYPE=Release -DTLSSCOPE_TESTS=OFF) ;;
        werror) cmake=(-DCMAKE_BUILD_TYPE=Release -DTLSSCOPE_TESTS=OFF -DTLSSCOPE_WERROR=ON) ;;
        # -O1 and -g1: half the compile time of -O2 -g, and the stack traces still have their lines.
        asan) cmake=(-DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1" -DTLSSCOPE_SANITIZE=ON) ;;
        debug) cmake=(-DCMAKE_BUILD_TYPE=Debug) ;;
        tsan)
            cmake=(-DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1 -fsanitize=thread"
                -DCMAKE_EXE_LINKER_FLAGS=-fsanitize=thread)
            ;;
        # -O0: no line is merged with another. Two threads count in one place: atomically, or counts are lost.
        coverage)
            cmake=(-DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=-O0 --coverage -fprofile-update=atomic")
            ;;
        fuzz)
            cmake=(-DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1 -fsanitize=fuzzer-no-link"
                -DCMAKE_CXX_COMPILER=clang++-14 -DTLSSCOPE_SANITIZE=ON -DTLSSCOPE_FUZZ=ON -DTLSSCOPE_TESTS=OFF)
            ;;
        *) die "no build kind '$kind' (release werror asan debug tsan coverage fuzz)" ;;
    esac
    configure "$dir" "${cmake[@]}"
    say "building $dir"
    ninja -C "$dir" -j "$(cores)" --quiet ${NINJA_FLAGS:-} "$@"
}

# The sanitizers read their options and the leak check its threads from /proc, which a bare chroot lacks.
need_proc() {
    [[ -d /proc/self/task ]] && return 0
    say "mounting /proc: the sanitizers need it"
    mount -t proc proc /proc || die "no /proc: mount -t proc proc /proc"
}

# The sanitizers stop at the first fault; leaks count.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}

run_ctest() {
    local dir=$1
    shift
    ctest --test-dir "$dir" --output-on-failure -j "$(cores)" "$@"
}

#!/usr/bin/env bash
# Brings a machine from a fresh clone to one that runs (run) or tests (dev) the product.
#
# usage: scripts/setup.sh run|dev
# run: Python packages only. dev: also the Debian packages that the tests use, which root gets
# installed and anybody else is told about. Does nothing, quickly, when nothing is to be done.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose=${1:-}
if [[ $purpose != run && $purpose != dev ]]; then
    echo "usage: scripts/setup.sh run|dev" >&2
    exit 2
fi

say() { echo "set-up: $*" >&2; }

# --- Debian packages ---------------------------------------------------------------------------

# The package, and a command or file that shows it is there, whoever installed it.
# libatomic1 is for the Node that Playwright brings along.
declare -A shown_by=(
    [postgresql]='compgen -G "/usr/lib/postgresql/*/bin/initdb"'
    [chromium]='command -v chromium || command -v chromium-browser || command -v google-chrome'
    [libatomic1]='compgen -G "/usr/lib*/libatomic.so.1" || compgen -G "/usr/lib/*/libatomic.so.1"'
    [fonts-noto-cjk]='fc-list | grep -i "Noto.*CJK"'
    [fonts-lxgw-wenkai]='fc-list | grep -i "LXGW"'
    [fontconfig]='command -v fc-list'
    [poppler-utils]='command -v pdftoppm'
    [gettext]='command -v msgfmt'
    [libreoffice-writer-nogui]='compgen -G "/usr/lib*/libreoffice/program/libswlo.so"'
    [libreoffice-calc-nogui]='compgen -G "/usr/lib*/libreoffice/program/libsclo.so"'
)

lacking() {
    local package
    for package in "$@"; do
        (eval "${shown_by[$package]}") >/dev/null 2>&1 || echo "$package"
    done
}

apt_install() {
    local log
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    say "installing $*"
    # A new machine has no package lists; one that has them is spared the time.
    if ! apt-get install -y -q --no-install-recommends "$@" >"$log" 2>&1; then
        if ! { apt-get update -q && apt-get install -y -q --no-install-recommends "$@"; } \
            >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            rm -f "$log"
            return 1
        fi
    fi
    rm -f "$log"
}

# need WHY PACKAGE...: has them installed, or says what is missing and how to get it.
need() {
    local why=$1
    shift
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && apt_install "$@"; then
        return 0
    fi
    say "missing $why: $*"
    say "on Debian 12, as root: apt-get update && apt-get install $*"
    exit 1
}

# --- Python ------------------------------------------------------------------------------------

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Debian's own first: it is compiled for speed, which others in PATH often are not (the tests take a
# fifth less), and is mended with the system.
find_python() {
    local name
    for name in /usr/bin/python3 python3 python3.11 python3.12 python3.13; do
        if usable "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

make_environment() {
    local python
    if ! python=$(find_python); then
        need "Python 3.11 with venv" python3 python3-venv
        python=$(find_python) || { say "no Python of version 3.11 or later found"; exit 1; }
    fi
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
}

quiet_pip() { .venv/bin/python -m pip --quiet --quiet --disable-pip-version-check "$@"; }

fill_environment() {
    say "installing the Python packages that are locked for $purpose"
    if quiet_pip install --require-hashes -r requirements-build.lock 2>/dev/null; then
        local uv=(.venv/bin/uv --quiet pip)
        if [[ $purpose == dev ]]; then
            "${uv[@]}" sync --python .venv/bin/python --require-hashes \
                requirements-build.lock requirements-dev.lock
        else
            "${uv[@]}" install --python .venv/bin/python --require-hashes -r requirements.lock
        fi
        "${uv[@]}" install --python .venv/bin/python --no-deps --no-build-isolation --editable .
    else
        say "uv is not to be had; pip does it more slowly"
        local lock=requirements.lock
        [[ $purpose == dev ]] && lock=requirements-dev.lock
        quiet_pip install --require-hashes -r "$lock"
        quiet_pip install --no-deps --editable .
    fi
}

# What the environment was last filled with; a filling for tests serves for running too.
stamp_of() {
    {
        cat pyproject.toml requirements-build.lock requirements.lock
        [[ $1 == run ]] || cat requirements-dev.lock
        pwd
    } | sha256sum | cut -d' ' -f1
}

filled() { [[ -f .venv/.set-up-$1 && $(<".venv/.set-up-$1") == $(stamp_of "$1") ]]; }

if ! .venv/bin/python -c '' 2>/dev/null; then
    make_environment
fi
if ! filled "$purpose" && ! filled dev; then
    rm -f .venv/.set-up-*
    fill_environment
    stamp_of "$purpose" >".venv/.set-up-$purpose"
fi

if [[ $purpose == dev ]]; then
    mapfile -t missing < <(lacking "${!shown_by[@]}")
    if ((${#missing[@]})); then
        need "for the tests" "${missing[@]}"
        mapfile -t missing < <(lacking "${!shown_by[@]}")
        if ((${#missing[@]})); then
            say "installed, and still not found: ${missing[*]}"
            exit 1
        fi
    fi
fi

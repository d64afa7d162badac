#!/usr/bin/env bash
# Writes the lock files out of pyproject.toml; with --check, says whether they still fit it.
#
# usage: scripts/lock.sh [--check] [--upgrade]
# A lock names every file by its hash, holds for each Linux machine, and names no index.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

check=no
flags=()
for word in "$@"; do
    case $word in
        --check) check=yes ;;
        --upgrade) flags+=(--upgrade) ;;
        *) echo "usage: scripts/lock.sh [--check] [--upgrade]" >&2; exit 2 ;;
    esac
done

uv=.venv/bin/uv
if [[ ! -x $uv ]]; then
    echo "scripts/lock.sh needs uv: run scripts/setup.sh dev first." >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# An existing lock is read first, so that only what must change does.
compile() {
    local lock=$1
    shift
    [[ -f $lock ]] && cp "$lock" "$work/$lock"
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate "${flags[@]}" \
        --output-file "$work/$lock" "$@" >"$work/said" || { cat "$work/said" >&2; exit 1; }
}

# One version of each package in all three, since one environment holds them.
compile requirements.lock pyproject.toml
compile requirements-dev.lock --extra dev --constraint "$work/requirements.lock" pyproject.toml
compile requirements-build.lock --group build --constraint "$work/requirements-dev.lock"

for lock in requirements-build.lock requirements.lock requirements-dev.lock; do
    if [[ $check == yes ]]; then
        cmp --silent "$lock" "$work/$lock" || {
            echo "$lock does not fit pyproject.toml: run make lock." >&2
            exit 1
        }
    else
        cp "$work/$lock" "$lock"
    fi
done

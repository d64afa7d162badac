#!/usr/bin/env bash
# Everything that must hold: style, borders, types, the tests on SQLite, on PostgreSQL and in a
# browser. While those on SQLite run, the others take their turn beside them. Runs every step even
# when one fails, and closes with what each said.
#
# usage: scripts/test.sh [lint]
# BANGFU_LONG=1: those tests that kill processes do so for two minutes each, not for some seconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

only=${1:-all}
if [[ $only != all && $only != lint ]]; then
    echo "usage: scripts/test.sh [lint]" >&2
    exit 2
fi

work=$(mktemp -d)
export POSTGRES_STATE=$work/postgres
tidy() {
    [[ -z ${beside:-} ]] || kill -- "-$beside" 2>/dev/null || true
    scripts/postgres.sh stop || true
    rm -rf "$work"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Nothing of this machine's own installation is touched or believed.
for name in $(compgen -e BANGFU_ || true); do
    [[ $name == BANGFU_LONG ]] || unset "$name"
done
export BANGFU_DATA=$work/data
export DJANGO_SETTINGS_MODULE=bangfu.config.settings
# Every process that a test starts finds what the first of them compiled, in the next run too, and
# the tree stays clean.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$PWD/.venv/compiled
export PATH=$PWD/.venv/bin:$PATH

begun=$SECONDS
# What each step came to stands in files, since some steps run beside others.
touch "$work/times" "$work/closing" "$work/failed"

# step NAME COMMAND...: runs it, shows how long it took, remembers whether it failed.
step() {
    local name=$1 since=$SECONDS verdict=ok log
    log=$(mktemp -p "$work")
    shift
    printf '\n── %s\n' "$name"
    if ! "$@" 2>&1 | tee "$log"; then
        verdict=FAILED
        echo "$name" >>"$work/failed"
    fi
    printf '%-28s %4d s  %s\n' "$name" $((SECONDS - since)) "$verdict" >>"$work/times"
    if [[ $1 == pytest ]]; then
        last=$(tail -n 1 "$log")
        printf '%-20s %s\n' "$name" "$last" >>"$work/closing"
    fi
}

finish() {
    printf '\n── in all %d s\n' $((SECONDS - begun))
    cat "$work/times"
    [[ ! -s $work/closing ]] || { echo; cat "$work/closing"; }
    [[ ! -s $work/failed ]] || printf '\nFAILED: %s\n' "$(paste -sd ',' "$work/failed" | sed 's/,/, /g')"
    if [[ -n ${last:-} ]]; then
        printf '%s\n' "$last"
    fi
    [[ ! -s $work/failed ]] || exit 1
    exit 0
}

checks() {
    step "ruff check" ruff check
    step "ruff format" ruff format --check
    step "imports (lint-imports)" lint-imports --no-logo
    step "types (mypy)" mypy
    step "dependencies (deptry)" deptry .
    step "templates (djlint)" djlint --lint --quiet bangfu
    step "django check" python -m django check --fail-level WARNING
    step "migrations complete" python -m django makemigrations --check --dry-run
    if [[ -f scripts/translations.py ]]; then
        step "translations" python scripts/translations.py --check
    fi
}

step "set-up" scripts/setup.sh dev
[[ ! -s $work/failed ]] || finish

if [[ $only == lint ]]; then
    checks
    finish
fi
pytest=(pytest --durations=10 --durations-min=0.5)
# A file stays with one of the two: what its tests share is made once.
two=(-n 2 --dist loadfile --no-loadscope-reorder)
# Tests wait for processes, pages and each other; what runs beside them fills the gaps, and by then
# those on PostgreSQL are under way when the others end. What it says is shown from then on. The
# servers of the browser keep their rows on SQLite, whatever database the tests are given.
beside() {
    checks
    local opening address
    mapfile -t opening < <(grep -rlF --include='*.py' pytest.mark.browser tests)
    step "tests in a browser" "${pytest[@]}" -m browser "${opening[@]}"
    if address=$(scripts/postgres.sh start); then
        BANGFU_DATABASE_URL=$address step "tests on PostgreSQL" "${pytest[@]}" "${two[@]}"
    else
        echo "tests on PostgreSQL: no server, see above" >>"$work/times"
        echo "tests on PostgreSQL" >>"$work/failed"
    fi
}
set -m # a group of its own, so that it ends as a whole where this ends before it
beside >"$work/beside" 2>&1 </dev/null &
beside=$!
set +m
step "tests on SQLite" "${pytest[@]}" "${two[@]}"
tail -n +1 -f --pid="$beside" "$work/beside"
wait "$beside" || echo "checks, browser or PostgreSQL" >>"$work/failed"
beside=
finish

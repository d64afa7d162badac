#!/usr/bin/env bash
# Everything that must hold: style, borders, types, then the tests on SQLite, on PostgreSQL and in
# a browser. Runs every step even when one fails, and closes with what each said.
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
# Every process that a test starts finds what the first of them compiled, and the tree stays clean.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$work/compiled
export PATH=$PWD/.venv/bin:$PATH

begun=$SECONDS
times=()
failed=()
closing=()

# step NAME COMMAND...: runs it, shows how long it took, remembers whether it failed.
step() {
    local name=$1 since=$SECONDS log=$work/log verdict=ok
    shift
    printf '\n── %s\n' "$name"
    if ! "$@" 2>&1 | tee "$log"; then
        verdict=FAILED
        failed+=("$name")
    fi
    times+=("$(printf '%-28s %4d s  %s' "$name" $((SECONDS - since)) "$verdict")")
    if [[ $1 == pytest ]]; then
        closing+=("$(printf '%-20s %s' "$name" "$(tail -n 1 "$log")")")
        last=$(tail -n 1 "$log")
    fi
}

finish() {
    printf '\n── in all %d s\n' $((SECONDS - begun))
    printf '%s\n' "${times[@]}"
    if ((${#closing[@]})); then
        printf '%s\n' "" "${closing[@]}"
    fi
    if ((${#failed[@]})); then
        printf '\nFAILED:'
        printf ' %s' "${failed[0]}"
        ((${#failed[@]} == 1)) || printf ', %s' "${failed[@]:1}"
        printf '\n'
    fi
    if [[ -n ${last:-} ]]; then
        printf '%s\n' "$last"
    fi
    exit $((${#failed[@]} > 0))
}

step "set-up" scripts/setup.sh dev
((${#failed[@]} == 0)) || finish

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
[[ $only == all ]] || finish

pytest=(pytest --durations=10 --durations-min=0.5)
# A file stays with one of the two: what its tests share is made once.
two=(-n 2 --dist loadfile --no-loadscope-reorder)
step "tests on SQLite" "${pytest[@]}" "${two[@]}"

if address=$(scripts/postgres.sh start); then
    export BANGFU_DATABASE_URL=$address
    step "tests on PostgreSQL" "${pytest[@]}" "${two[@]}"
else
    times+=("tests on PostgreSQL: no server, see above")
    failed+=("tests on PostgreSQL")
fi
step "tests in a browser" "${pytest[@]}" "${two[@]}" -m browser
finish

#!/usr/bin/env bash
# A private PostgreSQL to throw away: for tests, reached by a socket of its own, not by network.
#
# usage: scripts/postgres.sh start [durable]   prints its address, for BANGFU_DATABASE_URL
#        scripts/postgres.sh stop              ends what start began, and nothing else
#        scripts/postgres.sh crash [kill]      ends it without warning, its files stay as they lie
#        scripts/postgres.sh again             starts it again on those files
# durable: what was acknowledged is on the disk, as in use; without, tests are quicker.
# POSTGRES_STATE names the folder that remembers what was started (var/test-postgres).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

state=${POSTGRES_STATE:-var/test-postgres}

fail() {
    echo "scripts/postgres.sh: $*" >&2
    exit 1
}

# Debian keeps each version's programs apart; what stands first in PATH may be anything.
find_programs() {
    local found
    found=$(compgen -G "/usr/lib/postgresql/*/bin/initdb" | sort -V | tail -n 1) || true
    [[ -n $found ]] || fail "PostgreSQL is not installed here (Debian package: postgresql)."
    dirname "$found"
}

# PostgreSQL refuses to run as root, so root lends the work to a user without rights.
owner=$(id -un)
if [[ $(id -u) == 0 ]]; then
    owner=nobody
    id postgres >/dev/null 2>&1 && owner=postgres
fi

as_owner() {
    if [[ $(id -un) == "$owner" ]]; then
        "$@"
    else
        (cd / && runuser -u "$owner" -- "$@")
    fi
}

pid_of() { [[ -f $1/data/postmaster.pid ]] && head -n 1 "$1/data/postmaster.pid"; }

running() { [[ -n ${1:-} ]] && as_owner kill -0 "$1" 2>/dev/null; }

stop() {
    [[ -f $state/home ]] || return 0
    local home programs pid
    home=$(<"$state/home")
    programs=$(find_programs)
    pid=$(pid_of "$home") || pid=
    if running "$pid"; then
        as_owner "$programs/pg_ctl" stop --silent --mode=immediate --wait --pgdata="$home/data"
    fi
    rm -rf "$home" "$state"
}

# As in use, or quick: what a power cut would do to the rows of tests is nobody's concern.
durability() {
    local on=off
    [[ ${1:-} != durable ]] || on=on
    printf '%s = %s\n' fsync "$on" synchronous_commit "$on" full_page_writes "$on"
}

# The processes of a killed one hold its memory for a moment; until then a new one does not start.
launch() {
    local programs=$1 home=$2 tries
    for tries in 1 2 3 4 5 6 7 8 9 10; do
        if as_owner "$programs/pg_ctl" start --silent --wait --timeout=60 \
            --pgdata="$home/data" --log="$home/log" >>"$state/log" 2>&1; then
            return 0
        fi
        [[ ${3:-} == patient ]] || break
        sleep 0.5
    done
    tail -n 20 "$home/log" >&2
    return 1
}

crash() {
    [[ -f $state/home ]] || fail "nothing was started here."
    local home pid
    home=$(<"$state/home")
    pid=$(pid_of "$home") || fail "it does not run."
    if [[ ${1:-} == kill ]]; then
        as_owner kill -KILL "$pid"
    else
        as_owner "$(find_programs)/pg_ctl" stop --silent --mode=immediate --wait \
            --pgdata="$home/data"
    fi
}

again() {
    [[ -f $state/home ]] || fail "nothing was started here."
    launch "$(find_programs)" "$(<"$state/home")" patient || fail "the server did not start again."
}

start() {
    local programs home
    programs=$(find_programs)
    if [[ -f $state/home ]]; then
        home=$(<"$state/home")
        if running "$(pid_of "$home")"; then
            fail "one is running already; end it with: scripts/postgres.sh stop"
        fi
        rm -rf "$home" "$state"
    fi
    # Not in the checkout, which the other user may be unable to reach; and a socket's path is short.
    home=$(mktemp -d /tmp/bangfu-postgres.XXXXXX)
    mkdir -p "$state"
    echo "$home" >"$state/home"
    trap 'stop || true' ERR
    chmod 700 "$home"
    [[ $(id -un) == "$owner" ]] || chown "$owner" "$home"
    as_owner "$programs/initdb" --pgdata="$home/data" --username=bangfu --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$state/log" 2>&1 \
        || { tail -n 20 "$state/log" >&2; stop; fail "initdb failed."; }
    as_owner tee -a "$home/data/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$home'
unix_socket_permissions = 0700
$(durability "${1:-}")
max_connections = 60
shared_buffers = '256MB'
END
    launch "$programs" "$home" || { stop; fail "the server did not start."; }
    "$programs/createdb" --host="$home" --username=bangfu bangfu
    trap - ERR
    echo "postgres://bangfu@/bangfu?host=$home"
}

case ${1:-}:${2:-} in
    start: | start:durable) start "${2:-}" ;;
    stop:) stop ;;
    crash: | crash:kill) crash "${2:-}" ;;
    again:) again ;;
    *) echo "usage: scripts/postgres.sh start [durable]|stop|crash [kill]|again" >&2; exit 2 ;;
esac

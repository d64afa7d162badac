#!/usr/bin/env bash
# A private PostgreSQL to throw away: for tests, reached by a socket of its own, not by network.
#
# usage: scripts/postgres.sh start    prints its address, for BANGFU_DATABASE_URL
#        scripts/postgres.sh stop     ends what start began, and nothing else
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

running() { [[ -n ${1:-} ]] && as_owner kill -0 "$1" 2>/dev/null; }

stop() {
    [[ -f $state/home ]] || return 0
    local home programs pid=
    home=$(<"$state/home")
    programs=$(find_programs)
    [[ -f $home/data/postmaster.pid ]] && pid=$(head -n 1 "$home/data/postmaster.pid")
    if running "$pid"; then
        as_owner "$programs/pg_ctl" stop --silent --mode=immediate --wait --pgdata="$home/data"
    fi
    rm -rf "$home" "$state"
}

start() {
    local programs home
    programs=$(find_programs)
    if [[ -f $state/home ]]; then
        home=$(<"$state/home")
        if [[ -f $home/data/postmaster.pid ]] \
            && running "$(head -n 1 "$home/data/postmaster.pid")"; then
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
    # What a power cut would do to these rows is nobody's concern.
    as_owner tee -a "$home/data/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$home'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 60
shared_buffers = '256MB'
END
    as_owner "$programs/pg_ctl" start --silent --wait --timeout=60 \
        --pgdata="$home/data" --log="$home/log" >>"$state/log" 2>&1 \
        || { tail -n 20 "$home/log" >&2; stop; fail "the server did not start."; }
    "$programs/createdb" --host="$home" --username=bangfu bangfu
    trap - ERR
    echo "postgres://bangfu@/bangfu?host=$home"
}

case ${1:-} in
    start) start ;;
    stop) stop ;;
    *) echo "usage: scripts/postgres.sh start|stop" >&2; exit 2 ;;
esac

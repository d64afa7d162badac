#!/usr/bin/env bash
# Puts the Fandol faces (仿宋, 黑体, 宋体, 楷体) into var/faces, for papers in pdf.
#
# usage: scripts/fetch-faces.sh [DIRECTORY]
# They come out of Debian's texlive-lang-chinese, of which nothing else is kept or installed; no
# root is needed. Their licence (GPL with an exception for documents that embed them) is put beside
# them. Where apt is missing or has no answer, papers are printed with the faces that are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

package=texlive-lang-chinese
faces=(
    FandolFang-Regular FandolHei-Regular FandolHei-Bold FandolKai-Regular
    FandolSong-Regular FandolSong-Bold
)
target=${1:-var/faces}

say() { echo "faces: $*" >&2; }

complete() {
    local face
    for face in "${faces[@]}"; do
        [[ -s $target/$face.otf ]] || return 1
    done
    [[ -s $target/COPYING ]]
}

skip() {
    say "skipped: $*; papers will be printed with the faces that this machine has"
    exit 0
}

if complete; then
    exit 0
fi
for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || skip "$tool is not to be had"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As root, apt fetches under an account of its own, which must be able to write here.
chmod 0755 "$work"
if [[ $(id -u) == 0 ]] && id _apt >/dev/null 2>&1; then
    chown _apt "$work"
fi

download() { (cd "$work" && apt-get download -q "$package") >"$work/log" 2>&1; }

say "fetching the Fandol faces out of $package (about 50 MB, of which 35 are kept)"
if ! download; then
    # A new machine has no package lists; only root may fetch them.
    if [[ $(id -u) != 0 ]] || ! apt-get update -q >"$work/log" 2>&1 || ! download; then
        tail -n 3 "$work/log" >&2
        skip "$package could not be fetched"
    fi
fi

archive=$(compgen -G "$work/${package}_*.deb" | head -n 1)
dpkg-deb -x "$archive" "$work/tree"
mkdir -p "$target"
for face in "${faces[@]}"; do
    found=$(find "$work/tree" -name "$face.otf" -print -quit)
    [[ -n $found ]] || skip "$package no longer holds $face"
    install -m 0644 "$found" "$target/$face.otf"
done
licence=$(find "$work/tree" -path '*fandol/COPYING*' -print -quit)
[[ -n $licence ]] || skip "$package no longer holds the licence of the faces"
if [[ $licence == *.gz ]]; then
    gzip -dc "$licence" >"$target/COPYING"
else
    install -m 0644 "$licence" "$target/COPYING"
fi
say "put ${#faces[@]} faces into $target"

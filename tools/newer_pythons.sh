#!/usr/bin/env bash
# Run a command where Python 3.14 and 3.15 are installed: in a small Debian "unstable" of its own, below one folder.
#
#     tools/newer_pythons.sh FOLDER COMMAND...
#     tools/newer_pythons.sh /var/tmp/unstable make test PYTHON=python3.15 VENV=.venv-3.15
#
# The first call fills FOLDER with debootstrap (about 700 MB, a minute or two), later calls use what is there, as long as
# the list of packages is the same; delete the folder to start afresh. The command runs in this work tree, with the pip
# settings and the certificates of this machine. What is mounted for it vanishes with it. Needs root and debootstrap. If
# either is missing, or the folder cannot be filled, one line says so and the exit status is 75; otherwise it is that of
# the command.
set -euo pipefail
packages=ca-certificates,git,make,procps,python3.14,python3.14-venv,python3.15,python3.15-venv
# The tests also use these if they are there.
packages+=,fonts-dejavu-core,libpython3.14-testsuite,libpython3.15-testsuite
packages+=,haproxy,redis-server,redis-tools

skip() { echo "skipped, Python 3.14 and 3.15: $1"; exit 75; }

[ $# -ge 2 ] || { echo "usage: $0 FOLDER COMMAND..." >&2; exit 2; }
[ "$(id -u)" = 0 ] || skip "only root can fill and enter a root folder"
PATH=$PATH:/usr/sbin:/sbin
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
mkdir -p "$1"
root=$(cd "$1" && pwd)
shift

if [ "$packages" != "$(cat "$root/.ready" 2>/dev/null)" ]; then
    [ ! -e "$root/.ready" ] || rm -rf --one-file-system "$root"  # filled with other packages, by an earlier version
    echo "Filling $root with Debian unstable ..."
    debootstrap --variant=minbase --include="$packages" unstable "$root" >"$root.log" 2>&1 ||
        skip "debootstrap failed, see $root.log"
    echo "$packages" >"$root/.ready"
fi

# What pip uses on this machine: its settings, its cache, and the files and folders that its settings and PIP_* name (a
# local index keeps its packages next to its folder "simple").
shared="/etc/hosts /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt /etc/pip.conf /etc/xdg/pip"
shared+=" $HOME/.config/pip $HOME/.pip $(python3 -m pip cache dir 2>/dev/null || true)"
shared+=" $(python3 -m pip config list 2>/dev/null | grep -o "/[a-z][^' ]*" | sed 's|/simple$||' || true)"

export root shared
exec unshare --mount bash -euc '
    bind() {
        if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root${1%/*}"; touch "$root$1"; fi
        mount --rbind "$1" "$root$1"
    }
    here=$(pwd)
    for path in /dev /proc /sys "$here" $shared; do
        [ ! -e "$path" ] || bind "$(realpath "$path")"
    done
    # A work tree of git may keep its history elsewhere.
    history=$(realpath "$(git rev-parse --git-common-dir 2>/dev/null || echo .)")
    case $history in "$here"*) ;; *) bind "$history" ;; esac
    exec chroot "$root" /usr/bin/env -C "$here" -u root -u shared PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
' bash "$@"

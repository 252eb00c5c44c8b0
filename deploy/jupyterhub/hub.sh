#!/bin/sh
# The class's JupyterHub on this machine; run it as root. README.md beside this file says what for.
#
#     hub.sh install           set up the environment in $HUB, which is /opt/many-clients-hub unless you say otherwise
#     hub.sh add NAME...       make a Linux user for each learner, and print their passwords
#     hub.sh remove NAME...    remove them, their homes included
#     hub.sh start             run the hub, on port 8000
set -eu
here=$(cd "$(dirname "$0")" && pwd)
hub=${HUB:-/opt/many-clients-hub}
group=learners

install() {
    "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The course needs Python 3.11 or later."; exit 1; }
    echo "Setting up $hub: about 130 packages, 120 MB to download, a minute or two ..."
    "${PYTHON:-python3}" -m venv --clear "$hub"
    (cd "$here/../.." && "$hub/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt '.[lab,classroom,hub]')
    npm install --silent --no-fund --no-audit --prefix "$hub" configurable-http-proxy@5
    MPLCONFIGDIR=$hub/share/many-clients/matplotlib "$hub/bin/python" -c 'import matplotlib.font_manager' 2>/dev/null
    chmod -R go+rX "$hub"
    getent group $group >/dev/null || groupadd $group
    mkdir -p -m 700 "$hub/state"
    echo "... done."
}

add() {
    for name; do
        password=$("$hub/bin/python" -c 'import secrets; print(secrets.token_urlsafe(9))')
        useradd --create-home --groups $group --shell /bin/bash "$name"
        chmod 700 "$(getent passwd "$name" | cut -d: -f6)"
        echo "$name:$password" | chpasswd
        echo "$name $password"
    done
}

remove() {
    for name; do
        id -nG "$name" | tr ' ' '\n' | grep -qx $group || { echo "$name is not one of the $group"; exit 1; }
        pkill -KILL -U "$name" || true
        userdel --remove "$name" 2>/dev/null
    done
}

start() {
    cd "$hub/state"
    exec "$hub/bin/jupyterhub" --config "${HUB_CONFIG:-$here/jupyterhub_config.py}"
}

case ${1:-} in
    install | add | remove | start) action=$1; shift; $action "$@" ;;
    *) sed -n 's/^# \{0,1\}//; 2,8p' "$0"; exit 2 ;;
esac

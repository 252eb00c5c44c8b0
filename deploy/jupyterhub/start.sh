#!/bin/sh
# Runs as a learner, each time that the learner's server starts: the lessons first, then the server in their folder.
set -eu
lessons=$HOME/many-clients
python=$(dirname "$(command -v jupyterhub-singleuser)")/python

umask 077
# What a server that was killed has left here would look like running ones.
rm -f "$HOME"/.local/share/jupyter/runtime/jpserver-* "$HOME"/.local/share/jupyter/runtime/kernel-*
# matplotlib would spend half a minute on a list of the system's fonts, and say so in the first picture's cell.
fonts=$("$python" -c 'import sys; print(sys.prefix)')/share/many-clients/matplotlib
if [ -d "$fonts" ] && [ ! -d "$HOME/.cache/matplotlib" ]; then
    mkdir -p "$HOME/.cache"
    cp -R "$fonts" "$HOME/.cache/matplotlib"
fi
[ -d "$lessons" ] || "$python" -m course lessons "$lessons"
cd "$lessons"

# systemd limits a learner as a whole. Without it, at least no single process may grow for ever.
[ -d /run/systemd/system ] || ulimit -v 16777216
exec jupyterhub-singleuser "$@"

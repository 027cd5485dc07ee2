#!/usr/bin/env bash
# Installs this very version of the crawler beside whatever the job has, and puts nothing but it on the path.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Isolated, or a venv.py or a folder pip of the work tree would be run.
python -I -m venv "$WORK/venv"
"$WORK/venv/bin/python" -I -m pip install --disable-pip-version-check --no-input --quiet "${GITHUB_ACTION_PATH:?}[site]"
mkdir -p "$WORK/bin"
ln -sf "$WORK/venv/bin/crawler" "$WORK/bin/crawler"
printf '%s\n' "$WORK/bin" >> "$GITHUB_PATH"
"$WORK/bin/crawler" --version

# shellcheck shell=bash
# What the steps share: messages to the runner, and outputs. Read by them, not run.
set -euo pipefail

# The name of the database in the release that holds it from run to run.
export DATA_FILE=landscape.db
# What GitHub shows beside commits of workflows.
export BOT_NAME='github-actions[bot]'
export BOT_MAIL='41898282+github-actions[bot]@users.noreply.github.com'
WORK="${RUNNER_TEMP:?}/landscape-crawler"
mkdir -p "$WORK"

# say LEVEL TEXT: an annotation of the run; LEVEL is error, warning or notice.
say() {
  local text=$2
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::%s::%s\n' "$1" "$text"
}

fail() {
  say error "$1"
  exit 1
}

# output NAME VALUE: an output of the step; the end mark cannot be guessed, so that no value can add another output.
output() {
  local mark
  mark="end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  printf '%s<<%s\n%s\n%s\n' "$1" "$mark" "$2" "$mark" >> "$GITHUB_OUTPUT"
}

# harmless COMMAND…: runs it while the runner takes nothing that is printed for a command of its own.
harmless() {
  local mark code=0
  mark="stop-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  printf '::stop-commands::%s\n' "$mark"
  # One stream: of two the runner may take up the second when the first has ended this.
  "$@" 2>&1 || code=$?
  printf '::%s::\n' "$mark"
  return "$code"
}

# is_not_there FILE: whether gh said in FILE that GitHub knows no such thing.
is_not_there() {
  grep -q 'HTTP 404' "$1"
}

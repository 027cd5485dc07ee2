#!/usr/bin/env bash
# Asks for what is stale. Done in part is a warning: what is missing comes with the next run.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

refresh() {
  # Its headline may rest on figures that may not be published, and logs of public repositories are public.
  crawler refresh --db "$DATABASE" --deadline "$DEADLINE" "$SEEDS" > /dev/null
}

code=0
harmless refresh || code=$?
output exit-code "$code"
output database "$DATABASE"
case $code in
  0) ;;
  3) say warning "the refresh was done in part; the next run goes on. The log of the step Refresh says what is missing" ;;
  2) fail "the refresh could not begin: the list, a setting or the database is at fault (one that a newer version of the \
action has written needs that version); the log of the step Refresh says where" ;;
  4) fail "no figure could be fetched; what was known before is unchanged. The log of the step Refresh says why" ;;
  *) fail "the refresh ended with exit code $code" ;;
esac

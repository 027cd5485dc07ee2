#!/usr/bin/env bash
# Refuses inputs that cannot be meant, before anything is installed.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case $COMMAND in
  refresh | review) ;;
  *) fail "the input command is '$COMMAND': write refresh or review" ;;
esac
case $UPLOAD in
  release | artifact | both | none) ;;
  *) fail "the input upload is '$UPLOAD': write release, artifact, both or none" ;;
esac
case $COMMIT in
  true | false) ;;
  *) fail "the input commit is '$COMMIT': write true or false" ;;
esac
[ -n "$SEEDS" ] || fail "the input seeds is empty: name the list, such as landscape.yml"
case /$SEEDS/ in
  //* | */../*) fail "the input seeds is '$SEEDS': name a file of the repository, by its path there" ;;
esac
[ -n "$DATABASE" ] || fail "the input database is empty: name a file, such as landscape.db"
for path in "$SEEDS" "$OUTPUT" "$DATABASE"; do
  case $path in
    -* | *$'\n'*) fail "'$path' is no path that can be used: it begins with a hyphen or has more than one line" ;;
  esac
done

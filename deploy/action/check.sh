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
# As a tag's name is part of an address and a name of git's.
[[ $RELEASE =~ ^[A-Za-z0-9_]+([.-][A-Za-z0-9_]+)*$ && $RELEASE != *.lock ]] ||
  fail "the input release is '$RELEASE': write letters, digits, and single hyphens and dots between them"
[ "$HAS_TOKEN" = yes ] ||
  say warning "the input token is empty, as from a secret that is not set: the token of the workflow is used"
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

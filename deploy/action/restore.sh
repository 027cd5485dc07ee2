#!/usr/bin/env bash
# Fetches the database that the last run kept in the release. Where that fails the job ends: a refresh of an empty
# database would put an end to the history.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ -e "$DATABASE" ]; then
  echo "$DATABASE is there already"
  exit 0
fi
case $UPLOAD in
  release | both) ;;
  *) exit 0 ;;
esac
if ! assets=$(gh api "repos/$GITHUB_REPOSITORY/releases/tags/$RELEASE" \
  --jq '.assets[] | select(.state == "uploaded") | .name' 2> "$WORK/gh-errors"); then
  if is_not_there "$WORK/gh-errors"; then
    echo "there is no release $RELEASE yet: this is the first run"
    exit 0
  fi
  cat "$WORK/gh-errors" >&2
  fail "the release $RELEASE could not be read; nothing was done, so that its history stays. Run the job again"
fi
# The second name is what a run leaves that was cut off between taking the old file away and naming the new one.
for name in "$DATA_FILE" "new-$DATA_FILE"; do
  if grep -qxF -- "$name" <<< "$assets"; then
    mkdir -p -- "$(dirname -- "$DATABASE")"
    rm -f "$WORK/restored.db"
    gh release download "$RELEASE" --repo "$GITHUB_REPOSITORY" --pattern "$name" --output "$WORK/restored.db" ||
      fail "$name could not be fetched from the release $RELEASE; nothing was done. Run the job again"
    mv -- "$WORK/restored.db" "$DATABASE"
    exit 0
  fi
done
say warning "the release $RELEASE holds no $DATA_FILE: a new database begins"

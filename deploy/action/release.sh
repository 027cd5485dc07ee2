#!/usr/bin/env bash
# Keeps the database in a release: artifacts are deleted after 90 days, caches after 7 without use.
# At no time is there no database: the new one is there before the old one goes ('gh release upload --clobber' deletes
# first, and has lost the file where the upload fails).
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

release="repos/$GITHUB_REPOSITORY/releases/tags/$RELEASE"
new="new-$DATA_FILE"

# The release's files, a line each: id, name.
list() {
  gh api "$release" --jq '.assets[] | [.id, .name] | @tsv'
}
# ids NAME: those of that name, of a list on standard input.
ids() {
  awk -F '\t' -v name="$1" '$2 == name {print $1}'
}
rename() {
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/releases/assets/$1" -f name="$DATA_FILE" > /dev/null
}
delete() {
  gh api --method DELETE "repos/$GITHUB_REPOSITORY/releases/assets/$1"
}

if ! assets=$(list 2> "$WORK/gh-errors"); then
  if ! is_not_there "$WORK/gh-errors"; then
    cat "$WORK/gh-errors" >&2
    fail "the release $RELEASE could not be read; the database of this run was not kept"
  fi
  gh release create "$RELEASE" --repo "$GITHUB_REPOSITORY" --latest=false --title "Landscape data" --notes \
    "The database behind the figures, replaced by each refresh. It holds nothing that may not be published." ||
    fail "the release $RELEASE could not be made: the job needs 'permissions: contents: write'"
  assets=
fi
old=$(ids "$DATA_FILE" <<< "$assets")
# What a run left that was cut off: the only database there is, or one that never became it.
for id in $(ids "$new" <<< "$assets"); do
  if [ -n "$old" ]; then delete "$id"; else rename "$id" && old=$id; fi
done
cp -- "$PUBLIC_DATABASE" "$WORK/$new"
gh release upload "$RELEASE" "$WORK/$new" --repo "$GITHUB_REPOSITORY" ||
  fail "the database could not be uploaded to the release $RELEASE; the one of the run before is still there"
rm -f "$WORK/$new"
assets=$(list)
for id in $(ids "$DATA_FILE" <<< "$assets"); do delete "$id"; done
for id in $(ids "$new" <<< "$assets"); do rename "$id"; done

#!/usr/bin/env bash
# Reviews the list of a pull request. Both states of it are read through GitHub's API as data: nothing of the pull
# request is checked out or run, so that the step is safe where the token may write.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

number=$PULL_REQUEST
if [ -z "$number" ]; then
  [ -n "$RUN_HEAD_SHA" ] || fail "review needs a pull request: run it on pull_request, or on workflow_run after that"
  # Which one the other workflow ran for: GitHub does not say so where it comes from a fork.
  number=$(gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" -f state=open -f head="$RUN_HEAD_OWNER:$RUN_HEAD_BRANCH" \
    --jq '.[] | [.number, .head.sha] | @tsv' | awk -F '\t' -v sha="$RUN_HEAD_SHA" '$2 == sha && !found {print $1; found = 1}')
  if [ -z "$number" ]; then
    say notice "no open pull request has the commit $RUN_HEAD_SHA: nothing to review"
    exit 0
  fi
fi
[[ $number =~ ^[0-9]+$ ]] || fail "'$number' is no number of a pull request"

gh api "repos/$GITHUB_REPOSITORY/pulls/$number" --jq '[.base.sha, .head.sha] | @tsv' > "$WORK/pull"
IFS=$'\t' read -r base head < "$WORK/pull"
# What the branch began from: what others have added to the list since is no change of this one.
base=$(gh api "repos/$GITHUB_REPOSITORY/compare/$base...$head" --jq .merge_base_commit.sha)

# Isolated, here and in install.sh: the work tree may hold a folder urllib, and Python would take it for its own.
encoded=$(python -I -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$SEEDS")
# content COMMIT FILE: the list as it is there; false, and an empty file, where there is none.
content() {
  mkdir -p -- "$(dirname -- "$2")"
  if ! gh api --method GET -H "Accept: application/vnd.github.raw+json" \
    "repos/$GITHUB_REPOSITORY/contents/$encoded" -f ref="$1" > "$2" 2> "$WORK/gh-errors"; then
    if ! is_not_there "$WORK/gh-errors"; then
      cat "$WORK/gh-errors" >&2
      fail "$SEEDS could not be read from GitHub"
    fi
    : > "$2"
    return 1
  fi
}
rm -rf "$WORK/base" "$WORK/head"
was=true is=true
content "$base" "$WORK/base/$SEEDS" || was=false
content "$head" "$WORK/head/$SEEDS" || is=false
[ "$was$is" != falsefalse ] ||
  fail "there is no $SEEDS, before the pull request or after it: the input seeds has to name the list, by its path there"

comment="$WORK/comment.md"
output comment "$comment"
# told CODE TEXT: all that is to be said, where there is nothing to compare.
told() {
  printf '### Changes of the list\n\n%s\n' "$2" > "$comment"
  cat "$comment" >> "$GITHUB_STEP_SUMMARY"
  output exit-code "$1"
  output pull-request "$number"
  exit 0
}
if [ "$is" = false ]; then
  say error "the pull request removes or renames $SEEDS, which the input seeds names"
  told 2 "The pull request removes or renames \`$SEEDS\`, which the input \`seeds\` of the workflow names."
fi
if [ "$was" = true ] && cmp -s -- "$WORK/base/$SEEDS" "$WORK/head/$SEEDS"; then
  say notice "the pull request does not change $SEEDS"
  # It may have done so before: then a comment says what is no longer so.
  output only-update true
  told 0 "Nothing to review: the pull request does not change \`$SEEDS\`."
fi
code=0
review() {
  # From there, so that messages name the list as the repository does.
  (cd "$WORK/head" && crawler review "$WORK/base/$SEEDS" "$SEEDS" --markdown --summary "$WORK/review.md" > "$comment")
}
harmless review || code=$?
[ -s "$comment" ] || fail "the review failed with exit code $code"
cat "$WORK/review.md" >> "$GITHUB_STEP_SUMMARY"
if ! cmp -s -- "$comment" "$WORK/review.md"; then
  printf '\n[The summary of the run](%s) has the whole review.\n' \
    "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID" >> "$comment"
fi
output exit-code "$code"
output pull-request "$number"

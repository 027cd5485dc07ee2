#!/usr/bin/env bash
# Leaves the review as a comment of the pull request, one that is brought up to date by later runs. A fork's token may
# not write: then the summary of the job has it, and the workflow on workflow_run comments.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

MARK='<!-- landscape-crawler review -->'
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"

{
  printf '%s\n' "$MARK"
  cat -- "$COMMENT"
} > "$WORK/body.md"
# Somebody may have quoted the mark: only what a workflow wrote is changed.
id=$(gh api --paginate "$comments?per_page=100" --jq '.[] | [.id, .user.login, (.body | split("\n")[0] | rtrimstr("\r"))] | @tsv' |
  awk -F '\t' -v login="$BOT_NAME" -v mark="$MARK" '$2 == login && $3 == mark && !found {print $1; found = 1}')
if [ -n "$id" ]; then
  set -- --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id"
elif [ "$ONLY_UPDATE" = true ]; then
  echo "there is no comment to bring up to date"
  exit 0
else
  set -- --method POST "$comments"
fi
if ! gh api "$@" -F body=@"$WORK/body.md" > /dev/null 2> "$WORK/gh-errors"; then
  if grep -qE 'HTTP 40[13]' "$WORK/gh-errors"; then
    say notice "the token may not comment, as that of a pull request from a fork: the summary of the job has the review"
    exit 0
  fi
  cat "$WORK/gh-errors" >&2
  fail "the comment could not be written; the summary of the job has the review"
fi

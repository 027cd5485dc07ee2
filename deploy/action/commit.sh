#!/usr/bin/env bash
# Commits the enriched list where it differs, and pushes. Where nothing differed for long, a commit without a change
# says so: GitHub pauses the schedules of public repositories without any activity for 60 days.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

QUIET_DAYS=45

git() {
  command git --literal-pathspecs -c user.name="$BOT_NAME" -c user.email="$BOT_MAIL" "$@"
}

output committed false
branch=$(git symbolic-ref --quiet --short HEAD) || {
  say notice "no branch is checked out: nothing is committed"
  exit 0
}
# Empty where the branch has no commit yet.
before=$(git rev-parse --quiet --verify HEAD || true)
differs=false
if [ -n "$OUTPUT" ]; then
  git add -- "$OUTPUT" || fail "$OUTPUT cannot be committed: it is ignored by git, or outside the repository"
  git diff --cached --quiet -- "$OUTPUT" || differs=true
fi
if [ "$differs" = true ]; then
  git commit --quiet --message "Refresh the figures of the landscape" -- "$OUTPUT"
elif [ -n "$before" ] && [ $((($(date +%s) - $(git log -1 --format=%ct)) / 86400)) -ge "$QUIET_DAYS" ]; then
  git commit --quiet --allow-empty --message "Look at all figures of the landscape: none has changed"
else
  echo "nothing has changed"
  exit 0
fi
for _ in 1 2 3; do
  if git push --quiet origin "HEAD:refs/heads/$branch" 2> "$WORK/push-errors"; then
    output committed true
    exit 0
  fi
  cat "$WORK/push-errors" >&2
  grep -qE 'fetch first|non-fast-forward|stale info|failed to update ref|cannot lock ref' "$WORK/push-errors" || break
  # Somebody was faster.
  git fetch --quiet origin "refs/heads/$branch"
  # Only the commit of this run: a forced push may have taken others away. What steps before have edited stays.
  if ! git rebase --quiet --autostash --onto FETCH_HEAD "${before:---root}"; then
    git rebase --abort || true
    say warning "somebody has pushed to $branch meanwhile, and this run's commit does not go on top: the next run commits"
    exit 0
  fi
  before=$(git rev-parse FETCH_HEAD)
done
fail "the commit could not be pushed to $branch. The job needs 'permissions: contents: write'; a protected branch has \
to let the workflow in, or set the input commit to false and open a pull request in a step of your own"

#!/usr/bin/env bash
# Writes the enriched list, the database without restricted figures, and the summary of the job from the latter.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ -n "$OUTPUT" ]; then
  mkdir -p -- "$(dirname -- "$OUTPUT")"
  harmless crawler export yaml "$SEEDS" --db "$DATABASE" --output "$OUTPUT" ||
    fail "the enriched list could not be written to $OUTPUT"
fi
mkdir -p "$WORK/public"
public="$WORK/public/$DATA_FILE"
crawler db publishable --force --db "$DATABASE" "$public"
output public-database "$public"
{
  printf '### '
  crawler stats --db "$public"
  printf '\n'
  crawler changes --markdown --since 1d --db "$public"
} > "$WORK/summary.md"
# GitHub takes a mebibyte, and shows nothing of what is longer.
head -c 1000000 "$WORK/summary.md" >> "$GITHUB_STEP_SUMMARY"

"""Programs that measure, for anyone to run."""

OF_GITHUB = [f"--source={name}" for name in ("github", "contributors", "first_commit", "sponsors", "funding_json")]
"""What is asked again and again. Other hosts are not asked about made-up repositories."""
BACKFILL = [f"--source={name}" for name in ("release_history", "star_history")]
"""What is asked once, for the past."""

"""Programs that measure, for anyone to run."""

OF_GITHUB = [f"--source={name}" for name in ("github", "contributors", "first_commit", "sponsors", "funding_json")]
"""Other hosts are not asked about made-up repositories."""

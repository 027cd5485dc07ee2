"""Organisations and money, beside GitHub's own: one upstream each."""

"""How healthy a project is, by the user's rules: measured, scored, weighed, and explained input by input."""

"""Lists of other tools into one seeds file, with an account of every item and every repository address.

The trees of the lists are changed (generated parts go, what is doubled is merged, what nobody can read is left out),
and the text follows: of a single landscape the very text with only those places edited, else the tree as clean YAML.
"""

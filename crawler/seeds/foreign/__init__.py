"""Lists of other tools into the tree of a seeds file: one module per format, chosen in `reading`.

Each node keeps the position that its text has in the foreign file, so that every finding names the line there.
"""

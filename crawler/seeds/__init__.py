"""seeds.yml and other landscape files into the model, with every fault and notice at its line."""

from __future__ import annotations

from crawler.seeds.loader import check_seeds, load_seeds, read_list, read_seeds

__all__ = ["check_seeds", "load_seeds", "read_list", "read_seeds"]

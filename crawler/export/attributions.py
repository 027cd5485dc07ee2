"""What sources ask to be said where their figures are shown (funding facts §3 to §5, §9)."""

from __future__ import annotations

from collections.abc import Iterable

BY_SOURCE = {
    "coingecko": "Data provided by CoinGecko (https://www.coingecko.com)",
    "opencollective": "Data from Open Collective (https://opencollective.com)",
    "crunchbase": "Powered by Crunchbase (https://www.crunchbase.com)",
    "fmp": "Data provided by Financial Modeling Prep (https://financialmodelingprep.com)",
    "scorecard": "Ratings of OpenSSF Scorecard, CDLA-Permissive-2.0 (https://scorecard.dev)",
    "ecosystems": "Figures of ecosyste.ms, CC BY-SA 4.0 (https://ecosyste.ms)",
}
EXCHANGE = "Exchange rates of the European Central Bank (https://www.ecb.europa.eu)"


def attributions(figures: Iterable[tuple[str, bool]]) -> list[str]:
    """The lines that go with figures, each given by its source and whether it is shown in other money than its own.

    They are in the order of the text.
    """
    asked = set()
    for source, is_converted in figures:
        if source in BY_SOURCE:
            asked.add(BY_SOURCE[source])
        if is_converted:
            asked.add(EXCHANGE)
    return sorted(asked)

"""Stock exchanges under all the names that sources give them, and how Yahoo marks what is listed there."""

from __future__ import annotations

import re

from msgspec import Struct


class Listing(Struct, frozen=True):
    """What a listing on an exchange means: Yahoo's suffix with its dot, "" in the US, and the currency of its prices.

    The currency is the major one (ISO 4217): London quotes pence, Johannesburg cents, Tel Aviv agorot.
    """

    suffix: str
    currency: str


# Suffix, currency, then names: Crunchbase's codes, MICs, usual names and labels of Wikidata's items. The suffixes of
# Crunchbase's codes are those of the landscape sites (funding facts §7.1) where they know the code.
_TABLE = """
|USD|nyse|nasdaq|nysearca|nysemkt|amex|otcbb|otcmkts|otcpink|otcqb|otcqx|xnas|xnys|xase|arcx|bats|otcm|xngs
|USD|xncm|xnms|new york stock exchange|nasdaq stock market|nyse american|otc markets group|cboe bzx exchange
|USD|american stock exchange|us|otc|Q13677|Q82059
.AS|EUR|ams|aex|xams|euronext amsterdam|amsterdam stock exchange
.AT|EUR|ath|xath|athens exchange|athens stock exchange|athens exchange group
.AX|AUD|asx|xasx|australian securities exchange|Q732670
.BA|ARS|bcba|xbue|buenos aires stock exchange
.BK|THB|bkk|xbkk|stock exchange of thailand
.BO|INR|bse|bom|xbom|bse limited|bombay stock exchange
.BR|EUR|ebr|xbru|euronext brussels|brussels stock exchange
.BD|HUF|xbud|budapest stock exchange
.CN|CAD|cnsx|xcnq|canadian securities exchange
.CO|DKK|cph|xcse|nasdaq copenhagen|copenhagen stock exchange|omx copenhagen
.DE|EUR|etr|xetr|xetra
.F|EUR|fra|fwb|xfra|frankfurt|frankfurt stock exchange|Q151139
.HE|EUR|hel|xhel|nasdaq helsinki|helsinki stock exchange
.HK|HKD|hkg|sehk|hkex|xhkg|hong kong|hong kong stock exchange|stock exchange of hong kong|Q496672
.IC|ISK|xice|nasdaq iceland|iceland stock exchange
.IR|EUR|xdub|euronext dublin|irish stock exchange
.IS|TRY|ist|xist|borsa istanbul|istanbul stock exchange
.JK|IDR|idx|xidx|indonesia stock exchange
.JO|ZAR|jse|xjse|johannesburg stock exchange|jse limited
.KL|MYR|klse|mal|xkls|bursa malaysia
.KQ|KRW|kosdaq|xkos
.KS|KRW|krx|kospi|xkrx|korea exchange|Q495372
.L|GBP|lse|lon|xlon|aim|london|london stock exchange|Q171240
.LS|EUR|eli|xlis|euronext lisbon
.MC|EUR|bme|bm|xmad|bolsa de madrid|madrid stock exchange|bolsas y mercados españoles
.ME|RUB|moex|mcx|misx|moscow exchange
.MI|EUR|bit|xmil|milan|borsa italiana|euronext milan|italian stock exchange|Q936563
.MX|MXN|bmv|xmex|mexican stock exchange|bolsa mexicana de valores
.NS|INR|nse|xnse|national stock exchange of india|Q638740
.NZ|NZD|nze|nzx|xnze|new zealand exchange|new zealand stock exchange
.OL|NOK|osl|xosl|oslo stock exchange|oslo børs|euronext oslo
.PA|EUR|epa|xpar|paris|euronext paris|paris bourse
.PR|CZK|prg|xpra|prague stock exchange
.SA|BRL|bvmf|fbovespa|b3|bm&f bovespa|xbsp|brasil bolsa balcão
.SI|SGD|sgx|xses|singapore exchange
.SN|CLP|xsgo|santiago stock exchange|bolsa de santiago
.SR|SAR|tadawul|xsau|saudi exchange|saudi stock exchange
.SS|CNY|sse|sha|xshg|shanghai|shanghai stock exchange|Q739514
.ST|SEK|sto|xsto|nasdaq stockholm|stockholm stock exchange
.SW|CHF|swx|six|vtx|xswx|six swiss exchange|swiss exchange|Q661834
.SZ|CNY|szse|she|xshe|shenzhen|shenzhen stock exchange|Q517750
.T|JPY|tyo|jpx|xtks|tokyo|tokyo stock exchange|Q217475
.TA|ILS|tlv|tase|xtae|tel aviv stock exchange
.TO|CAD|tsx|xtse|toronto|toronto stock exchange
.TW|TWD|tpe|twse|tsec|xtai|taiwan stock exchange
.TWO|TWD|xtpx|roco|taipei exchange
.V|CAD|cve|tsxv|xtsx|tsx venture exchange
.VI|EUR|vie|xwbo|vienna stock exchange|wiener börse
.WA|PLN|wse|xwar|warsaw stock exchange
"""
_LETTERS = re.compile(r"[^\w&]+")


def _plain(name: str) -> str:
    return _LETTERS.sub("", name).casefold().removeprefix("the")


_LISTINGS = {
    _plain(name): Listing(suffix, currency)
    for suffix, currency, *names in (line.split("|") for line in _TABLE.split("\n") if line)
    for name in names
}
_BY_SUFFIX = {place.suffix: place for place in _LISTINGS.values() if place.suffix}
_HONG_KONG_DIGITS = 4


def listing(exchange: str | None) -> Listing | None:
    """What it means to be listed there; None for no exchange, or one that is not in the table. Case does not matter."""
    return _LISTINGS.get(_plain(exchange)) if exchange else None


def yahoo_symbol(ticker: str, exchange: str | None) -> str:
    """Yahoo's symbol: `0700.HK`, `REY.MI`, `BRK-B`. A ticker that has its suffix stays so; so does one of no exchange.

    Some sources write the exchange before the ticker (`NYSE:IBM`).
    """
    symbol = ticker.strip().rpartition(":")[2].strip().upper()
    place = listing_of(symbol) or listing(exchange)
    if place is None:
        return symbol
    # Yahoo keeps the dot for the exchange.
    bare = re.sub(r"[. ]+", "-", symbol.removesuffix(place.suffix)).strip("-")
    if place.suffix == ".HK" and bare.isdecimal():
        bare = bare.zfill(_HONG_KONG_DIGITS)
    return bare + place.suffix


def listing_of(symbol: str) -> Listing | None:
    """What the suffix of a symbol of Yahoo's says; None where it has none that is in the table."""
    return _BY_SUFFIX.get(f".{symbol.rpartition('.')[2]}") if "." in symbol else None

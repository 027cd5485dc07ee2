"""What single values of a seeds file may look like: days, decimals, slugs, addresses, currencies."""

from __future__ import annotations

import re
from datetime import date

# ISO 4217 list one, as amended to 2026, without funds codes, metals and test codes.
_CURRENT = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY "
    "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
)
# Withdrawn since 2010: figures may be older than that.
_WITHDRAWN = "ANG BGN BYR CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL"
CURRENCIES = frozenset(f"{_CURRENT} {_WITHDRAWN}".split())
"""ISO 4217 codes of the currencies in which a figure may be given."""

_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_DECIMAL = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,18})?")
_SLUG = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_HOST = re.compile(r"https?://(?:[^\s/?#@]*@)?([^\s/?#:@]+)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s/?#]+(?:[/?#]\S*)?", re.IGNORECASE)


def is_day(text: str) -> bool:
    """Whether the text is a real day, month or year: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def is_decimal(text: str) -> bool:
    """Whether the text is a number of 0 or more in plain digits."""
    return _DECIMAL.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Whether the text can be an id."""
    return _SLUG.fullmatch(text) is not None


def host_of(url: str) -> str:
    """The host of a web address in small letters, empty if it has none."""
    match = _HOST.match(url)
    return match[1].lower() if match else ""


def is_url(text: str) -> bool:
    """Whether the text is a web address."""
    return _URL.fullmatch(text) is not None

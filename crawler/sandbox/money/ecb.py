"""The European Central Bank: its reference rates of the newest day, and of ninety days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from crawler.sandbox.money.books import Books
from crawler.sandbox.replies import Reply, html_reply

FOLDER = "/stats/eurofxref/"
XML_TYPE = "text/xml"
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n'
    "<gesmes:subject>Reference rates</gesmes:subject>\n"
    "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>\n"
    "<Cube>\n{days}</Cube>\n</gesmes:Envelope>\n"
)


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The file that is asked for, newest day first."""
    days = sorted((day for day in books.rates if day <= books.today.isoformat()), reverse=True)
    first = (books.today - timedelta(days=90)).isoformat()
    files = {"eurofxref-daily.xml": days[:1], "eurofxref-hist-90d.xml": [day for day in days if day >= first]}
    name = path.removeprefix(FOLDER)
    if method != "GET" or not path.startswith(FOLDER) or name not in files:
        return html_reply(404, "Not Found")
    return Reply(200, _document(books, files[name]).encode(), XML_TYPE)


def _document(books: Books, days: Iterable[str]) -> str:
    cubes = (
        f'<Cube time="{day}">\n'
        + "".join(f'<Cube currency="{currency}" rate="{rate}"/>\n' for currency, rate in books.rates[day].items())
        + "</Cube>\n"
        for day in days
    )
    return _ENVELOPE.format(days="".join(cubes))

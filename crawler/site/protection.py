"""What goes around every answer: the headers that keep a browser safe, compression, and how long files may be kept."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgi_gzip import GZipMiddleware

from crawler.site.nonces import answering_nonce
from crawler.site.plugin.assets import STATIC, asset_digest

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_AROUND = "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
OUR_POLICY = f"default-src 'none'; style-src 'self'; script-src 'self'; {_AROUND}"
"""The Content-Security-Policy of our pages; an answer that states a policy of its own keeps it."""
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""That of all that is no page: JSON, CSV, feeds, files."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_GOOD = "public, max-age=31536000, immutable"
COMPRESSION = 5
_OURS = "/-/static-plugins/landscape-crawler/"


def datasette_policy(nonce: str) -> str:
    """The policy of Datasette's own pages: the scripts of its templates run, and no others.

    Styles may stand inline: its pages have `style` attributes, and its editors write `<style>` themselves.
    """
    scripts = f"script-src 'self' 'nonce-{nonce}'; script-src-attr 'unsafe-hashes' {_CHOOSER}"
    return f"default-src 'none'; style-src 'self' 'unsafe-inline'; {scripts}; {_AROUND}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# The only handler of an event in Datasette's pages: on phones the button to choose columns, in 1.0's table.html.
_CHOOSER = _hash("openColumnChooser()")


def protected(app: App, base: str) -> App:
    """The application with all of that around it; `base` is its `base_url`."""
    compressing = GZipMiddleware(_in_lower_case(app), compresslevel=COMPRESSION)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        with answering_nonce() as nonce:

            async def send_protected(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _add_headers(message, nonce, is_for_good=_is_kept_for_good(scope, base))
                await send(message)

            await compressing(_with_wish(scope), receive, send_protected)

    return answer


def _with_wish(scope: Scope) -> Scope:
    """The request as the compressing layer understands it: that takes `gzip;q=0` for a wish to have it."""
    if not any(_REFUSED.search(value) for name, value in scope["headers"] if name == b"accept-encoding"):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}


_REFUSED = re.compile(rb"(?:^|,)\s*(?:x-)?gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


def _in_lower_case(app: App) -> App:
    """The application with the names of its headers as ASGI has them: the compressing layer knows no others."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_lower(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name.lower(), value) for name, value in message.get("headers", ())]
            await send(message)

        await app(scope, receive, send_lower)

    return answer


def _add_headers(message: Message, nonce: str, *, is_for_good: bool) -> None:
    headers = list(message["headers"])
    present = dict(headers)
    is_page = present.get(b"content-type", b"").lower().startswith(b"text/html")
    policy = datasette_policy(nonce) if is_page else DATA_POLICY
    for name, value in {**HEADERS, "Content-Security-Policy": policy}.items():
        if name.lower().encode() not in present:
            headers.append((name.lower().encode(), value.encode()))
    if is_for_good and message["status"] == 200:
        headers = [pair for pair in headers if pair[0] != b"cache-control"]
        headers.append((b"cache-control", FOR_GOOD.encode()))
    message["headers"] = headers


def _is_kept_for_good(scope: Scope, base: str) -> bool:
    """Whether the address names the content of a file of ours, so that it never changes."""
    beginning = f"{base.rstrip('/')}{_OURS}"
    name = scope["path"].removeprefix(beginning)
    if not scope["path"].startswith(beginning) or "/" in name or not (STATIC / name).is_file():
        return False
    return bool(scope.get("query_string", b"") == asset_digest(name).encode())

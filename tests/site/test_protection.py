"""What goes around every answer: the headers that keep browsers safe, compression, and how long files are kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import httpx
import pytest
from datasette.app import Datasette
from jinja2 import Environment

from crawler.site.nonces import Nonces, answering_nonce
from crawler.site.plugin.assets import asset_digest

Get = Callable[..., httpx.Response]
ASSETS = "/-/static-plugins/landscape-crawler/"
DATASETTES = [
    "/landscape",
    "/landscape/landscape",
    "/landscape/projects/wasmtime",
    "/landscape/growing",
    "/nothing-here",
]


@pytest.fixture
def get(shared_site: Datasette) -> Get:
    def ask(path: str, **headers: str) -> httpx.Response:
        response: httpx.Response = asyncio.run(shared_site.client.get(path, headers=headers))
        return response

    return ask


@pytest.mark.parametrize("path", ["/", *DATASETTES, "/landscape/projects.json", f"{ASSETS}site.css"])
def test_every_answer_keeps_the_browser_safe(get: Get, path: str) -> None:
    headers = get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in {"same-origin", "no-referrer"}
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    policy = headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy[0]
    assert "base-uri 'none'" in policy[0]


def test_our_pages_run_and_show_nothing_inline(get: Get) -> None:
    policy = get("/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", DATASETTES)
def test_datasettes_pages_run_the_scripts_of_its_templates_and_no_others(get: Get, path: str) -> None:
    answers = [get(path), get(path)]
    nonces = [re.findall(r"'nonce-([\w-]+)'", answer.headers["content-security-policy"]) for answer in answers]
    assert nonces[0] != nonces[1]
    for answer, (nonce,) in zip(answers, nonces, strict=True):
        inline = re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>", answer.text)
        assert all(f'nonce="{nonce}"' in script for script in inline)
        assert inline or answer.status_code == 404
        assert not re.search(r"<[a-z][^>]*\son[a-z]+=", answer.text)


def test_what_data_brings_into_a_page_never_has_the_number_of_its_scripts() -> None:
    # Without escaping: it is about the day on which a page forgets it.
    environment = Environment(extensions=[Nonces])
    template = environment.from_string("<script>ours</script><script src='x'></script>{{ data }}")
    with answering_nonce() as nonce:
        page = template.render(data='<script>theirs</script><script nonce="{{ landscape_nonce() }}">too</script>')
    assert page.startswith(f"<script nonce=\"{nonce}\">ours</script><script src='x'></script>")
    assert page.count(nonce) == 1


@pytest.mark.parametrize("path", ["/", "/landscape/landscape", "/landscape/projects.json", "/landscape/projects.csv"])
def test_pages_and_data_are_compressed_once_for_who_takes_it(get: Get, path: str) -> None:
    plain, packed = get(path, **{"accept-encoding": "identity"}), get(path, **{"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    # The client unpacks once: what was packed twice would not be readable.
    assert "Wasmtime" in packed.text
    assert "Wasmtime" in plain.text
    assert "accept-encoding" in packed.headers["vary"].lower()


def test_files_are_kept_for_good_where_the_address_names_their_content(get: Get) -> None:
    assert "immutable" in get(f"{ASSETS}site.css?{asset_digest('site.css')}").headers["cache-control"]
    for path in (f"{ASSETS}site.css", f"{ASSETS}site.css?0123456789", f"{ASSETS}none.css?{asset_digest('site.css')}"):
        assert "immutable" not in get(path).headers.get("cache-control", "")


def test_names_lead_to_our_pages(get: Get) -> None:
    assert '<a href="/projects/wasmtime"><bdi>Wasmtime</bdi></a>' in get("/landscape/landscape").text
    assert '<a href="/projects/wasmtime"><bdi>Wasmtime</bdi></a>' in get("/landscape/projects/wasmtime").text
    assert '<a href="/organizations/acme"><bdi>Acme &amp; Sons</bdi></a>' in get("/landscape/organizations").text


@pytest.mark.parametrize(
    ("wish", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("br;q=1, GZIP ; q=0.000", None),
        ("identity", None),
    ],
)
def test_nobody_gets_gzip_who_refuses_it(get: Get, wish: str, encoding: str | None) -> None:
    headers = get("/", **{"accept-encoding": wish}).headers
    assert headers.get("content-encoding") == encoding
    assert "Accept-Encoding" in headers["vary"], "a cache may not give one answer to both"

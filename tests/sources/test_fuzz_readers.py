"""Whatever JSON stands in any place of an answer, nothing is raised and no absurd figure comes of it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import httpx
from hostile import VALUES, graphql_answers, rest_answers, sound, spoilt
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.fetch.answers import GraphQLAnswer, RestAnswer, graphql_errors
from crawler.model import Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.github.confirm import read_repository
from crawler.sources.github.contributors import read_contributors
from crawler.sources.github.licenses import read_license

ANSWERS = graphql_answers()
REST = rest_answers()
SUBJECT = Subject(source="github", name="o/n", repository_id=1)
ENOUGH = settings(deadline=None, derandomize=True, max_examples=300)
STATUSES = st.sampled_from([200, 204, 304, 403, 404, 409, 410, 422, 451, 500])
HEADERS = st.dictionaries(
    st.sampled_from(["link", "etag", "last-modified", "content-type"]),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=60)
    | st.sampled_from(
        [
            f'<https://api.github.com/x?page={page}>; rel="last"'
            for page in ("5", "-5", "9" * 12, "9" * 5_000, "", "٣", "1_0", "0x5")
        ]
    )
    | st.text(st.sampled_from('<>;,= "relast?page5&['), max_size=30),
    max_size=3,
)


@ENOUGH
@given(data=st.data())
def test_graphql_answers(data: st.DataObject) -> None:
    question, items, payload = ANSWERS[data.draw(st.integers(0, len(ANSWERS) - 1))]
    changed = data.draw(spoilt(payload))
    if not isinstance(changed, dict) or not isinstance(changed.get("data"), dict):
        return
    reading = question.read(deepcopy(items), GraphQLAnswer(changed["data"], graphql_errors(changed), 1, 0.1))
    assert len(reading.results) + len(reading.too_heavy) == len(items)
    for result in reading.results:
        if isinstance(result, Outcome):
            sound(result)


@ENOUGH
@given(data=st.data())
def test_repositories_by_rest(data: st.DataObject) -> None:
    subject, payload = data.draw(st.sampled_from(REST))
    changed = data.draw(spoilt(payload))
    sound(read_repository(subject, RestAnswer(200, changed, httpx.Headers())))


@ENOUGH
@given(status=STATUSES, payload=VALUES, headers=HEADERS)
def test_any_rest_answer(status: int, payload: Any, headers: dict[str, str]) -> None:
    answer = RestAnswer(status, payload, httpx.Headers({name: text.encode("latin-1") for name, text in _sent(headers)}))
    sound(read_repository(SUBJECT, answer))
    sound(read_contributors(SUBJECT, "/path", answer))


def _sent(headers: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, text.encode("utf-8").decode("latin-1")) for name, text in headers.items()]


@ENOUGH
@given(info=VALUES | st.dictionaries(st.sampled_from(["key", "spdxId", "spdx_id", "name"]), VALUES))
def test_licences(info: Any) -> None:
    checked = Checked()
    told = read_license({"license": info}, "license", checked)
    if info is None:
        assert told.spdx == "NONE"
    elif not isinstance(info, dict):
        assert not told.spdx and checked.refused


@ENOUGH
@given(value=VALUES, keys=st.lists(st.text(max_size=2), max_size=2))
def test_every_reader_takes_any_value(value: Any, keys: list[str]) -> None:
    checked = Checked()
    readers = (
        *(checked.count, checked.moment, checked.flag, checked.text, checked.name),
        *(checked.address, checked.opaque, checked.listed, checked.entries),
    )
    for read in readers:
        read("field", value, *keys)
    assert all(refused.value.isprintable() and len(refused.value) <= 100 for refused in checked.refused)

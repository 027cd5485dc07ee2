"""Ids of projects are short where they can be, and do not move when other items come in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.seeds.ids import project_ids
from crawler.seeds.values import is_slug


def test_unique_name_gives_its_slug() -> None:
    assert project_ids([(None, "C++", "a--b"), (None, "C", "a--b")]) == ["c-plus-plus", "c"]


def test_shared_name_takes_the_subcategory_for_all_that_share_it() -> None:
    assert project_ids([(None, "Foo", "a--x"), (None, "foo", "a--y"), (None, "Bar", "a--y")]) == [
        "x--foo",
        "y--foo",
        "bar",
    ]


def test_then_the_category() -> None:
    assert project_ids([(None, "Foo", "a--x"), (None, "Foo", "b--x")]) == ["a--x--foo", "b--x--foo"]


def test_then_a_number_in_the_order_of_the_file() -> None:
    three = [(None, name, "a--x") for name in ("Foo", "Foo!", "Foo?")]
    assert project_ids(three) == ["a--x--foo", "a--x--foo-2", "a--x--foo-3"]


def test_own_id_stays_and_is_given_to_no_other() -> None:
    assert project_ids([(None, "Foo", "a--x"), ("foo", "Other", "a--x")]) == ["x--foo", "foo"]


def test_own_id_of_one_does_not_move_the_other_of_the_same_name() -> None:
    before = project_ids([(None, "Foo", "a--x"), (None, "Foo", "a--y")])
    after = project_ids([("foo-classic", "Foo", "a--x"), (None, "Foo", "a--y")])
    assert after == ["foo-classic", before[1]]


@given(
    st.lists(
        st.tuples(
            st.none(),
            st.sampled_from(["Foo", "foo", "x 2", "x", "X-2", "中"]),
            st.sampled_from(["a--x", "b--x", "a--y"]),
        )
    )
)
def test_ids_are_distinct_slugs(listed: list[tuple[None, str, str]]) -> None:
    ids = project_ids(listed)
    assert len(set(ids)) == len(ids) == len(listed)
    assert all(map(is_slug, ids))

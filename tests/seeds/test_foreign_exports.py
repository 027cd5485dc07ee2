"""A list of another format is not enriched as if it were YAML."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.errors import UsageFault
from crawler.export import enriched_yaml
from crawler.export.job import Job


def test_yaml_of_a_plain_list_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("acme/widget\n", encoding="utf-8")
    out = io.BytesIO()
    with closing(sqlite3.connect(":memory:")) as connection:
        job = Job(connection=connection, database=tmp_path / "landscape.db", seeds=path, include_restricted=False)
        with pytest.raises(UsageFault, match=r"is a plain list or a table: .* 'crawler import .* -o seeds\.yml'"):
            enriched_yaml.write(job, out)
    assert out.getvalue() == b""

# SPDX-License-Identifier: Apache-2.0
"""What is taken for JSON, and in which encodings."""

import contextlib
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import InputError
from bartizan.model import json_text

VALUE = {"name": "façade", "list": [1, None, True]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_shells_of_all_systems_may_have_written_it(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + json.dumps(VALUE, ensure_ascii=False).encode(encoding)

    assert json_text.parse(content, "f") == VALUE


def test_a_packed_file_is_unpacked() -> None:
    assert json_text.parse(gzip.compress(json.dumps(VALUE).encode()), "f") == VALUE


def test_a_file_over_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "SIZE", 8)

    with pytest.raises(InputError, match="larger than"):
        json_text.parse(b'{"a": 1234}', "f")
    with pytest.raises(InputError, match="larger than"):
        json_text.parse(gzip.compress(b" " * 1000), "f")


@given(st.binary(max_size=200))
def test_whatever_a_file_holds_nothing_else_is_raised(content: bytes) -> None:
    with contextlib.suppress(InputError):
        json_text.parse(content, "f")

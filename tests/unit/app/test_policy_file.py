# SPDX-License-Identifier: Apache-2.0
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bartizan.app.policy_file import STANDARD_INPUT, content, document_text
from bartizan.errors import InputError


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"{}")))

    assert content(STANDARD_INPUT) == b"{}"


def test_of_a_file_longer_than_any_policy_only_the_beginning_is_read(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b" " * (5 << 20))

    assert len(content(tmp_path / "big")) < 5 << 20


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_is_no_text_is_an_error_with_its_place(tmp_path: Path, mark: bytes) -> None:
    place = tmp_path / "p.json"
    place.write_bytes(mark + b'{\n"\xc3\xa9": "\xff"}')

    with pytest.raises(InputError, match="byte 0xff is not UTF-8") as caught:
        document_text(place)

    assert list(caught.value.diagnostics())[1] == f"  --> {place}:2:7"

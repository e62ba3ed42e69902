# SPDX-License-Identifier: Apache-2.0
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bartizan.app.lines import ENDLESS
from bartizan.app.policy_diff import LONGEST, batch, policy_diff, schema
from bartizan.errors import BartizanError, InputError, PolicyError
from bartizan.model.policy_diff import PolicyDiff
from tests.fakes.statements import allow, trusts


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


FEW, MANY = policy(allow("s3:GetObject")), policy(allow("s3:Get*"))


def line(old: object = FEW, new: object = MANY, **more: object) -> bytes:
    return json.dumps({"id": "1", "old": old, "new": new, **more}).encode()


def answered(*lines: bytes) -> list[PolicyDiff | BartizanError]:
    return [found for _, found in batch(BytesIO(b"\n".join(lines)))]


def test_both_directions_are_told_of_two_files(tmp_path: Path) -> None:
    places = tmp_path / "old.json", tmp_path / "new.json"
    for place, content in zip(places, (FEW, MANY), strict=True):
        place.write_text(json.dumps(content), encoding="utf-8")

    there, back = policy_diff(*places), policy_diff(*reversed(places))

    assert there.type == "identity"
    assert there.gained.any is True
    assert there.gained.shown is not None
    assert there.gained.shown.caller == "role"
    assert there.lost.any is False
    assert (back.gained, back.lost) == (there.lost, there.gained)


def test_a_file_that_is_no_policy_is_an_error(tmp_path: Path) -> None:
    place = tmp_path / "p.json"
    place.write_text("{}", encoding="utf-8")

    with pytest.raises(PolicyError):
        policy_diff(place, place)
    with pytest.raises(InputError):
        policy_diff(tmp_path / "none", place)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (allow("s3:GetObject"), "identity"),
        (allow("s3:GetObject", Principal="*"), "resource"),
        (trusts("*"), "trust"),
    ],
)
def test_the_type_is_told_by_the_form(statement: dict[str, Any], kind: str) -> None:
    (found,) = answered(line(policy(statement), policy(statement)))

    assert isinstance(found, PolicyDiff)
    assert found.type == kind


def test_a_policy_without_statements_is_of_the_type_of_the_other() -> None:
    (found,) = answered(line(policy(), policy(allow("s3:GetObject", Principal="*"))))

    assert isinstance(found, PolicyDiff)
    assert found.type == "resource"
    assert found.gained.any is True


def test_a_document_may_be_given_as_its_text() -> None:
    (found,) = answered(line(json.dumps(FEW), MANY, type="scp"))

    assert isinstance(found, PolicyDiff)
    assert (found.type, found.gained.any) == ("scp", True)


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[]",
        b'{"id": "1"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'"' + b"x" * LONGEST + b'"',
        line(type="no"),
        line(old={"Statement": {"Effect": "Alow"}}),
        line(old=json.loads('{"a":' * 300 + "1" + "}" * 300)),
    ],
    ids=["cut", "list", "old", "bytes", "deep", "long", "type", "effect", "nested"],
)
def test_a_line_that_cannot_be_read_does_not_stop_the_others(bad: bytes) -> None:
    wrong, good = answered(bad, b"", line())

    assert isinstance(wrong, BartizanError)
    assert wrong.message
    assert isinstance(good, PolicyDiff)


def test_of_a_line_without_an_end_no_more_is_held_than_a_line_may_have() -> None:
    longest: list[int] = []

    class Watched(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            found = super().readline(-1 if size is None else size)
            longest.append(len(found))
            return found

    wrong, good = (found for _, found in batch(Watched(b"x" * 3 * LONGEST + b"\n" + line())))

    assert isinstance(wrong, InputError)
    assert isinstance(good, PolicyDiff)
    assert max(longest) == LONGEST + 1


def test_a_batch_whose_line_has_no_end_ends_with_it() -> None:
    class Endless(BytesIO):
        given = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            assert self.given < 2 * ENDLESS
            found = super().readline(size) or b"\0" * (size or 0)
            self.given += len(found)
            return found

    good, wrong = (found for _, found in batch(Endless(line() + b"\n")))

    assert isinstance(good, PolicyDiff)
    assert isinstance(wrong, InputError)
    assert "does not end" in wrong.message
    assert str(wrong.at) == "line 2"
    assert wrong.hint


def test_a_line_of_the_wrong_form_keeps_its_id() -> None:
    assert [name for name, _ in batch(BytesIO(b'{"id": "7", "old": {}}\n{"id": 7}'))] == [
        "7",
        "",
    ]


def test_the_schema_takes_what_is_read() -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(line(type="identity")))

# SPDX-License-Identifier: Apache-2.0
from pathlib import Path
from typing import Any

import pytest

from bartizan.app.policy_minimize import policy_minimize
from tests.fakes.policy_text import text
from tests.fakes.statements import allow, trusts


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (allow("s3:*"), "identity"),
        (allow("s3:*", Principal="*"), "resource"),
        (allow("s3:*", NotPrincipal={"AWS": "111111111111"}), "resource"),
        (trusts("*"), "trust"),
    ],
)
def test_the_type_of_a_policy_is_told_by_its_form(
    tmp_path: Path, statement: dict[str, Any], kind: str
) -> None:
    place = tmp_path / "p.json"
    place.write_text(text(statement))

    assert policy_minimize(place).type == kind


def test_a_type_that_is_given_counts(tmp_path: Path) -> None:
    place = tmp_path / "p.json"
    place.write_text(text(allow("s3:*")))

    assert policy_minimize(place, kind="scp").type == "scp"

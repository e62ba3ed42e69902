# SPDX-License-Identifier: Apache-2.0
"""What OpenTofu has encrypted is refused as that, wherever it is given."""

import json
from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform import plan, state
from bartizan.sources.terraform.load import made_by_code

# As OpenTofu writes it: https://opentofu.org/docs/language/state/encryption/
PLAN = {
    "meta": {"key_provider.pbkdf2.k": "eyJzYWx0Ijoi"},
    "encrypted_data": "aHVudGVyMg==",
    "encryption_version": "v0",
}
STATE = {"serial": 1, "lineage": "2b2b2b2b-1111", **PLAN}


@pytest.mark.parametrize("found", [PLAN, STATE])
def test_it_is_refused_with_what_shows_it_in_the_clear(found: dict[str, object]) -> None:
    held = json.dumps(found).encode()

    for read in (plan.read, state.read, state.resources):
        with pytest.raises(InputError, match="the file is encrypted by OpenTofu") as caught:
            read(held, "f.json")
        assert "`tofu state pull`" in caught.value.hint
        assert "`tofu show -json PLAN`" in caught.value.hint


def test_it_counts_as_made_by_code_so_that_nobody_looks_for_dumps_in_it(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text(json.dumps(STATE))

    assert made_by_code(tmp_path / "f.json")

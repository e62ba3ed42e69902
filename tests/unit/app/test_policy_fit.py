# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from bartizan.app.policy_fit import policy_fit
from bartizan.errors import UsageError
from bartizan.model.rewrite import Fitted
from tests.fakes.observed_use import ROLE, event, log
from tests.fakes.policy_text import text
from tests.fakes.statements import allow


def _fit(folder: Path, *logged: str, principal: str = ROLE) -> Fitted:
    policy, seen = folder / "p.json", folder / "log.json"
    policy.write_text(text(allow(["ec2:RunInstances", "s3:GetObject"])))
    seen.write_text(log(*(event("GetObject", number=n) for n in range(5))))
    return policy_fit(
        policy, [seen], principals=[principal], logged=logged, days=5, kind="identity"
    )


def test_what_is_vouched_for_counts_as_evidence(tmp_path: Path) -> None:
    found = _fit(tmp_path, "management", "data:s3")

    assert json.loads(found.text)["Statement"][0]["Action"] == "s3:GetObject"
    assert found.complete


def test_what_is_not_vouched_for_does_not(tmp_path: Path) -> None:
    assert _fit(tmp_path, "data:s3").removed == ()


@pytest.mark.parametrize("logged", ["everything", "data:nowhere"])
def test_a_kind_of_events_that_does_not_exist_is_an_error(tmp_path: Path, logged: str) -> None:
    with pytest.raises(UsageError, match="no kind of events"):
        _fit(tmp_path, logged)


@pytest.mark.parametrize("principal", ["web", "arn:aws:sts::111111111111:assumed-role/web/s"])
def test_what_is_no_role_or_user_is_an_error(tmp_path: Path, principal: str) -> None:
    with pytest.raises(UsageError, match="no role or user"):
        _fit(tmp_path, principal=principal)

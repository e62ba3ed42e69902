# SPDX-License-Identifier: Apache-2.0
"""Every case of AWS authorization is answered as it says."""

from collections import Counter

import pytest

from bartizan.reason.authz.aws.simulate import answer
from tests.fakes.authorization_case import Case, cases

CASES = tuple(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_answer_is_the_one_that_the_case_wants(case: Case) -> None:
    found = answer(case.line)

    if "error" in case.want:
        assert found["error"]["code"] == case.want["error"]
        return
    told = {key: found.get(key) for key in case.want}
    if "missing" in case.want:
        assert set(told.pop("missing") or ()) == set(case.want["missing"])
    assert told == {key: value for key, value in case.want.items() if key != "missing"}, found


def test_every_case_has_a_name_of_its_own_and_a_page_of_the_vendor() -> None:
    names = Counter(case.name for case in CASES)

    assert [name for name, count in names.items() if count > 1] == []
    assert all(case.page.startswith("https://docs.aws.amazon.com/") for case in CASES)
    assert len(CASES) > 200

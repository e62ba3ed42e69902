# SPDX-License-Identifier: Apache-2.0
"""Every case of AWS networks is answered as it says."""

from collections import Counter

import pytest

from bartizan.model.packet import Blocked, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.network_case import Case, cases

CASES = tuple(cases())


def _told(found: Reach) -> dict[str, object]:
    match found:
        case Reachable(legs=legs):
            hops = {hop.at for leg in legs for hop in leg.there + leg.back}
            return {"verdict": "reachable", "legs": [leg.to for leg in legs], "through": hops}
        case Blocked(ways=ways):
            return {
                "verdict": "blocked",
                "codes": sorted({blocker.code for blocker in ways[0]}),
                "at": sorted({blocker.at for blocker in ways[0]}),
            }
        case Unknown(missing=missing):
            return {"verdict": "unknown", "missing": list(missing)}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_answer_is_the_one_that_the_case_wants(case: Case) -> None:
    found = reaches(
        Topology(case.facts),
        case.source,
        case.target,
        case.protocol,
        case.port,
        client_ports=case.client_ports,
    )

    told = _told(found)
    wanted = dict(case.want)
    if "through" in wanted:
        passed = told["through"]
        assert isinstance(passed, set), found
        told["through"] = [at for at in wanted["through"] if at in passed]
    assert {key: told.get(key) for key in wanted} == wanted, found


def test_every_case_has_a_name_of_its_own_and_a_page_of_the_vendor() -> None:
    names = Counter(case.name for case in CASES)

    assert [name for name, count in names.items() if count > 1] == []
    assert all(case.page.startswith("https://docs.aws.amazon.com/") for case in CASES)

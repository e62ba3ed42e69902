# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files

import jsonschema

from bartizan.model.network_comparison import Analysis, Compared, NetworkComparison
from bartizan.model.verdict import Unknown
from bartizan.report.network_comparison import as_json, as_text, numbers
from tests.fakes.reached import ARRIVES, STOPPED

SCHEMA = json.loads((files("bartizan.report") / "schema/network-compare.schema.json").read_text())


def _analysis(name: str, *, found: bool | None, codes: tuple[str, ...] = ()) -> Analysis:
    return Analysis(
        id=name,
        found=found,
        source="igw-1",
        target="eni-1",
        protocol=6,
        port=443,
        codes=codes,
        remarks=("a warning",),
    )


SAME = Compared(analysis=_analysis("nia-1", found=True), verdict=ARRIVES)
CONTRARY = Compared(
    analysis=_analysis("nia-2", found=True, codes=("ENI_SG_RULES_MISMATCH", "BAD_STATE")),
    verdict=STOPPED,
    why="they found a way that we hold to be blocked",
    codes=("ENI_SG_RULES_MISMATCH", "SUBNET_ACL_RESTRICTION"),
)
OPEN = Compared(analysis=_analysis("nia-3", found=False), verdict=Unknown(("pl-1",)))
UNFINISHED = Compared(analysis=_analysis("nia-4", found=None), verdict=ARRIVES)
ABSENT = Compared(
    analysis=_analysis("nia-5", found=False), verdict=None, why="nothing is called x"
)
TOLD = NetworkComparison(
    snapshot="20260101-abc",
    compared=(SAME, CONTRARY, OPEN, UNFINISHED, ABSENT),
    names={"eni-1": "web"},
)


def test_what_either_side_does_not_know_is_neither_same_nor_different() -> None:
    assert numbers(TOLD) == {"same": 1, "different": 1, "undecided": 3}


def test_text_names_the_difference_and_the_codes_of_each_side() -> None:
    said = as_text(TOLD, width=90).decode()

    assert (
        """\
different nia-2  theirs reachable, ours blocked
  asked    igw-1 to eni-1 on tcp 443
  both     ENI_SG_RULES_MISMATCH
  theirs   BAD_STATE
  ours     SUBNET_ACL_RESTRICTION
  remark   a warning
  why      they found a way that we hold to be blocked
  way 1
  blocker  ENI_SG_RULES_MISMATCH at eni-2: no rule allows it
"""
        in said
    )
    assert "undecided nia-5  theirs blocked, ours unasked" in said
    assert said.endswith("same 1, different 1, undecided 3\n")


def test_the_form_for_programs_follows_its_schema() -> None:
    document = json.loads(as_json(TOLD))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)

    assert [error.message for error in validator.iter_errors(document)] == []
    assert [one["same"] for one in document["analyses"]] == [True, False, False, False, False]
    assert [one["ours"] for one in document["analyses"]] == [
        "reachable",
        "blocked",
        "unknown",
        "reachable",
        "unasked",
    ]
    assert document["analyses"][1]["theirs_only"] == ["BAD_STATE"]
    assert document["analyses"][1]["ways"][0][0]["code"] == "ENI_SG_RULES_MISMATCH"

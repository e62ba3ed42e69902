# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files
from typing import Any

import jsonschema
from msgspec import structs

from bartizan.model.reach import (
    Edit,
    Edits,
    End,
    ReachAnswer,
    ReachAsked,
    ReachGroup,
)
from bartizan.model.remedy import DropRoute, Remedy
from bartizan.model.verdict import Unknown
from bartizan.report.reach import as_json, as_text
from tests.fakes.reached import ARRIVES, HTTPS, STOPPED

SCHEMA = json.loads((files("bartizan.report") / "schema/reach.schema.json").read_text())
ONE = ReachGroup(
    verdict=ARRIVES, sources=("internet",), targets=("eni-1", "eni-3"), ports=(HTTPS,), checked=1
)
TWO = structs.replace(ONE, verdict=STOPPED, targets=("eni-2",))
THREE = structs.replace(ONE, verdict=Unknown(("pl-1", "acl-9")), targets=("eni-4",))
REMEDY = Remedy(
    change=DropRoute(owner="rtb-1", destination="0.0.0.0/0", target="igw-1"),
    title="Delete the route of rtb-1 to 0.0.0.0/0 (igw-1)",
    cost=4,
)
ANSWER = ReachAnswer(
    asked=ReachAsked(
        source=End(text="internet", what="the Internet", names=("internet",)),
        target=End(text="vpc-1", what="network vpc-1", names=("eni-1", "eni-2", "eni-3", "eni-4")),
        protocol=6,
        port=443,
    ),
    snapshot="20260101-abc",
    groups=(ONE, THREE, TWO),
    pairs=4,
    incomplete=("ec2:DescribeNetworkInterfaces: denied",),
    notes=("a note",),
    names={"eni-1": "web\x1b[31m"},
)
EDITED = structs.replace(
    ANSWER,
    edits=Edits(
        aim="close",
        done=True,
        edits=(Edit(remedy=REMEDY, command="# in account 1\naws ec2 x", terraform="# block\n"),),
        cost=4,
    ),
)
WHOLE = structs.replace(ANSWER, groups=(ONE,), incomplete=())


def _document(answer: ReachAnswer) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(as_json(answer))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)] == []
    return document


def test_text_says_the_question_each_answer_and_the_sum() -> None:
    assert as_text(ANSWER, width=90).decode() == (
        """\
from the Internet to network vpc-1 on tcp 443

── reachable: packets arrive, and their answers come back ────────────────────────────────

the Internet to web\\x1b[31m (eni-1)
  also to    eni-3
  ports    tcp 443
  packet   203.0.113.1:1024 -> 198.51.100.7:443 tcp
  there    eni-1 admits (rule `sg-1#in/1` allows it in); eni-1 receives
  back     eni-1 sends

── unknown: what was not read, or is not modelled, decides ───────────────────────────────

the Internet to eni-4
  ports    tcp 443
  missing  pl-1, acl-9

── blocked: no packet arrives with an answer ─────────────────────────────────────────────

the Internet to eni-2
  ports    tcp 443
  blocker  ENI_SG_RULES_MISMATCH at eni-2: no rule allows it
  1 more way; `--blockers` shows it

── in all ────────────────────────────────────────────────────────────────────────────────

of 4 pairs: reachable 2, unknown 1, blocked 1
  not read  ec2:DescribeNetworkInterfaces: denied
  note  a note
"""
    )


def test_all_blockers_of_all_ways_are_shown_on_demand() -> None:
    said = as_text(structs.replace(ANSWER, groups=(TWO,)), every_way=True).decode()

    assert "  way 1\n  blocker  ENI_SG_RULES_MISMATCH at eni-2: no rule allows it\n" in said
    assert (
        "  way 2\n"
        "  blocker  SUBNET_ACL_RESTRICTION at acl-1: rule 5 denies [acl-1#out/5] (the answer)\n"
        "  blocker  X_OURS at tgw-1: it is odd\n"
    ) in said


def test_what_closes_it_can_be_copied() -> None:
    said = as_text(EDITED).decode()

    assert "to close it" in said
    assert "1 change, cost 4; asked again with it, it is as wanted" in said
    assert "1. Delete the route of rtb-1 to 0.0.0.0/0 (igw-1)" in said
    assert "    $ # in account 1\n      aws ec2 x\n    # block\n" in said


def test_what_cannot_be_closed_says_why() -> None:
    edits = Edits(aim="open", done=False, why="it depends on what was not read: pl-1")
    said = as_text(structs.replace(ANSWER, edits=edits)).decode()

    assert "to open it" in said
    assert "it depends on what was not read: pl-1" in said
    assert "as wanted" not in said


def test_only_so_many_groups_are_shown_and_the_rest_counted() -> None:
    said = as_text(ANSWER, most=1).decode()

    assert "eni-2" not in said
    assert "2 groups more not shown; raise `--max`" in said


def test_a_pair_that_is_blocked_on_every_port_says_which_one_it_explains() -> None:
    everything = structs.replace(TWO, every_port=True)

    assert "on every port; of tcp 443 it is said why" in (
        as_text(structs.replace(ANSWER, groups=(everything,))).decode()
    )


def test_the_form_for_programs_holds_every_group_and_follows_its_schema() -> None:
    document = _document(ANSWER)

    assert [group["answer"] for group in document["groups"]] == ["reachable", "unknown", "blocked"]
    assert document["groups"][0]["legs"][0]["there"][0]["because"] == [
        {"subject": "sg-1", "rule": "sg-1#in/1", "why": "rule `sg-1#in/1` allows it in"}
    ]
    assert [len(way) for way in document["groups"][2]["ways"]] == [1, 2]
    assert document["question"]["port"] == 443
    assert document["whole"] is False
    assert document["edits"] is None
    assert _document(WHOLE)["whole"] is True


def test_edits_and_questions_about_every_port_follow_the_schema_too() -> None:
    asked = structs.replace(ANSWER.asked, protocol=-1, port=-1)
    document = _document(structs.replace(EDITED, asked=asked))

    assert (document["question"]["protocol"], document["question"]["port"]) == (None, None)
    assert document["edits"]["changes"][0]["change"]["kind"] == "drop-route"


def test_the_order_of_a_mapping_changes_nothing_and_text_is_ascii_in_json() -> None:
    other = structs.replace(ANSWER, names={"eni-3": "é", "eni-1": "a"})
    same = structs.replace(ANSWER, names={"eni-1": "a", "eni-3": "é"})

    assert as_json(other) == as_json(same)
    assert as_json(other).isascii()


def test_the_question_about_every_port_is_said_so() -> None:
    asked = structs.replace(ANSWER.asked, protocol=-1, port=-1)

    assert as_text(structs.replace(ANSWER, asked=asked)).startswith(
        b"from the Internet to network vpc-1 on any port\n"
    )

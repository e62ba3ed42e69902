# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files
from typing import Any

import jsonschema
from msgspec import structs

from bartizan.model.reach import (
    End,
    ExposedAnswer,
    Exposure,
    FrontEntry,
    LatentRule,
    PortRange,
)
from bartizan.model.verdict import Unknown
from bartizan.report.exposed import as_json, as_text
from tests.fakes.reached import ARRIVES, HTTPS, STOPPED

SCHEMA = json.loads((files("bartizan.report") / "schema/exposed.schema.json").read_text())
INTERNET = End(text="internet", what="the Internet", names=("internet",))
OPEN = Exposure(
    certainty="reachable",
    sources=("internet",),
    interfaces=("eni-1", "eni-3"),
    ports=(HTTPS,),
    ranges=("0.0.0.0/0", "::/0"),
    via="arn:lb",
    verdict=ARRIVES,
    things=("arn:instance",),
    checked=2,
)
DOUBTFUL = structs.replace(
    OPEN,
    certainty="unknown",
    interfaces=("eni-4",),
    via="",
    verdict=Unknown(("pl-1",)),
    things=(),
    missing=("pl-1",),
)
FRONT = FrontEntry(
    id="arn:front",
    kind="AWS::Lambda::Url",
    name="x.lambda-url",
    account="1",
    region="r",
    authenticates="nothing",
    forwards_to=("arn:f",),
)
LATENT = LatentRule(
    owner="sg-9",
    rule="sg-9#in/6/22-22/0.0.0.0/0",
    ports=PortRange(protocol=6, first=22, last=22),
    peer="0.0.0.0/0",
    interfaces=("eni-2",),
    ways=STOPPED.ways,
)
UNUSED = structs.replace(
    LATENT,
    owner="sg-8",
    ports=PortRange(protocol=6, first=8000, last=8000),
    interfaces=(),
    ways=(),
)
ANSWER = ExposedAnswer(
    source=INTERNET,
    snapshot="20260101-abc",
    exposures=(OPEN, DOUBTFUL),
    fronts=(FRONT,),
    latent=(UNUSED, LATENT),
    interfaces=9,
    incomplete=("elbv2:DescribeLoadBalancers: denied",),
    names={"eni-1": "web"},
)


def _document(answer: ExposedAnswer) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(as_json(answer))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)] == []
    return document


def test_text_says_what_is_open_what_may_be_and_what_only_looks_so() -> None:
    assert as_text(ANSWER, width=90).decode() == (
        """\
what the Internet reaches

── reachable: packets arrive, and their answers come back ────────────────────────────────

tcp 443 of web (eni-1)
  and of   eni-3
  from     0.0.0.0/0, ::/0
  through  arn:lb
  serves   arn:instance
  packet   203.0.113.1:1024 -> 198.51.100.7:443 tcp
  there    eni-1 admits (rule `sg-1#in/1` allows it in); eni-1 receives
  back     eni-1 sends

── unknown: what was not read, or is not modelled, decides ───────────────────────────────

tcp 443 of eni-4
  from     0.0.0.0/0, ::/0
  missing  pl-1

── fronts: ways in that have no interface ────────────────────────────────────────────────

x.lambda-url, takes requests of anybody
  front    AWS::Lambda::Url arn:front
  sends to arn:f

── latent: rules open to the world where nothing of it arrives ───────────────────────────

sg-8 lets 0.0.0.0/0 in on tcp 8000
  rule     sg-9#in/6/22-22/0.0.0.0/0
  blocker  no interface has the group

sg-9 lets 0.0.0.0/0 in on tcp 22
  rule     sg-9#in/6/22-22/0.0.0.0/0
  admin    SSH (22)
  at       eni-2
  blocker  ENI_SG_RULES_MISMATCH at eni-2: no rule allows it
  1 more way; `--blockers` shows it

── in all ────────────────────────────────────────────────────────────────────────────────

of 9 interfaces: reachable 2, unknown 1
1 way in without an interface
2 rules open to the world where nothing of it arrives
the answer is not whole: what was not read could change it
  not read  elbv2:DescribeLoadBalancers: denied
"""
    )


def test_ports_that_hosts_and_data_are_administered_through_are_named() -> None:
    every = structs.replace(LATENT, ports=PortRange(protocol=-1, first=0, last=0))
    stretch = PortRange(protocol=6, first=3306, last=3389)
    answer = structs.replace(
        ANSWER,
        exposures=(structs.replace(OPEN, ports=(HTTPS, stretch)), OPEN),
        latent=(every,),
    )

    said = _document(answer)

    assert [one["administration"] for one in said["exposures"]] == [
        ["MySQL (3306)", "RDP (3389)"],
        [],
    ]
    assert {"SSH (22)", "SNMP (161)"} <= set(said["latent"][0]["administration"])


def test_all_ways_are_shown_on_demand_and_only_so_many_of_each_kind() -> None:
    every = as_text(ANSWER, every_way=True).decode()
    few = as_text(ANSWER, most=1).decode()

    assert "way 2" in every
    assert "eni-2" not in few
    assert "1 more not shown; raise `--max`" in few


def test_other_senders_are_named() -> None:
    group = End(text="sg-1", what="security group sg-1", names=("eni-7", "eni-8"))
    held = structs.replace(ANSWER, source=group)
    some = structs.replace(OPEN, sources=("eni-7",))

    assert "  sent by  eni-7\n" in (as_text(structs.replace(held, exposures=(some,))).decode())


def test_the_form_for_programs_holds_everything_and_follows_its_schema() -> None:
    document = _document(ANSWER)

    assert [one["answer"] for one in document["exposures"]] == ["reachable", "unknown"]
    assert document["exposures"][0]["ports"] == [{"protocol": 6, "first": 443, "last": 443}]
    assert [one["group"] for one in document["latent"]] == ["sg-8", "sg-9"]
    assert document["fronts"][0]["authenticates"] == "nothing"
    assert document["whole"] is False


def test_an_answer_in_which_nothing_is_unknown_is_whole() -> None:
    whole = structs.replace(ANSWER, exposures=(OPEN,), incomplete=())

    assert _document(whole)["whole"] is True
    assert "not whole" not in as_text(whole).decode()

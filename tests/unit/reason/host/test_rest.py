# SPDX-License-Identifier: Apache-2.0
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.step import Ask, Foothold, Step
from bartizan.reason.host.rest import unread
from bartizan.sources.puppet.facts.said import Said
from tests.fakes.hosts import derived, host, rule, told


def gap(name: str = "web1") -> Unread:
    return Said(
        host=name, record="r", type="File", title="x", file="a.pp", line=1, parameters={},
        applied=True,
    ).gap("it is hidden")  # fmt: skip


def test_what_is_not_told_of_a_host_may_make_anybody_root() -> None:
    (step,) = [one for one in derived(whole=False) if one.technique == "unread-host"]

    assert step.missing == ("what else is on web1",)
    assert told(derived(whole=False), "unread-host") == [("web1", "root", False)]


def test_a_host_that_is_told_whole_holds_nothing_else() -> None:
    assert told(derived(), "unread-host") == []


def test_what_could_not_be_read_of_a_host_is_named() -> None:
    (step,) = [
        one for one in derived(host(), gap(), gap("web2")) if one.technique == "unread-host"
    ]

    assert step.missing == ("a.pp:1: it is hidden",)


def test_what_an_answer_depends_on_has_a_row() -> None:
    found = derived(rule("bob", "/opt/x"), whole=False)

    rows = list(unread(Facts.of([host(whole=False)]), [one for one in found if one.missing]))

    assert {row.code: row.reason for row in rows} == {
        "unmanaged": "puppet tells what it looks after, and not what else is on web1",
        "not-understood": "what `/opt/x` lets its caller do on web1",
    }


def test_what_has_a_row_or_is_on_no_host_gets_none() -> None:
    facts = Facts.of([host(), gap()])
    hidden = [one for one in derived(host(), gap()) if one.missing]
    grants = Foothold("run-code", "root@web1")
    asks = (Ask(principal="p", action="ssm:SendCommand", resource="i"),)
    cloud = Step(technique="x", needs=(), grants=grants, cost=1, missing=("y",), asks=asks)
    elsewhere = Step(
        technique="x", needs=(), grants=Foothold("run-code", "i"), cost=1, missing=("y",)
    )

    assert list(unread(facts, [*hidden, cloud, elsewhere])) == []

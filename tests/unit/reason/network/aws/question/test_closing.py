# SPDX-License-Identifier: Apache-2.0
from itertools import combinations

import pytest
from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.packet import Reachable
from bartizan.model.reach import Edits
from bartizan.reason.network.aws.change import changed, revoking
from bartizan.reason.network.aws.question import closing as room
from bartizan.reason.network.aws.question.closing import closing
from bartizan.reason.network.aws.question.reach import ask, reach
from tests.fakes.shop_network import DB, OLD, WEB, facts, rule
from tests.fakes.slow_router import SlowRouter


def _closed(held: Facts, source: str, target: str) -> Edits:
    return closing(held, reach(held, SlowRouter(held), ask(held, source, target)), SlowRouter)


def _titles(found: Edits) -> list[str]:
    return [edit.remedy.title for edit in found.edits]


def test_one_rule_closes_all_that_rests_on_it() -> None:
    found = _closed(facts(), "internet", "vpc-1:443")

    assert _titles(found) == ["Revoke the ingress tcp 443 from 0.0.0.0/0 of sg-web"]
    assert (found.aim, found.done, found.cost, found.why) == ("close", True, 1, "")


def test_what_several_rules_open_is_closed_by_all_of_them_or_something_cheaper() -> None:
    more = [rule("sg-web", peer, 443) for peer in ("1.0.0.0/8", "8.0.0.0/7", "64.0.0.0/2")]
    found = _closed(facts(*more), "internet", f"{WEB}:443")

    assert _titles(found) == [f"Take the public address 198.51.100.10 off {WEB}"]
    assert found.cost == 2


def test_nothing_cheaper_than_what_is_found_closes_it() -> None:
    more = rule("sg-web", "8.0.0.0/7", 443)
    held = facts(more)
    asked = ask(held, "internet", f"{WEB}:443")
    found = _closed(held, "internet", f"{WEB}:443")
    inbound = [row for row in held.rows(type(more)) if row.owner == "sg-web"]

    assert found.cost == 2
    for one in inbound:
        after = changed(held, [revoking(one)])
        answer = reach(after, SlowRouter(after), asked)
        assert any(isinstance(group.verdict, Reachable) for group in answer.groups)
    assert len(list(combinations(inbound, 1))) == 5


def test_every_port_is_closed_where_none_was_named() -> None:
    found = _closed(facts(), "internet", WEB)

    assert _titles(found) == [f"Take the public address 198.51.100.10 off {WEB}"]


def test_what_is_closed_already_needs_no_change_and_what_is_unknown_stays_so() -> None:
    blocked = _closed(facts(), OLD, f"{DB}:5432")
    unknown = _closed(facts(), "internet", "eni-doubt:8443")

    assert (blocked.done, blocked.edits, blocked.why) == (
        True,
        (),
        "nothing surely arrives as it is",
    )
    assert (unknown.done, unknown.edits, unknown.why) == (
        True,
        (),
        "what is unknown stays unknown",
    )


def test_where_no_change_is_known_it_is_said() -> None:
    held = facts()
    answer = reach(held, SlowRouter(held), ask(held, "internet", f"{WEB}:443"))
    (group,) = answer.groups
    assert isinstance(group.verdict, Reachable)
    bare = structs.replace(group.verdict.legs[0], there=(), back=())
    groups = (structs.replace(group, verdict=Reachable(legs=(bare,))),)

    found = closing(held, structs.replace(answer, groups=groups), SlowRouter)
    assert not found.done
    assert found.why == f"no change that is known here stops what reaches `{WEB}`"


def test_it_gives_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_ROUNDS", 1)

    assert _closed(facts(), "internet", f"{WEB}:443").why == (
        "after 1 rounds something still arrives"
    )

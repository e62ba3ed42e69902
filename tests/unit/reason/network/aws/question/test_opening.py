# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.network import InternetBlock
from bartizan.model.packet import Reachable
from bartizan.model.reach import Edits
from bartizan.reason.network.aws.change import changed
from bartizan.reason.network.aws.question import opening as room
from bartizan.reason.network.aws.question.opening import opening
from bartizan.reason.network.aws.question.reach import ask, reach
from bartizan.reason.network.aws.question.remedies import network_changes
from tests.fakes.shop_network import ACCOUNT, DB, OLD, REGION, WEB, facts, rows, rule
from tests.fakes.slow_router import SlowRouter


def _opened(held: Facts, source: str, target: str) -> list[str]:
    """Return what opens it, having asked the whole question again with it done."""
    asked = ask(held, source, target)
    found = opening(held, asked)
    assert found.done
    after = changed(held, network_changes(edit.remedy for edit in found.edits))
    answer = reach(after, SlowRouter(after), asked)
    assert all(isinstance(group.verdict, Reachable) for group in answer.groups)
    return [edit.remedy.title for edit in found.edits]


def _failed(found: Edits) -> str:
    assert not found.done
    assert found.edits == ()
    return found.why


def test_a_missing_rule_is_added_for_the_sender_alone() -> None:
    assert _opened(facts(), OLD, f"{WEB}:443/udp") == [
        "Authorize the ingress udp 443 from 10.0.2.30/32 in sg-web"
    ]


def test_the_internet_needs_a_route_an_address_and_a_rule() -> None:
    assert sorted(_opened(facts(), "internet", f"{DB}:5432")) == [
        "Authorize the ingress tcp 5432 from 0.0.0.0/0 in sg-db",
        f"Give 10.0.2.20 of {DB} a public address",
        "Route 0.0.0.0/0 to igw-1 in rtb-private",
    ]


@pytest.mark.parametrize(
    ("direction", "port", "title"),
    [
        ("in", 5432, "Authorize the ingress tcp 5432 from 10.0.1.10/32 in acl-1 as rule 9"),
        ("out", 1024, "Authorize the egress tcp 1024-65535 to 10.0.1.10/32 in acl-1 as rule 9"),
    ],
)
def test_an_entry_is_put_in_front_of_the_one_that_denies(
    direction: str, port: int, title: str
) -> None:
    denies = rule(
        "acl-1", "0.0.0.0/0", port, last=65535, direction=direction, number=10, allow=False
    )

    assert title in _opened(facts(denies), WEB, f"{DB}:5432")


def test_what_is_open_needs_nothing() -> None:
    found = opening(facts(), ask(facts(), "internet", f"{WEB}:443"))

    assert (found.done, found.edits, found.why) == (True, (), "it is open as it is")


def test_what_was_not_read_is_not_papered_over() -> None:
    found = opening(facts(), ask(facts(), "internet", "eni-doubt:8443"))

    assert _failed(found) == "it depends on what was not read: pl-1"


def test_what_no_rule_route_or_address_opens_is_said_to_be_so() -> None:
    kept = [row for row in rows() if not isinstance(row, InternetBlock)]
    off = InternetBlock(account=ACCOUNT, region=REGION, mode="block-bidirectional")
    held = Facts.of((*kept, off))

    assert _failed(opening(held, ask(held, "internet", f"{WEB}:22"))) == (
        "something else than rules, routes and public addresses blocks every way"
    )


def test_a_question_without_a_port_or_of_too_many_pairs_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UsageError, match="no port"):
        opening(facts(), ask(facts(), "internet", WEB))
    monkeypatch.setattr(room, "MOST_PAIRS", 3)
    with pytest.raises(UsageError, match="5 pairs"):
        opening(facts(), ask(facts(), "internet", "vpc-1:1"))


def test_it_gives_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_TRIES", 1)

    found = opening(facts(), ask(facts(), OLD, f"{WEB}:443/udp"))
    assert _failed(found) == "none of 1 sets of changes opens it"

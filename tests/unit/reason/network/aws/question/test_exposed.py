# SPDX-License-Identifier: Apache-2.0

import pyarrow as pa
import pytest
from msgspec import structs

from bartizan.errors import DisagreementError
from bartizan.model.facts.gap import Unread
from bartizan.model.packet import Reachable
from bartizan.model.reach import ExposedAnswer, FrontEntry, PortRange
from bartizan.reason.network.aws.question import exposed as room
from bartizan.reason.network.aws.question.exposed import exposed, source_of
from tests.fakes.shop_network import (
    ACCOUNT,
    DATABASE,
    DB,
    DOUBT,
    FRONT,
    INSTANCE,
    REGION,
    WEB,
    WEB2,
    facts,
    interface,
    subnet,
)
from tests.fakes.slow_router import SlowRouter

FACTS = facts()
ENGINE = SlowRouter(FACTS)


def _asked(source: str = "internet") -> ExposedAnswer:
    return exposed(FACTS, ENGINE, source_of(FACTS, source))


def test_what_the_same_rules_and_routes_expose_stands_together() -> None:
    answer = _asked()

    first, doubt = answer.exposures
    assert first.certainty == "reachable"
    assert first.interfaces == (WEB, WEB2)
    assert first.ports == (
        PortRange(protocol=6, first=443, last=443),
        PortRange(protocol=6, first=8000, last=8010),
    )
    assert first.things == (INSTANCE,)
    assert isinstance(first.verdict, Reachable)
    assert first.verdict.legs[0].packet.port == 443
    assert first.checked == 2
    assert (doubt.certainty, doubt.interfaces, doubt.missing) == ("unknown", (DOUBT,), ("pl-1",))
    assert (answer.interfaces, answer.names) == (5, {WEB: "shop"})
    assert not answer.whole


def test_interfaces_in_other_subnets_are_one_group_only_where_the_reasons_are_the_same() -> None:
    elsewhere = interface("eni-w3", "subnet-other", "10.0.3.10", "sg-web", public="198.51.100.33")
    held = facts(elsewhere, subnet("subnet-other", "10.0.3.0/24", "rtb-public"))
    found = exposed(held, SlowRouter(held), source_of(held, "internet")).exposures

    assert [one.interfaces for one in found if one.certainty == "reachable"] == [
        ("eni-w3", WEB, WEB2)
    ]


def test_what_listens_behind_an_exposed_port_is_named() -> None:
    found = [one for one in _asked("tag:role=web").exposures if DB in one.interfaces]

    assert [(one.sources, one.things) for one in found] == [((WEB, WEB2), (DATABASE,))]


def test_ways_in_without_an_interface_are_named_for_the_internet_alone() -> None:
    front = FrontEntry(
        id=FRONT,
        kind="AWS::CloudFront::Distribution",
        name="d1.cloudfront.net",
        account=ACCOUNT,
        region="",
        authenticates="nothing",
        forwards_to=("shop.example",),
    )

    assert _asked().fronts == (front,)
    assert _asked(WEB).fronts == ()
    assert _asked(WEB).latent == ()


def test_one_address_of_the_internet_sees_what_is_open_to_it() -> None:
    inside, outside = (
        exposed(FACTS, _Ranged(FACTS), source_of(FACTS, text)) for text in ("8.8.8.8", "9.9.9.9")
    )

    assert [one.interfaces for one in inside.exposures] == [(WEB, WEB2)]
    assert outside.exposures == ()


class _Ranged(SlowRouter):
    """Says that all that is surely open is open to one range."""

    def exposed(self, source: str = "internet") -> pa.Table:
        rows = super().exposed(source).to_pylist()
        kept = [row | {"ranges": ["8.0.0.0/8"]} for row in rows if row["certainty"] != "unknown"]
        return pa.Table.from_pylist(kept, schema=super().exposed(source).schema)


class _Liar(SlowRouter):
    """Says that the database is open."""

    def exposed(self, source: str = "internet") -> pa.Table:
        table = super().exposed(source)
        row = table.to_pylist()[0] | {"interface": DB, "certainty": "reachable"}
        return pa.concat_tables([table, pa.Table.from_pylist([row], schema=table.schema)])


class _Blind(SlowRouter):
    """Says that nothing is open."""

    def exposed(self, source: str = "internet") -> pa.Table:
        return super().exposed(source).slice(0, 0)


@pytest.mark.parametrize("engine", [_Liar, _Blind])
def test_two_engines_that_disagree_are_never_hidden(engine: type[SlowRouter]) -> None:
    with pytest.raises(DisagreementError, match="the kernel answers"):
        exposed(FACTS, engine(FACTS), source_of(FACTS, "internet"))


def test_what_was_not_read_shows() -> None:
    gap = Unread(
        provider="aws", account=ACCOUNT, region=REGION, service="lambda",
        operation="ListFunctionUrlConfigs", action="", kind="AWS::Lambda::Url",
        resource="arn:f", code="denied", reason="no",
    )  # fmt: skip
    held = facts(gap, structs.replace(gap, kind="AWS::S3::Bucket"))
    answer = exposed(held, SlowRouter(held), source_of(held, "internet"))

    assert answer.incomplete == (
        f"lambda:ListFunctionUrlConfigs of arn:f in {ACCOUNT} {REGION}: denied",
    )


def test_more_sources_than_are_asked_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_SOURCES", 2)

    assert _asked("vpc-1").incomplete == ("3 more sources were not looked at",)

# SPDX-License-Identifier: Apache-2.0
import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import InputError, Location
from bartizan.reason.network.aws.simulate import Simulator, answer_schema, refused, schema
from tests.fakes.shop_network import DB, DOUBT, OLD, WEB, WEB_PUBLIC, facts

SIMULATOR = Simulator(facts())
LINES = jsonschema.Draft202012Validator(schema())
ANSWERS = jsonschema.Draft202012Validator(answer_schema())


def _answer(**line: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    text = json.dumps({name.rstrip("_"): value for name, value in line.items()})
    answer = SIMULATOR.answer(text.encode(), Location("p.jsonl", 3))
    assert [error.message for error in ANSWERS.iter_errors(answer)] == []
    return answer


def test_a_packet_that_arrives_has_its_way_there_and_back() -> None:
    line = {"id": "a", "from": "internet", "to": WEB, "port": 443}
    assert list(LINES.iter_errors(line)) == []
    answer = _answer(**line)

    assert (answer["id"], answer["verdict"]) == ("a", "reachable")
    (leg,) = answer["legs"]
    assert leg["packet"]["address"] == WEB_PUBLIC
    assert [hop["at"] for hop in leg["there"]] == ["igw-1", "acl-1", WEB, WEB]
    assert leg["there"][1]["because"][0]["subject"] == "acl-1"


def test_a_packet_that_is_stopped_has_all_its_blockers() -> None:
    answer = _answer(from_=OLD, to=DB, port=5432)

    assert (answer["id"], answer["verdict"]) == ("", "blocked")
    (way,) = answer["ways"]
    assert [blocker["code"] for blocker in way] == ["ENI_SG_RULES_MISMATCH"]


def test_a_packet_of_which_too_little_is_known_names_what_is_missing() -> None:
    answer = _answer(from_="internet", to=DOUBT, port=8443, protocol=6)

    assert (answer["verdict"], answer["missing"]) == ("unknown", ["pl-1"])


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"address": "10.0.1.10"}, "reachable"),
        ({"address": WEB_PUBLIC}, "blocked"),
        ({"source_address": "10.0.2.30"}, "reachable"),
        ({"source_address": "10.0.2.31"}, "blocked"),
        ({"source_port": 5}, "reachable"),
        ({"protocol": "udp"}, "blocked"),
        ({"protocol": "icmp", "port": 8}, "blocked"),
    ],
)
def test_what_is_stated_of_a_packet_counts(more: dict[str, Any], verdict: str) -> None:
    line = {"from": OLD, "to": WEB, "port": 22, **more}

    assert _answer(**line)["verdict"] == verdict


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"to": WEB}, "object missing required field `from`"),
        ({"from": "internet", "to": WEB, "port": 65536}, "expected `int` <= 65535 at `port`"),
        ({"from": "internet", "to": WEB, "sport": 1}, "object contains unknown field `sport`"),
        ({"from": "internet", "to": "nobody"}, "nothing in the snapshot is called `nobody`"),
        ({"from": "internet", "to": "vpc-1"}, "`vpc-1` means 5 interfaces, a packet has one"),
        ({"from": "internet", "to": "sg-unused"}, "`sg-unused` means 0 interfaces"),
        ({"from": "internet", "to": WEB, "protocol": "x"}, "no protocol `x`"),
        ({"from": "internet", "to": WEB, "protocol": -1}, "no protocol `-1`"),
        ({"from": "internet", "to": WEB, "protocol": "icmp", "port": 300}, "no type 300 of icmp"),
        ({"from": "internet", "to": WEB, "address": "1.2.3"}, "no address `1.2.3`"),
    ],
)
def test_a_line_that_makes_no_sense_says_where_and_why(line: dict[str, Any], message: str) -> None:
    answer = _answer(id="b", **line)

    assert answer["id"] == "b"
    assert answer["error"]["message"].startswith(message)
    assert answer["error"]["at"] == "p.jsonl:3"
    assert answer["error"]["hint"]


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 100_000, b'{"id": 1}'])
def test_what_is_no_packet_is_answered_all_the_same(text: bytes) -> None:
    answer = SIMULATOR.answer(text)

    assert answer["id"] == ""
    assert answer["error"]["code"] == "input"


@given(st.binary(max_size=80))
def test_whatever_bytes_come_nothing_is_raised(text: bytes) -> None:
    assert SIMULATOR.answer(text).keys() <= {"id", "verdict", "legs", "ways", "missing", "error"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "from", "to", "protocol", "port", "source_port", "source_address", "address"]
        ),
        JSON | st.sampled_from([WEB, "internet", 22, "tcp", "10.0.1.10"]),
    )
)
def test_lines_are_answered_or_refused_as_the_schema_says(line: dict[str, Any]) -> None:
    answer = _answer(**line)

    if "error" not in answer:
        assert list(LINES.iter_errors(line)) == []


def test_a_refusal_has_the_form_of_every_other() -> None:
    assert refused(InputError("too long", at=Location("x", 1), hint="h"), name="n") == {
        "id": "n",
        "error": {"code": "input", "message": "too long", "at": "x:1", "hint": "h"},
    }

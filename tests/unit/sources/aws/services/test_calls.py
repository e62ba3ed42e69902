# SPDX-License-Identifier: Apache-2.0
"""The table of calls against botocore's own model of every service."""

import functools
import re
from collections.abc import Iterator

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from bartizan.sources.aws.call import Call
from bartizan.sources.aws.services import SERVICES
from tests.fakes.shape_of_expression import (
    Anything,
    Given,
    Members,
    NoSuchMemberError,
    Text,
    element,
    is_object,
    is_text,
    shape_of,
)

_SESSION = botocore.session.get_session()
_CALLS = [(service, call) for service in SERVICES for call in service.calls]
_READS = re.compile(r"(Get|List|Describe|Search|Generate|BatchGet|Lookup|View)[A-Z]")

every_call = pytest.mark.parametrize(
    "call", [pytest.param(call, id=f"{one.name}-{call.kind}") for one, call in _CALLS]
)


@functools.cache
def _operation(call: tuple[str, str]) -> OperationModel:
    return _SESSION.get_service_model(call[0]).operation_model(call[1])


def _model(call: Call) -> OperationModel:
    return _operation((call.service, call.operation))


def _item(call: Call) -> Given:
    """What one element of the call is."""
    answer = _model(call).output_shape
    if not call.items:
        return answer
    listed = element(shape_of(call.items, answer))
    assert listed is not None, f"`{call.items}` is no list"
    return listed


def _givers(call: Call) -> Iterator[Call]:
    """The calls of the same service that give the parents."""
    (service,) = (one for one in SERVICES if any(held is call for held in one.calls))
    yield from (other for other in service.calls if other.kind == call.each)


def _roots(call: Call) -> Iterator[dict[str, Given]]:
    plain: dict[str, Given] = dict.fromkeys(("account", "region", "partition"), Text())
    if not call.each:
        yield plain | {"parent": Anything(), "parent_id": Text()}
    for giver in _givers(call):
        yield plain | {"parent": _item(giver), "parent_id": Text()}


@every_call
def test_a_call_is_an_operation_that_only_reads(call: Call) -> None:
    assert _model(call).name == call.operation
    assert _READS.match(call.operation)


@every_call
def test_the_elements_of_an_answer_are_objects(call: Call) -> None:
    assert is_object(_item(call))


@every_call
def test_an_id_is_text_that_the_answer_has(call: Call) -> None:
    for root in _roots(call):
        assert is_text(shape_of(call.id, Members(root | {"item": _item(call)})))


@every_call
def test_a_call_sends_what_the_operation_takes(call: Call) -> None:
    takes = _model(call).input_shape
    members = takes.members if takes else {}
    required = set(takes.required_members) if takes else set()

    assert set(call.parameters) <= set(members)
    assert required <= set(call.parameters)
    for root in _roots(call):
        for name, expression in call.parameters.items():
            given = shape_of(expression, Members(root))
            if members[name].type_name == "string":
                assert is_text(given) or isinstance(given, Anything), expression


@every_call
def test_a_condition_asks_for_what_parents_have(call: Call) -> None:
    for root in _roots(call):
        if call.when:
            shape_of(call.when, Members(root))


@every_call
def test_the_parents_of_a_call_come_from_its_own_service_and_scope(call: Call) -> None:
    if call.each:
        givers = list(_givers(call))

        assert givers
        assert all(giver.scope is call.scope for giver in givers)


@every_call
def test_a_place_of_secrets_exists_and_ends_at_text(call: Call) -> None:
    for place in call.secrets:
        at = _item(call)
        for step in re.findall(r"\[\]|[^.\[\]]+", place):
            if step == "[]":
                assert isinstance(at, ListShape)
                at = at.member
            elif step == "*":
                assert isinstance(at, MapShape | StructureShape)
                at = at.value if isinstance(at, MapShape) else at
            else:
                assert isinstance(at, StructureShape)
                at = at.members[step]
        assert isinstance(at, Shape)
        assert _texts_under(at), place


@pytest.mark.parametrize(
    "expression",
    [
        "Functions[].Nam",
        "Function",
        "Functions.Name",
        "join('', [Functions[0].Arn])",
        "Functions[?Size > `0`]",
    ],
)
def test_the_check_finds_what_an_answer_does_not_have(expression: str) -> None:
    answer = _operation(("lambda", "ListFunctions")).output_shape

    with pytest.raises(NoSuchMemberError):
        shape_of(expression, answer)


def _texts_under(shape: Shape) -> bool:
    if isinstance(shape, ListShape):
        return _texts_under(shape.member)
    if isinstance(shape, MapShape):
        return _texts_under(shape.value)
    if isinstance(shape, StructureShape):
        return any(_texts_under(inner) for inner in shape.members.values())
    return shape.type_name in ("string", "blob")


def test_no_kind_is_given_by_two_services() -> None:
    services: dict[str, set[str]] = {}
    for service, call in _CALLS:
        services.setdefault(call.kind, set()).add(service.name)

    assert {kind for kind, givers in services.items() if len(givers) > 1} == set()

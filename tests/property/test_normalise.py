# SPDX-License-Identifier: Apache-2.0
import botocore.session
import hypothesis.strategies as st
from hypothesis import given, settings

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Record, RecordList
from bartizan.model.redact import redact
from bartizan.sources.aws.call import Call
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.aws.services import SERVICES
from tests.fakes.sample_element import sample
from tests.fakes.shape_of_expression import element, shape_of

_SESSION = botocore.session.get_session()
_ODD: list[Json] = [None, "", "text", 0, -1, True, [], [[]], [None], {}, {"Key": 1}, "arn:aws:"]


def _record(call: Call) -> Record:
    model = _SESSION.get_service_model(call.service).operation_model(call.operation)
    listed = element(shape_of(call.items, model.output_shape)) if call.items else None
    body = sample(listed or model.output_shape)
    assert isinstance(body, dict)
    return Record(
        provider="aws",
        account="111111111111",
        region="eu-west-1",
        service=call.service,
        kind=call.kind,
        id=f"arn:aws:{call.service}:eu-west-1:111111111111:thing/{call.kind}",
        body=redact(body, call.secrets, key=b"k"),
        source=f"{call.service}:{call.operation}",
    )


_RECORDS = tuple(_record(call) for service in SERVICES for call in service.calls)


@st.composite
def _damaged(draw: st.DrawFn, value: Json) -> Json:
    """Replace or remove something, at whatever depth."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 3)) == 0:
            return {key: held for key, held in value.items() if key != name}
        return value | {name: draw(_damaged(value[name]))}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        return [draw(_damaged(value[0])), *value[1:]]
    return draw(st.sampled_from(_ODD))


def test_elements_as_the_vendor_describes_them_are_not_malformed() -> None:
    facts = AwsNormaliser()(RecordList(_RECORDS))

    assert [row for row in facts.rows(Unread) if row.code == "malformed"] == []


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_record_never_stops_the_others(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(_RECORDS) - 1))
    record = _RECORDS[position]
    body = data.draw(_damaged(dict(record.body)))
    damaged = Record(
        provider="aws",
        account=record.account,
        region=record.region,
        service=record.service,
        kind=record.kind,
        id=record.id,
        body=body if isinstance(body, dict) else {},
        source=record.source,
    )
    records = RecordList((*_RECORDS[:position], damaged, *_RECORDS[position + 1 :]))

    facts = AwsNormaliser()(records)

    # The record itself, and the one that it tells a detail of.
    malformed = [row for row in facts.rows(Unread) if row.code == "malformed"]
    assert len(malformed) <= 2

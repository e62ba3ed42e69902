# SPDX-License-Identifier: Apache-2.0
"""Systems Manager: parameters without their values, and the policies that share them.

Values are never asked for, not even those of plain `String` parameters, since people keep secrets
in them too; a parameter that would be one more credential is therefore only known as a store.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
"""

import functools
from collections.abc import Iterator

from bartizan.model.facts.estate import Store
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, objects, rows, tags, text
from bartizan.sources.aws.facts.encryption import Keys
from bartizan.sources.aws.service import Service

_call = functools.partial(Call, service="ssm", scope=Scope.REGION)
_of_parameter = functools.partial(_call, each="AWS::SSM::Parameter", id="parent_id")

_CALLS = (
    _call(
        operation="DescribeParameters",
        kind="AWS::SSM::Parameter",
        items="Parameters",
        id="item.ARN || join('', ['arn:', partition, ':ssm:', region, ':', account, ':parameter',"
        " (starts_with(item.Name, '/') && item.Name) || join('', ['/', item.Name])])",
    ),
    _of_parameter(
        operation="ListTagsForResource",
        kind="AWS::SSM::ParameterTags",
        parameters={"ResourceType": "'Parameter'", "ResourceId": "parent.Name"},
    ),
    # Only parameters of the advanced tier can be shared by a policy of their own.
    _of_parameter(
        operation="GetResourcePolicies",
        kind="AWS::SSM::ParameterPolicies",
        parameters={"ResourceArn": "parent_id"},
        when="parent.Tier == 'Advanced'",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Yield parameters and the policies that share them."""
    known = Keys.of(records)
    labels = {row.id: row for row in records.of("AWS::SSM::ParameterTags")}

    def parameter(record: Record) -> Iterator[Row]:
        held = labels.get(record.id)
        yield Store(
            arn=record.id,
            kind=record.kind,
            account=record.account,
            region=record.region,
            name=text(record.body, "Name"),
            key=known.arn(record, text(record.body, "KeyId")),
            tags=tags(held.body, "TagList") if held else {},
        )

    yield from rows(records, "AWS::SSM::Parameter", parameter)
    yield from rows(records, "AWS::SSM::ParameterPolicies", _policies)


def _policies(record: Record) -> Iterator[Row]:
    """Yield the policies of a parameter, which may have several."""
    for position, held in enumerate(objects(record.body, "Policies")):
        name = f"{record.id}#resource" + (f"/{text(held, 'PolicyId')}" if position else "")
        yield Policy(
            id=name,
            provider=record.provider,
            type="resource",
            account=record.account,
            name="resource policy",
            managed="inline",
            document=document(held, "Policy") or None,
            default_version="",
            kind=record.kind,
            record=record.id,
        )
        yield Attachment(policy=name, target=record.id, use="resource")


SERVICE = Service(name="Systems Manager", calls=_CALLS, normalise=normalise)

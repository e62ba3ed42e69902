# SPDX-License-Identifier: Apache-2.0
"""Systems Manager: parameters without their values, the policies that share them, and documents
without their contents that are run on hosts.

Values are never asked for, not even those of plain `String` parameters, since people keep secrets
in them too; a parameter that would be one more credential is therefore only known as a store.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
"""

import functools
from collections.abc import Iterator

from bartizan.model.arn import account_of
from bartizan.model.facts.estate import Association, Store
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, objects, rows, tags, text, texts
from bartizan.sources.aws.facts.encryption import Keys
from bartizan.sources.aws.service import Service

_DOCUMENT, _ASSOCIATION = "AWS::SSM::Document", "AWS::SSM::Association"
_AUTOMATION = "Automation"
"""The type of documents that run in the service itself, and not on hosts."""
_VENDOR = ("aws", "amazon", "amzn")
"""How names of documents begin that nobody else may give.

Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
"""
_DEFAULT = "$DEFAULT"

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
    _call(
        operation="ListDocuments",
        kind=_DOCUMENT,
        parameters={"Filters": "[{Key: 'Owner', Values: ['Self']}]"},
        items="DocumentIdentifiers",
        id="join('', ['arn:', partition, ':ssm:', region, ':', account, ':document/', item.Name])",
    ),
    _call(
        operation="ListAssociations",
        kind=_ASSOCIATION,
        items="Associations",
        id="join('', ['arn:', partition, ':ssm:', region, ':', account, ':association/',"
        " item.AssociationId])",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Yield parameters, the policies that share them, and what is run on hosts.

    Sources: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Association.html
    """
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
    automations = {
        record.id
        for record in records.of(_DOCUMENT)
        if record.body.get("DocumentType") == _AUTOMATION
    }
    for row in rows(records, _ASSOCIATION, _association):
        if not (isinstance(row, Association) and row.document in automations):
            yield row


def _association(record: Record) -> Iterator[Row]:
    body = record.body
    document = _document(record, text(body, "Name"))
    elsewhere = account_of(document) not in {"", record.account}
    one = text(body, "InstanceId")
    targets = {f"InstanceIds={one}"} if one else set()
    for target in objects(body, "Targets"):
        targets |= {f"{text(target, 'Key')}={value}" for value in texts(target, "Values")}
    yield Association(
        arn=record.id,
        account=record.account,
        region=record.region,
        document=document,
        # Of a document of another account it is always the default version that is run.
        version=_DEFAULT if elsewhere else text(body, "DocumentVersion") or _DEFAULT,
        targets=tuple(sorted(targets)),
    )


def _document(record: Record, name: str) -> str:
    """Return the ARN of the document that an association names, by name or, of another account,
    by ARN; empty for one of the vendor's own.
    """
    if name.rpartition("/")[2].lower().startswith(_VENDOR):
        return ""
    if name.startswith("arn:"):
        return name
    return f"{record.id.partition(':association/')[0]}:document/{name}"


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

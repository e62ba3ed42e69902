# SPDX-License-Identifier: Apache-2.0
"""Systems Manager: documents without their contents, and associations that run them on machines.

What a document says is for review, as all code is that the change itself writes.
Sources: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentIdentifier.html
and https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Association.html
"""

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.whole import Whole, token


def _document(thing: Thing, _draft: Draft) -> Body:
    return {"Name": thing.name(), "DocumentType": thing.text("document_type")}


def _association(thing: Thing, _draft: Draft) -> Body:
    held = thing.values.get("association_id")
    targets: list[Json] = [
        {"Key": one.text("key"), "Values": list[Json](one.texts("values"))}
        for one in thing.blocks("targets")
    ]
    body: Body = {
        "AssociationId": held if isinstance(held, str) and held else token(thing),
        "Name": thing.text("name"),
        "Targets": targets,
    }
    # The provider fills in what the code leaves out.
    for member, name in (("DocumentVersion", "document_version"), ("InstanceId", "instance_id")):
        if thing.said(name):
            body[member] = thing.text(name)
    return body


KINDS = (
    Whole(
        type="aws_ssm_document",
        service="ssm",
        record="AWS::SSM::Document",
        resource="document/{name}",
        body=_document,
    ).kind(),
    Whole(
        type="aws_ssm_association",
        service="ssm",
        record="AWS::SSM::Association",
        resource="association/{token}",
        body=_association,
        id="",
        rank=1,
    ).kind(),
)

# SPDX-License-Identifier: Apache-2.0
"""Data Pipeline: pipelines and the roles that they and their machines act as."""

from collections.abc import Iterator

from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import objects, rows, text
from bartizan.sources.aws.facts.workload import role_arn, workload
from bartizan.sources.aws.service import Service

PIPELINE = "AWS::DataPipeline::Pipeline"
DEFINITION = "AWS::DataPipeline::PipelineDefinition"

_CALLS = (
    Call(
        service="datapipeline",
        operation="ListPipelines",
        kind=PIPELINE,
        scope=Scope.REGION,
        items="pipelineIdList",
        id="join('', ['arn:', partition, ':datapipeline:', region, ':', account, ':pipeline/', "
        "item.id])",
    ),
    Call(
        service="datapipeline",
        operation="GetPipelineDefinition",
        kind=DEFINITION,
        scope=Scope.REGION,
        each=PIPELINE,
        parameters={"pipelineId": "parent.id"},
        # Other fields of a definition hold commands and passwords.
        items="[{pipelineObjects: pipelineObjects[].{id: id, name: name, "
        "fields: fields[?key == 'role' || key == 'resourceRole' || key == 'type']}}]",
        id="parent_id",
        absent=("PipelineNotFoundException", "PipelineDeletedException"),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: the machines of a pipeline act as its resource role.

    Source: https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-roles.html
    """
    definitions = {record.id: record for record in records.of(DEFINITION)}

    def pipeline(record: Record) -> Iterator[Row]:
        roles = _roles(definitions[record.id]) if record.id in definitions else {}
        yield workload(
            record,
            name=text(record.body, "name"),
            role=role_arn(record, roles.get("resourceRole", "")),
            running=True,
            related={"service-role": role_arn(record, roles.get("role", ""))},
        )

    yield from rows(records, PIPELINE, pipeline)


def _roles(definition: Record) -> dict[str, str]:
    """Return the roles that a definition names; those of its default object count most."""
    found: dict[str, str] = {}
    for thing in objects(definition.body, "pipelineObjects"):
        named = {
            text(field, "key"): text(field, "stringValue") for field in objects(thing, "fields")
        }
        found = {**found, **named} if text(thing, "id") == "Default" else {**named, **found}
    return found


SERVICE = Service(name="Data Pipeline", calls=_CALLS, normalise=normalise)

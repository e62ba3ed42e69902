# SPDX-License-Identifier: Apache-2.0
"""Data Pipeline: pipelines and the roles that they and their machines act as.

Source: https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_GetPipelineDefinition.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_PIPELINE, _DEFINITION = "AWS::DataPipeline::Pipeline", "AWS::DataPipeline::PipelineDefinition"
_READ = ("role", "resourceRole", "type")
"""Fields of a definition that are kept; others hold commands and passwords."""

_kind = functools.partial(Kind, service="datapipeline")
_keep = functools.partial(keep, service="datapipeline")


def _arn(thing: Thing, attribute: str) -> str:
    return thing.here("datapipeline", f"pipeline/{thing.identity(attribute)}")


def _names(thing: Thing) -> Mapping[str, str]:
    return {"id": thing.made("df")}


def _pipeline(thing: Thing, draft: Draft) -> None:
    body: Body = {"id": thing.identity("id"), "name": thing.called()}
    _keep(thing, draft, _PIPELINE, _arn(thing, "id"), body=body)


def _no_pipeline(thing: Thing, draft: Draft) -> None:
    for kind in (_PIPELINE, _DEFINITION):
        draft.drop(kind, _arn(thing, "id"))


def _definition(thing: Thing, draft: Draft) -> None:
    body: Body = {"pipelineObjects": [_object(one) for one in thing.blocks("pipeline_object")]}
    _keep(thing, draft, _DEFINITION, _arn(thing, "pipeline_id"), body=body)


def _object(block: Thing) -> dict[str, Json]:
    fields = [one for one in block.blocks("field") if one.text("key") in _READ]
    return {
        "id": block.text("id"),
        "name": block.text("name"),
        "fields": [
            {"key": one.text("key"), "stringValue": one.text("string_value")} for one in fields
        ],
    }


def _no_definition(thing: Thing, draft: Draft) -> None:
    draft.drop(_DEFINITION, _arn(thing, "pipeline_id"))


KINDS = (
    _kind(
        type="aws_datapipeline_pipeline",
        put=_pipeline,
        take=_no_pipeline,
        record=_PIPELINE,
        names=_names,
    ),
    _kind(
        type="aws_datapipeline_pipeline_definition",
        put=_definition,
        take=_no_definition,
        record=_DEFINITION,
        rank=1,
    ),
)

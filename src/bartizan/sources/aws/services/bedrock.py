# SPDX-License-Identifier: Apache-2.0
"""Bedrock AgentCore: code interpreters and agent runtimes, and the roles that they act as."""

from collections.abc import Iterator

from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

CODE_INTERPRETER = "AWS::BedrockAgentCore::CodeInterpreterCustom"
RUNTIME = "AWS::BedrockAgentCore::Runtime"

_CALLS = (
    Call(
        service="bedrock-agentcore-control",
        operation="ListCodeInterpreters",
        kind=f"{CODE_INTERPRETER}Summary",
        scope=Scope.REGION,
        action="bedrock-agentcore:ListCodeInterpreters",
        parameters={"type": "'CUSTOM'"},
        items="codeInterpreterSummaries",
        id="item.codeInterpreterArn",
    ),
    Call(
        service="bedrock-agentcore-control",
        operation="GetCodeInterpreter",
        kind=CODE_INTERPRETER,
        scope=Scope.REGION,
        action="bedrock-agentcore:GetCodeInterpreter",
        each=f"{CODE_INTERPRETER}Summary",
        parameters={"codeInterpreterId": "parent.codeInterpreterId"},
        id="parent_id",
        absent=("ResourceNotFoundException",),
    ),
    Call(
        service="bedrock-agentcore-control",
        operation="ListAgentRuntimes",
        kind=f"{RUNTIME}Summary",
        scope=Scope.REGION,
        action="bedrock-agentcore:ListAgentRuntimes",
        items="agentRuntimes",
        id="item.agentRuntimeArn",
    ),
    Call(
        service="bedrock-agentcore-control",
        operation="GetAgentRuntime",
        kind=RUNTIME,
        scope=Scope.REGION,
        action="bedrock-agentcore:GetAgentRuntime",
        each=f"{RUNTIME}Summary",
        parameters={"agentRuntimeId": "parent.agentRuntimeId"},
        id="parent_id",
        absent=("ResourceNotFoundException",),
        secrets=("environmentVariables.*",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: code in an interpreter or runtime acts as its execution role.

    Source: https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/code-interpreter-create.html
    """
    yield from rows(records, CODE_INTERPRETER, _code_interpreter)
    yield from rows(records, RUNTIME, _runtime)


def _code_interpreter(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "name"),
        role=text(body, "executionRoleArn"),
        running=text(body, "status") == "READY",
    )


def _runtime(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "agentRuntimeName"),
        role=text(body, "roleArn"),
        running=text(body, "status") == "READY",
    )


SERVICE = Service(name="Bedrock AgentCore", calls=_CALLS, normalise=normalise)

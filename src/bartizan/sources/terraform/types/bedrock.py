# SPDX-License-Identifier: Apache-2.0
"""Bedrock AgentCore: code interpreters and agent runtimes, and the roles that they act as.

Source: https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_Operations.html
"""

import functools

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.whole import Whole

_INTERPRETER = "AWS::BedrockAgentCore::CodeInterpreterCustom"
_RUNTIME = "AWS::BedrockAgentCore::Runtime"

_whole = functools.partial(Whole, service="bedrock-agentcore", id="")


def _interpreter(thing: Thing, _draft: Draft) -> Body:
    role = thing.text("execution_role_arn") if thing.said("execution_role_arn") else ""
    return {"name": thing.text("name"), "executionRoleArn": role, "status": "READY"}


def _runtime(thing: Thing, _draft: Draft) -> Body:
    return {
        "agentRuntimeName": thing.text("agent_runtime_name"),
        "roleArn": thing.text("role_arn"),
        "status": "READY",
        "environmentVariables": thing.variables("environment_variables"),
    }


KINDS = (
    _whole(
        type="aws_bedrockagentcore_code_interpreter",
        record=_INTERPRETER,
        resource="code-interpreter-custom/{name}-{token}",
        body=_interpreter,
        arn="code_interpreter_arn",
        member="codeInterpreterArn",
        listing=f"{_INTERPRETER}Summary",
        listed=("codeInterpreterArn", "name", "status"),
    ).kind(),
    _whole(
        type="aws_bedrockagentcore_agent_runtime",
        record=_RUNTIME,
        resource="runtime/{name}-{token}",
        body=_runtime,
        name="agent_runtime_name",
        arn="agent_runtime_arn",
        member="agentRuntimeArn",
        listing=f"{_RUNTIME}Summary",
        listed=("agentRuntimeArn", "agentRuntimeName", "status"),
        secrets=("environmentVariables.*",),
    ).kind(),
)

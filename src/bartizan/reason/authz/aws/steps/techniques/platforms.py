# SPDX-License-Identifier: Apache-2.0
"""Techniques over App Runner, Bedrock AgentCore, Data Pipeline and Step Functions."""

from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_PIPELINE = "arn:{partition}:datapipeline:{region}:{account}:pipeline/{new}"
_CUSTOM = "arn:{partition}:bedrock-agentcore:{region}:{account}:code-interpreter-custom/{new}"
_MACHINE = "arn:{partition}:states:{region}:{account}:stateMachine:{new}"
_INTERPRETS = "The interpreter runs the caller's code with the credentials of the role."

TECHNIQUES = (
    handing(
        "apprunner-new-service",
        "Make an App Runner service with the role",
        Need(
            action="apprunner:CreateService",
            resource="arn:{partition}:apprunner:{region}:{account}:service/{new}/bartizan",
        ),
        service="tasks.apprunner.amazonaws.com",
        refs=("apprunner-001",),
        how="The service's container or start command runs with the credentials of the role.",
    ),
    changing(
        "apprunner-update-service",
        "Change what an App Runner service runs",
        Need(action="apprunner:UpdateService", resource="{workload}"),
        kind="AWS::AppRunner::Service",
        refs=("apprunner-002",),
        effort=3,
        how="A new image or start command runs with the credentials of the service's role.",
    ),
    handing(
        "bedrock-new-interpreter",
        "Make a code interpreter with the role and use it",
        Need(action="bedrock-agentcore:CreateCodeInterpreter"),
        Need(action="bedrock-agentcore:StartCodeInterpreterSession", resource=_CUSTOM),
        Need(action="bedrock-agentcore:InvokeCodeInterpreter", resource=_CUSTOM),
        service="bedrock-agentcore.amazonaws.com",
        refs=("bedrock-001",),
        how=_INTERPRETS,
    ),
    changing(
        "bedrock-use-interpreter",
        "Use a code interpreter",
        Need(action="bedrock-agentcore:StartCodeInterpreterSession", resource="{workload}"),
        Need(action="bedrock-agentcore:InvokeCodeInterpreter", resource="{workload}"),
        kind="AWS::BedrockAgentCore::CodeInterpreterCustom",
        refs=("bedrock-002",),
        effort=1,
        how=_INTERPRETS,
    ),
    handing(
        "datapipeline-new-pipeline",
        "Make a pipeline with the role and run it",
        Need(action="datapipeline:CreatePipeline"),
        Need(action="datapipeline:PutPipelineDefinition", resource=_PIPELINE),
        Need(action="datapipeline:ActivatePipeline", resource=_PIPELINE),
        service="datapipeline.amazonaws.com",
        refs=("datapipeline-001",),
        effort=3,
        how="A shell activity of the pipeline runs with the credentials of the role.",
    ),
    handing(
        "states-new-machine",
        "Make a state machine with the role and run it",
        Need(action="states:CreateStateMachine", resource=_MACHINE),
        Need(action="states:StartExecution", resource=_MACHINE),
        service="states.amazonaws.com",
        refs=(),
        how="A state machine calls any AWS operation with the rights of its role.",
    ),
    changing(
        "states-change-machine",
        "Change a state machine and run it",
        Need(action="states:UpdateStateMachine", resource="{workload}"),
        Need(action="states:StartExecution", resource="{workload}"),
        kind="AWS::StepFunctions::StateMachine",
        refs=(),
        how="A state machine calls any AWS operation with the rights of its role.",
    ),
)

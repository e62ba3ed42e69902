# SPDX-License-Identifier: Apache-2.0
"""Types of Terraform whose objects run code as a role, with values and what a scan would give."""

from dataclasses import dataclass
from typing import Any

from bartizan.model.facts.estate import Workload
from bartizan.model.record import Record
from tests.fakes.new_objects import HELD, laid, only
from tests.fakes.planned_network import SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change

ROLE, OTHER = f"arn:aws:iam::{ACCOUNT}:role/r", f"arn:aws:iam::{ACCOUNT}:role/other"
CANARY = "hunter2-canary-value"
HIDDEN = {"PASSWORD": CANARY}


@dataclass(frozen=True)
class Case:
    """A type whose objects run code as a role."""

    type: str
    values: Described
    arn: str
    """How its ARN begins, after the account."""
    kind: str
    facts: Described
    role: str = "role_arn"
    """The argument with its role; a dot leads into a block."""
    computed: tuple[str, ...] = ("arn", "id")
    untold: str = ""
    """What of a new one is never told."""
    left_out: int = 0
    """Secrets that the vendor's answers do not hold."""

    def __str__(self) -> str:
        return self.type

    @property
    def address(self) -> str:
        return f"{self.type}.x"


CASES: tuple[Case, ...] = (
    Case(
        "aws_codebuild_project",
        {
            "name": "b",
            "service_role": ROLE,
            "environment": [
                {
                    "privileged_mode": True,
                    "environment_variable": [{"name": "PASSWORD", "value": CANARY}],
                }
            ],
            "source": [{"type": "GITHUB", "location": "https://a", "buildspec": CANARY}],
            "secondary_sources": [{"type": "NO_SOURCE", "buildspec": CANARY}],
            "tags": {"team": "a"},
        },
        "codebuild:eu-west-1:111111111111:project/b",
        "AWS::CodeBuild::Project",
        {"name": "b", "running": True, "privileged": True, "tags": {"team": "a"},
         "related": {"source": "https://a"}},
        role="service_role",
    ),
    Case(
        "aws_sfn_state_machine",
        {"name": "m", "role_arn": ROLE, "definition": CANARY},
        "states:eu-west-1:111111111111:stateMachine:m",
        "AWS::StepFunctions::StateMachine",
        {"name": "m", "running": True},
    ),
    Case(
        "aws_cloudformation_stack",
        {"name": "s", "iam_role_arn": ROLE, "template_body": CANARY, "parameters": HIDDEN,
         "tags": {"team": "a"}},
        "cloudformation:eu-west-1:111111111111:stack/s/",
        "AWS::CloudFormation::Stack",
        {"name": "s", "running": True, "tags": {"team": "a"}},
        role="iam_role_arn",
        computed=("id",),
        untold="template_body",
        left_out=1,
    ),
    Case(
        "aws_cloudformation_stack_set",
        {"name": "s", "administration_role_arn": ROLE, "template_body": CANARY,
         "parameters": HIDDEN, "execution_role_name": "e", "tags": {"team": "a"}},
        "cloudformation:eu-west-1:111111111111:stackset/s:",
        "AWS::CloudFormation::StackSet",
        {"name": "s", "running": True, "tags": {"team": "a"},
         "related": {"execution-role-name": "e", "permission-model": "SELF_MANAGED"}},
        role="administration_role_arn",
    ),
    Case(
        "aws_apprunner_service",
        {
            "service_name": "w",
            "instance_configuration": [{"instance_role_arn": ROLE}],
            "source_configuration": [
                {
                    "authentication_configuration": [{"access_role_arn": OTHER}],
                    "image_repository": [
                        {
                            "image_identifier": "i",
                            "image_configuration": [
                                {
                                    "runtime_environment_variables": HIDDEN,
                                    "start_command": CANARY,
                                }
                            ],
                        }
                    ],
                    "code_repository": [
                        {
                            "repository_url": "u",
                            "code_configuration": [
                                {
                                    "code_configuration_values": [
                                        {
                                            "runtime_environment_variables": HIDDEN,
                                            "start_command": CANARY,
                                            "build_command": CANARY,
                                        }
                                    ]
                                }
                            ],
                        }
                    ],
                }
            ],
        },
        "apprunner:eu-west-1:111111111111:service/w/",
        "AWS::AppRunner::Service",
        {"name": "w", "running": True, "public": True, "related": {"access-role": OTHER}},
        role="instance_configuration.instance_role_arn",
        computed=("arn", "id", "service_url", "network_configuration"),
    ),
    Case(
        "aws_glue_job",
        {"name": "j", "role_arn": ROLE, "default_arguments": HIDDEN,
         "non_overridable_arguments": HIDDEN},
        "glue:eu-west-1:111111111111:job/j",
        "AWS::Glue::Job",
        {"name": "j", "running": True},
    ),
    Case(
        "aws_glue_dev_endpoint",
        {"name": "e", "role_arn": ROLE, "arguments": HIDDEN, "subnet_id": SUBNET},
        "glue:eu-west-1:111111111111:devEndpoint/e",
        "AWS::Glue::DevEndpoint",
        {"name": "e", "running": True, "public": False, "related": {"vpc": VPC, "subnet": SUBNET}},
        computed=("arn", "id", "public_address"),
    ),
    Case(
        "aws_sagemaker_notebook_instance",
        {"name": "n", "role_arn": ROLE, "subnet_id": SUBNET, "lifecycle_config_name": "l"},
        "sagemaker:eu-west-1:111111111111:notebook-instance/n",
        "AWS::SageMaker::NotebookInstance",
        {"name": "n", "running": True, "privileged": True, "metadata_v1": True,
         "related": {"subnet": SUBNET, "lifecycle-config": "l"}},
    ),
    Case(
        "aws_sagemaker_model",
        {"name": "m", "execution_role_arn": ROLE,
         "primary_container": [{"image": "i", "environment": HIDDEN}],
         "container": [{"image": "i", "environment": HIDDEN}]},
        "sagemaker:eu-west-1:111111111111:model/m",
        "AWS::SageMaker::Model",
        {"name": "m", "running": False},
        role="execution_role_arn",
    ),
    Case(
        "aws_sagemaker_domain",
        {"domain_name": "d", "vpc_id": VPC, "default_user_settings": [{"execution_role": ROLE}]},
        "sagemaker:eu-west-1:111111111111:domain/",
        "AWS::SageMaker::Domain",
        {"name": "d", "running": True, "related": {"vpc": VPC}},
        role="default_user_settings.execution_role",
    ),
    Case(
        "aws_bedrockagentcore_code_interpreter",
        {"name": "i", "execution_role_arn": ROLE},
        "bedrock-agentcore:eu-west-1:111111111111:code-interpreter-custom/i-",
        "AWS::BedrockAgentCore::CodeInterpreterCustom",
        {"name": "i", "running": True},
        role="execution_role_arn",
        computed=("code_interpreter_arn",),
    ),
    Case(
        "aws_bedrockagentcore_agent_runtime",
        {"agent_runtime_name": "a", "role_arn": ROLE, "environment_variables": HIDDEN},
        "bedrock-agentcore:eu-west-1:111111111111:runtime/a-",
        "AWS::BedrockAgentCore::Runtime",
        {"name": "a", "running": True},
        computed=("agent_runtime_arn",),
    ),
    Case(
        "aws_transfer_user",
        {"server_id": "s-1", "user_name": "u", "role": ROLE, "home_directory": "/box",
         "home_directory_type": "LOGICAL", "tags": {"team": "a"},
         "home_directory_mappings": [{"entry": "/", "target": "/box/u"}]},
        "transfer:eu-west-1:111111111111:user/s-1/u",
        "AWS::Transfer::User",
        {"name": "u", "running": True, "tags": {"team": "a"},
         "related": {
             "server": f"arn:aws:transfer:{REGION}:{ACCOUNT}:server/s-1", "domain": "S3",
             "home": "/box", "directory:/": "/box/u",
         }},
        role="role",
    ),
)  # fmt: skip


def made(case: Case, **more: Any) -> Described:  # noqa: ANN401 - arguments of Terraform
    names = tuple(one for one in case.computed if one not in more)
    return change(
        case.address,
        after=case.values | more,
        unknown=dict.fromkeys(names, True),
        computed=names,
    )


def known(case: Case) -> tuple[Described, tuple[Record, ...]]:
    """Return the values of one that is there, and all records with its own."""
    before = laid(made(case))
    arn = only(before, Workload, kind=case.kind).arn
    told = {name: arn for name in case.computed if name.endswith("arn")} or {"id": arn}
    return case.values | told, (*HELD, *before.overlay.put.values())


def case_of(type_: str) -> Case:
    """Return the case of a type."""
    return next(one for one in CASES if one.type == type_)

# SPDX-License-Identifier: Apache-2.0
"""What runs code as a role, service by service: the facts that a scan of it would give."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bartizan.model.facts.estate import Trigger, Workload
from bartizan.model.facts.policy import Attachment
from bartizan.model.facts.service import Front
from bartizan.model.secret import MARKER
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.planned_network import SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

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
    secret: bool = True
    more: Described = field(default_factory=dict)
    """Other values, of which it runs no less."""

    def __str__(self) -> str:
        return self.type

    @property
    def address(self) -> str:
        return f"{self.type}.x"


def _with(values: Described, place: str, value: object) -> Described:
    name, _, rest = place.partition(".")
    if not rest:
        return values | {name: value}
    return values | {name: [_with(values[name][0], rest, value)]}


def _without(values: Described, place: str) -> tuple[Described, Described]:
    """Return values without one that is not known, and the tree of marks that says so."""
    name, _, rest = place.partition(".")
    if not rest:
        return {key: one for key, one in values.items() if key != name}, {name: True}
    inner, marks = _without(values[name][0], rest)
    return values | {name: [inner]}, {name: [marks]}


CASES = (
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
        computed=("arn", "id", "service_url"),
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
        secret=False,
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
        secret=False,
    ),
    Case(
        "aws_bedrockagentcore_code_interpreter",
        {"name": "i", "execution_role_arn": ROLE},
        "bedrock-agentcore:eu-west-1:111111111111:code-interpreter-custom/i-",
        "AWS::BedrockAgentCore::CodeInterpreterCustom",
        {"name": "i", "running": True},
        role="execution_role_arn",
        computed=("code_interpreter_arn",),
        secret=False,
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
        secret=False,
    ),
)  # fmt: skip


def made(case: Case, **more: Any) -> Described:  # noqa: ANN401 - arguments of Terraform
    return change(
        case.address,
        after=case.values | more,
        unknown=dict.fromkeys(case.computed, True),
        computed=case.computed,
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_runs_as_its_role(case: Case) -> None:
    found = laid(made(case))

    row = only(found, Workload, kind=case.kind)
    assert row.arn.startswith(f"arn:aws:{case.arn}")
    assert row.role == ROLE
    assert {name: getattr(row, name) for name in case.facts} == case.facts
    assert operations(found) == ([f"{case.address}.{case.untold}"] if case.untold else [])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_record_is_what_the_vendor_describes_without_secrets(case: Case) -> None:
    found = laid(made(case))

    assert misfits(found) == []
    assert CANARY not in repr(found)
    assert (MARKER in repr(found)) == case.secret


def _known(case: Case) -> tuple[Described, tuple[Any, ...]]:
    """Return the values of one that is there, and all records with its own."""
    before = laid(made(case))
    arn = only(before, Workload, kind=case.kind).arn
    told = {name: arn for name in case.computed if name.endswith("arn")} or {"id": arn}
    return case.values | told, (*HELD, *before.overlay.put.values())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_another_role_is_another_role(case: Case) -> None:
    values, held = _known(case)

    found = laid(
        change(case.address, before=values, after=_with(values, case.role, OTHER)), records=held
    )

    assert only(found, Workload, kind=case.kind).role == OTHER
    assert found.gaps == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_goes_with_all_that_tells_of_it(case: Case) -> None:
    values, held = _known(case)

    gone = laid(change(case.address, before=values), records=held)

    assert kinds(gone, case.kind.rpartition("::")[0]) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_role_that_is_not_known_is_named(case: Case) -> None:
    values, unknown = _without(case.values, case.role)
    one = change(
        case.address,
        after=values,
        unknown=unknown | dict.fromkeys(case.computed, True),
        computed=case.computed,
    )

    found = operations(laid(one))

    place = case.role.replace(".", "[0].")
    assert f"{case.address}.{place}" in found


def test_a_stack_whose_template_changes_or_that_goes_is_told() -> None:
    case = next(one for one in CASES if one.type == "aws_cloudformation_stack")
    values, held = _known(case)
    other = change(case.address, before=values, after=values | {"template_body": "{}"})
    secret = change(
        case.address,
        before=values,
        after=values,
        sensitive={"parameters": {"PASSWORD": True}},
        actions=("update",),
    )

    for one in (other, secret, change(case.address, before=values)):
        found = laid(one, records=held)
        assert operations(found) == ["aws_cloudformation_stack.x.template_body"]
        assert "not read" in found.gaps[0].reason


def test_a_stack_set_without_roles_has_the_usual_ones() -> None:
    plain = change("aws_cloudformation_stack_set.s", after={"name": "s"})
    managed = change(
        "aws_cloudformation_stack_set.s",
        after={"name": "s", "permission_model": "SERVICE_MANAGED"},
    )

    own = only(laid(plain), Workload, kind="AWS::CloudFormation::StackSet")
    theirs = only(laid(managed), Workload, kind="AWS::CloudFormation::StackSet")

    role = "role/AWSCloudFormationStackSetAdministrationRole"
    assert own.role == f"arn:aws:iam::{ACCOUNT}:{role}"
    assert own.related["execution-role-name"] == "AWSCloudFormationStackSetExecutionRole"
    assert (theirs.role, theirs.related) == ("", {"permission-model": "SERVICE_MANAGED"})


def test_a_stack_set_whose_template_changes_changes_what_it_made() -> None:
    case = next(one for one in CASES if one.type == "aws_cloudformation_stack_set")
    values, held = _known(case)

    found = laid(
        change(case.address, before=values, after=values | {"template_body": "{}"}), records=held
    )

    assert operations(found) == ["aws_cloudformation_stack_set.x.template_body"]


def test_a_service_that_the_code_keeps_inside_is_no_way_in() -> None:
    case = next(one for one in CASES if one.type == "aws_apprunner_service")
    closed = [{"ingress_configuration": [{"is_publicly_accessible": False}]}]

    found = laid(made(case, network_configuration=closed))

    assert not only(found, Workload, kind=case.kind).public
    assert not only(found, Front, kind=case.kind).public
    assert only(laid(made(case)), Front, kind=case.kind).public


def test_an_endpoint_outside_of_networks_has_a_public_address() -> None:
    case = next(one for one in CASES if one.type == "aws_glue_dev_endpoint")

    assert only(laid(made(case, subnet_id=None)), Workload, kind=case.kind).public
    known = change(case.address, after=case.values | {"public_address": "198.51.100.1"})
    assert only(laid(known), Workload, kind=case.kind).public


def test_a_notebook_is_as_guarded_as_the_code_says() -> None:
    case = next(one for one in CASES if one.type == "aws_sagemaker_notebook_instance")
    block = [{"minimum_instance_metadata_service_version": "2"}]

    row = only(
        laid(made(case, root_access="Disabled", instance_metadata_service_configuration=block)),
        Workload,
        kind=case.kind,
    )

    assert (row.privileged, row.metadata_v1) == (False, False)


def test_a_trigger_starts_its_jobs() -> None:
    values = {
        "name": "t", "type": "SCHEDULED",
        "actions": [{"job_name": "j", "arguments": HIDDEN}, {"crawler_name": "c"}],
    }  # fmt: skip
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}"

    found = laid(change("aws_glue_trigger.t", after=values))
    gone = laid(
        change("aws_glue_trigger.t", before=values),
        records=(*HELD, *found.overlay.put.values()),
    )

    row = only(found, Trigger)
    assert (row.workload, row.source) == (f"{arn}:job/j", f"{arn}:trigger/t")
    assert (misfits(found), CANARY in repr(found)) == ([], False)
    assert kinds(gone, "AWS::Glue") == []


def test_the_catalogue_has_the_policy_that_is_written() -> None:
    values = {"policy": '{"Statement": []}'}

    found = laid(change("aws_glue_resource_policy.p", after=values))
    gone = laid(
        change("aws_glue_resource_policy.p", before=values),
        records=(*HELD, *found.overlay.put.values()),
    )
    hidden = laid(change("aws_glue_resource_policy.p", unknown={"policy": True}, after={}))

    target = f"arn:aws:glue:{REGION}:{ACCOUNT}:catalog"
    assert [row.target for row in facts(found).rows(Attachment)] == [target]
    assert misfits(found) == []
    assert kinds(gone, "AWS::Glue") == []
    assert operations(hidden) == ["aws_glue_resource_policy.p.policy"]


def test_a_user_of_a_new_server_reaches_files_within_a_session_policy() -> None:
    server = new("aws_transfer_server.s", "endpoint", domain="S3", endpoint_type="PUBLIC")
    user = new("aws_transfer_user.u", refers={"server_id": referring("aws_transfer_server.s.id")},
               user_name="u", role=ROLE, policy='{"Statement": []}')  # fmt: skip
    other = new("aws_transfer_server.o", endpoint_type="VPC", domain="EFS")

    found = laid(server, user)
    row = only(found, Workload, kind="AWS::Transfer::User")
    (held,) = found.overlay.of("AWS::Transfer::Server")
    gone = laid(
        change("aws_transfer_server.s", before={"id": held.body["ServerId"], "arn": held.id}),
        change("aws_transfer_user.u", before={"arn": row.arn, "user_name": "u",
                                              "server_id": held.body["ServerId"]}),
        records=(*HELD, *found.overlay.put.values()),
    )  # fmt: skip

    assert row.public
    assert row.related["server"] == held.id
    assert [one.use for one in facts(found).rows(Attachment)] == ["session"]
    assert (misfits(found), found.gaps) == ([], ())
    assert kinds(gone, "AWS::Transfer") == []
    (inside,) = laid(other).overlay.of("AWS::Transfer::Server")
    assert (inside.body["EndpointType"], inside.body["Domain"]) == ("VPC", "EFS")


def test_machines_of_a_launch_configuration_act_as_the_role_of_its_profile() -> None:
    profile = f"arn:aws:iam::{ACCOUNT}:instance-profile/p"
    held = record("AWS::IAM::InstanceProfile", profile, Arn=profile, Roles=[{"Arn": ROLE}])
    values: Described = {"name": "l", "iam_instance_profile": "p", "user_data": CANARY}
    guarded = values | {"metadata_options": [{"http_tokens": "required"}]}
    encoded: Described = {"name": "m", "user_data_base64": CANARY}

    found = laid(new("aws_launch_configuration.l", **values), records=(*HELD, held))
    row = only(found, Workload, kind="AWS::AutoScaling::LaunchConfiguration")
    second = laid(new("aws_launch_configuration.l", **guarded), records=(*HELD, held))
    third = laid(new("aws_launch_configuration.m", **encoded))
    gone = laid(
        change("aws_launch_configuration.l", before=values | {"arn": row.arn}),
        records=(*HELD, *found.overlay.put.values()),
    )

    assert row.arn.endswith(":launchConfigurationName/l")
    assert (row.role, row.running, row.metadata_v1) == (ROLE, False, True)
    assert not only(second, Workload, kind=row.kind).metadata_v1
    assert (misfits(found), CANARY in repr(found), CANARY in repr(third)) == ([], False, False)
    assert kinds(gone, "AWS::AutoScaling") == []


def test_a_pipeline_has_the_roles_of_its_definition() -> None:
    fields = [
        {"key": "role", "string_value": "service"},
        {"key": "resourceRole", "string_value": "machine"},
        {"key": "*password", "string_value": CANARY},
    ]
    definition = new(
        "aws_datapipeline_pipeline_definition.d",
        refers={"pipeline_id": referring("aws_datapipeline_pipeline.p.id")},
        pipeline_object=[{"id": "Default", "name": "Default", "field": fields}],
    )

    found = laid(new("aws_datapipeline_pipeline.p", name="p"), definition)
    row = only(found, Workload, kind="AWS::DataPipeline::Pipeline")
    name = row.arn.rpartition("/")[2]
    held = (*HELD, *found.overlay.put.values())
    bare = laid(
        change("aws_datapipeline_pipeline_definition.d", before={"pipeline_id": name}),
        records=held,
    )
    gone = laid(change("aws_datapipeline_pipeline.p", before={"id": name}), records=held)

    assert (row.name, row.role) == ("p", f"arn:aws:iam::{ACCOUNT}:role/machine")
    assert row.related == {"service-role": f"arn:aws:iam::{ACCOUNT}:role/service"}
    assert (misfits(found), found.gaps, CANARY in repr(found)) == ([], (), False)
    assert only(bare, Workload, kind=row.kind).role == ""
    assert kinds(gone, "AWS::DataPipeline") == []

# SPDX-License-Identifier: Apache-2.0
"""What runs code as a role, service by service: what is peculiar to each."""

from bartizan.model.facts.estate import Trigger, Workload
from bartizan.model.facts.policy import Attachment
from bartizan.model.facts.service import Front
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.runners import CANARY, HIDDEN, ROLE, case_of, known, made
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring


def test_a_stack_whose_template_changes_or_that_goes_is_told() -> None:
    case = case_of("aws_cloudformation_stack")
    values, held = known(case)
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
    case = case_of("aws_cloudformation_stack_set")
    values, held = known(case)

    found = laid(
        change(case.address, before=values, after=values | {"template_body": "{}"}), records=held
    )

    assert operations(found) == ["aws_cloudformation_stack_set.x.template_body"]


def test_a_service_that_the_code_keeps_inside_is_no_way_in() -> None:
    case = case_of("aws_apprunner_service")
    closed = [{"ingress_configuration": [{"is_publicly_accessible": False}]}]

    found = laid(made(case, network_configuration=closed))

    assert not only(found, Workload, kind=case.kind).public
    assert not only(found, Front, kind=case.kind).public
    assert only(laid(made(case)), Front, kind=case.kind).public


def test_an_endpoint_outside_of_networks_has_a_public_address() -> None:
    case = case_of("aws_glue_dev_endpoint")

    assert only(laid(made(case, subnet_id=None)), Workload, kind=case.kind).public
    told = change(case.address, after=case.values | {"public_address": "198.51.100.1"})
    assert only(laid(told), Workload, kind=case.kind).public


def test_a_notebook_is_as_guarded_as_the_code_says() -> None:
    case = case_of("aws_sagemaker_notebook_instance")
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

    plain = new("aws_launch_configuration.l", "metadata_options", **values)

    found = laid(plain, records=(*HELD, held))
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
    assert found.gaps == ()
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

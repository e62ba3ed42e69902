# SPDX-License-Identifier: Apache-2.0
"""What a change hides is told wherever one value of it would open a path."""

import json
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.app.gate import gate
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.gate import Gate, Judgement
from bartizan.model.record import RecordList
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.gate_case import MANIFEST, applied
from tests.fakes.guarded_account import GUARDED, UNGUARDED
from tests.fakes.hidden_plan import Objects, Place, hiding, planned, put
from tests.fakes.runners import case_of
from tests.fakes.statements import allow, deny
from tests.fakes.terraform_plan import Described, change, plan

OUTSIDE = "arn:aws:iam::999999999999:root"
_SERVICES = (
    *("apprunner", "bedrock-agentcore", "cloudformation", "codebuild", "ec2", "ecs-tasks", "glue"),
    *("lambda", "pods.eks", "sagemaker", "states", "tasks.apprunner", "transfer"),
)
RUNS = {"Service": [f"{one}.amazonaws.com" for one in _SERVICES]}
WORKER, IDLE, VENDOR = (
    f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("worker", "idle", "vendor")
)


def written(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(principal: object) -> str:
    action = ["sts:AssumeRole", "sts:TagSession"]
    return written({"Effect": "Allow", "Principal": principal, "Action": action})


def role(name: str, principal: object) -> dict[str, Any]:
    return {
        "name": name, "path": "/", "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "unique_id": f"AROA{name.upper()}", "assume_role_policy": trust(principal),
    }  # fmt: skip


def inline(name: str, *statements: object) -> dict[str, Any]:
    return {"name": "p", "role": name, "policy": written(*statements)}


def vendor(*statements: object) -> Objects:
    """A role that an outsider has, and one that administers the account and one that does nothing,
    both for whatever runs code.
    """
    return {
        "aws_iam_role.worker": role("worker", RUNS),
        "aws_iam_role_policy.worker": inline("worker", allow("*")),
        "aws_iam_role.idle": role("idle", RUNS),
        "aws_iam_role.vendor": role("vendor", {"AWS": OUTSIDE}),
        "aws_iam_role_policy.vendor": inline("vendor", *statements),
    }


def arn(rest: str) -> str:
    service, _, thing = rest.partition(":")
    return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{thing}"


def runner(type_: str, service: str) -> tuple[Objects, str]:
    """One workload of a type that the outsider may change."""
    case = case_of(type_)
    partition, name = "arn:aws:", case.arn + ("x" if case.arn.endswith(("-", "/")) else "")
    known = {one: partition + name for one in case.computed if one.endswith("arn")}
    return {**vendor(allow(f"{service}:*")), case.address: {**case.values, **known}}, case.address


PROFILE = {
    "name": "worker",
    "path": "/",
    "role": "worker",
    "arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/worker",
}
MACHINE: Objects = {
    **vendor(allow("ssm:*")),
    "aws_vpc.v": {"id": "vpc-a", "cidr_block": "10.9.0.0/16", "default_network_acl_id": "acl-a",
                  "default_security_group_id": "sg-a", "main_route_table_id": "rtb-a"},
    "aws_subnet.s": {"id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.9.1.0/24"},
    "aws_instance.i": {
        "id": "i-a", "subnet_id": "subnet-a", "primary_network_interface_id": "eni-a",
        "private_ip": "10.9.1.5", "vpc_security_group_ids": ["sg-a"],
        "iam_instance_profile": "worker", "metadata_options": [{"http_tokens": "required"}],
    },
    "aws_iam_instance_profile.worker": PROFILE,
    "aws_iam_instance_profile.idle": {**PROFILE, "name": "idle", "role": "idle",
                                      "arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/idle"},
}  # fmt: skip
DEFINITION = arn("ecs:task-definition/t:1")
OTHER = arn("ecs:task-definition/o:1")
CONTAINERS = json.dumps([{"name": "a", "image": "i"}])
TASKS: Objects = {
    **vendor(allow("ecs:*")),
    "aws_ecs_cluster.c": {"name": "c", "arn": arn("ecs:cluster/c")},
    "aws_ecs_task_definition.t": {"family": "t", "revision": 1, "arn": DEFINITION,
                                  "task_role_arn": WORKER, "container_definitions": CONTAINERS},
    "aws_ecs_task_definition.o": {"family": "o", "revision": 1, "arn": OTHER,
                                  "task_role_arn": IDLE, "container_definitions": CONTAINERS},
    "aws_ecs_service.s": {
        "name": "s", "cluster": arn("ecs:cluster/c"), "task_definition": DEFINITION,
        "desired_count": 1, "enable_execute_command": True, "id": arn("ecs:service/c/s"),
    },
}  # fmt: skip
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
PODS: Objects = {
    **vendor(allow("eks:DescribeCluster")),
    **{
        f"aws_eks_cluster.{name}": {
            "name": name, "arn": arn(f"eks:cluster/{name}"), "role_arn": IDLE,
            "vpc_config": [{"endpoint_public_access": True, "public_access_cidrs": ["0.0.0.0/0"],
                            "subnet_ids": [], "cluster_security_group_id": "sg-a"}],
            "access_config": [{"authentication_mode": "API",
                               "bootstrap_cluster_creator_admin_permissions": False}],
        }
        for name in ("c", "d")
    },
    "aws_eks_access_entry.v": {"cluster_name": "c", "principal_arn": VENDOR, "type": "STANDARD",
                               "access_entry_arn": arn("eks:access-entry/x")},
    "aws_eks_access_policy_association.v": {
        "cluster_name": "c", "principal_arn": VENDOR, "policy_arn": ADMIN,
        "access_scope": [{"type": "cluster"}],
    },
    "aws_eks_pod_identity_association.p": {
        "cluster_name": "c", "namespace": "n", "service_account": "s", "role_arn": WORKER,
        "association_id": "a-1", "association_arn": arn("eks:podidentityassociation/c/a-1"),
    },
}  # fmt: skip
FUNCTION = arn("lambda:function:f")
CODE: Objects = {
    **vendor(allow("lambda:UpdateFunctionCode")),
    "aws_lambda_function.f": {"function_name": "f", "arn": FUNCTION, "role": WORKER},
    "aws_lambda_function_url.f": {"function_name": "f", "authorization_type": "NONE"},
    "aws_lambda_permission.f": {
        "function_name": "f", "statement_id": "s", "action": "lambda:InvokeFunctionUrl",
        "principal": "*", "function_url_auth_type": "NONE",
    },
    "aws_lambda_permission.i": {"function_name": "f", "statement_id": "i", "principal": "*",
                                "action": "lambda:InvokeFunction"},
}  # fmt: skip
OPEN_CODE: Objects = {
    **vendor(allow("sts:GetCallerIdentity")),
    "aws_lambda_function.f": {"function_name": "f", "arn": FUNCTION, "role": WORKER},
    "aws_lambda_permission.f": {
        "function_name": "f", "statement_id": "s", "action": "lambda:*",
        "principal": "999999999999",
    },
}  # fmt: skip
SECRET, KEY = arn("secretsmanager:secret:s-abcdef"), arn("kms:key/k")
OTHER_KEY = arn("kms:key/o")
LOCKED = written(allow("kms:Decrypt", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/idle"}))
UNLOCKED = written(allow("kms:Decrypt", Principal={"AWS": VENDOR}))
SECRETS: Objects = {
    **vendor(allow("secretsmanager:GetSecretValue")),
    "aws_secretsmanager_secret.s": {"name": "s", "arn": SECRET, "id": SECRET, "kms_key_id": KEY},
    "aws_kms_key.k": {"key_id": "k", "arn": KEY, "policy": UNLOCKED},
    "aws_kms_key.o": {"key_id": "o", "arn": OTHER_KEY, "policy": LOCKED},
}
POLICY_OF_SECRET: Objects = {
    **vendor(allow("sts:GetCallerIdentity")),
    "aws_secretsmanager_secret.s": {"name": "s", "arn": SECRET, "id": SECRET},
    "aws_secretsmanager_secret_policy.s": {
        "secret_arn": SECRET,
        "policy": written(allow("secretsmanager:GetSecretValue", Principal={"AWS": VENDOR})),
    },
}


def closed_to(name: str) -> str:
    return written(allow("secretsmanager:GetSecretValue", Principal={"AWS": name}))


SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
_OF_SET = {"instance_arn": "arn:aws:sso:::instance/ssoins-1", "permission_set_arn": SET}
ASSIGNED: Objects = {
    "aws_ssoadmin_permission_set.ops": {"name": "Ops", "arn": SET,
                                        "instance_arn": _OF_SET["instance_arn"]},
    "aws_ssoadmin_permission_set_inline_policy.ops": {**_OF_SET,
                                                      "inline_policy": written(allow("*"))},
    "aws_ssoadmin_account_assignment.ops": {
        **_OF_SET, "principal_id": "g-1", "principal_type": "GROUP", "target_id": ACCOUNT,
        "target_type": "AWS_ACCOUNT",
    },
}  # fmt: skip

DECIDING: list[tuple[Objects, str, Place, object, object]] = [
    *(
        (*runner(type_, service), place, WORKER, IDLE)
        for type_, service, place in (
            ("aws_apprunner_service", "apprunner", ("instance_configuration", 0,
                                                    "instance_role_arn")),
            ("aws_bedrockagentcore_code_interpreter", "bedrock-agentcore",
             ("execution_role_arn",)),
            ("aws_codebuild_project", "codebuild", ("service_role",)),
            ("aws_sagemaker_notebook_instance", "sagemaker", ("role_arn",)),
            ("aws_sfn_state_machine", "states", ("role_arn",)),
        )
    ),
    (CODE, "aws_lambda_function.f", ("role",), WORKER, IDLE),
    (CODE, "aws_lambda_function_url.f", ("authorization_type",), "NONE", "AWS_IAM"),
    (OPEN_CODE, "aws_lambda_permission.f", ("principal",), "999999999999",
     "events.amazonaws.com"),
    (OPEN_CODE, "aws_lambda_permission.f", ("action",), "lambda:*", "lambda:GetFunction"),
    (OPEN_CODE, "aws_lambda_permission.f", ("principal_org_id",), None, "o-1"),
    (MACHINE, "aws_instance.i", ("iam_instance_profile",), "worker", "idle"),
    (MACHINE, "aws_iam_instance_profile.worker", ("role",), "worker", "idle"),
    (TASKS, "aws_ecs_task_definition.t", ("task_role_arn",), WORKER, IDLE),
    (TASKS, "aws_ecs_service.s", ("task_definition",), DEFINITION, OTHER),
    (PODS, "aws_eks_pod_identity_association.p", ("role_arn",), WORKER, IDLE),
    (PODS, "aws_eks_pod_identity_association.p", ("cluster_name",), "c", "d"),
    (PODS, "aws_eks_access_policy_association.v", ("policy_arn",), ADMIN, VIEW),
    (PODS, "aws_eks_access_policy_association.v", ("access_scope", 0, "type"), "cluster",
     "namespace"),
    (SECRETS, "aws_secretsmanager_secret.s", ("kms_key_id",), KEY, OTHER_KEY),
    (SECRETS, "aws_kms_key.k", ("policy",), UNLOCKED, LOCKED),
    (POLICY_OF_SECRET, "aws_secretsmanager_secret_policy.s", ("policy",), closed_to(VENDOR),
     closed_to(IDLE)),
    (UNGUARDED, "aws_organizations_account.own", ("parent_id",), "ou-two", "ou-one"),
    (UNGUARDED, "aws_organizations_organizational_unit.two", ("parent_id",), "r-1", "ou-one"),
    (UNGUARDED, "aws_organizations_policy_attachment.n", ("target_id",), "ou-one", ACCOUNT),
    (GUARDED, "aws_organizations_policy_attachment.n", ("policy_id",), "p-m", "p-n"),
    (GUARDED, "aws_organizations_policy.n", ("content",), written(deny("glacier:*")),
     written(deny("*"))),
    (ASSIGNED, "aws_ssoadmin_permission_set_inline_policy.ops", ("inline_policy",),
     written(allow("*")), written(allow("ec2:Describe*"))),
    (MACHINE, "aws_iam_role.worker", ("assume_role_policy",), trust({"AWS": OUTSIDE}),
     trust(RUNS)),
]  # fmt: skip


def over(objects: Objects, *changes: Described) -> Gate:
    """Judge a change over an account in which some objects are all that there is."""
    member = any("organizations" in one for one in objects)
    snapshot = Supposed(MANIFEST, applied(objects, member=member), wiring.normaliser())
    proposed = PlannedChange(plans=(read(plan(*changes), "p.json"),), said={}, key=b"0" * 32)
    return gate(wiring.engine(Settings()), snapshot, proposed, Question(cut=False))


def loaded(changes: list[Described]) -> tuple[bool, bool]:
    """Whether the account is surely lost, and whether it may be, if all of it is code."""
    root = f"arn:aws:iam::{ACCOUNT}:root"
    caller = record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=root)
    plans = [read(plan(*changes), "p")]
    laid = lay(
        plans, RecordList((caller, *all_asked(ACCOUNT))), said={}, key=b"0" * 32, there=True
    )
    snapshot = Supposed(MANIFEST, laid.overlay, wiring.normaliser())
    found = wiring.engine(Settings()).find(snapshot, Question(cut=False))
    sure, possible = (
        any(path.jewel.foothold.entity == ACCOUNT for path in paths)
        for paths in (found.proved, found.possible)
    )
    return sure, sure or possible


def told(address: str, place: Place) -> str:
    """The name of an attribute of an object."""
    return address + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in place)


@pytest.mark.parametrize(
    ("objects", "hides", "opens", "closes"),
    [(objects, (address, place), *values) for objects, address, place, *values in DECIDING],
)
def test_what_would_open_a_path_is_told_where_it_is_hidden(
    objects: Objects, hides: tuple[str, Place], opens: object, closes: object
) -> None:
    address, place = hides
    shut, wide, veiled = (json.loads(json.dumps(objects[address])) for _ in range(3))
    put(shut, place, closes)
    put(wide, place, opens)
    unknown = hiding(veiled, place)

    def judged(after: Described, unknown: Described) -> Gate:
        one = change(address, before=shut, after=after, unknown=unknown, actions=("update",))
        return over({**objects, address: shut}, one)

    assert judged(shut, {}).judgement is Judgement.CLEAN
    assert judged(wide, {}).judgement is Judgement.NEW
    found = judged(veiled, unknown)
    assert found.judgement is Judgement.UNKNOWN
    assert told(address, place) in {row.operation for row in found.gaps}


OF_RUNNERS = [
    one
    for one in DECIDING
    if one[2][-1] in {"instance_role_arn", "execution_role_arn", "role_arn", "service_role"}
    or one[1] == "aws_lambda_function.f"
]


@pytest.mark.parametrize(
    ("objects", "hides", "opens", "closes"),
    [(objects, (address, place), *values) for objects, address, place, *values in OF_RUNNERS],
)
def test_what_runs_as_a_hidden_role_may_run_as_any_in_what_was_loaded(
    objects: Objects, hides: tuple[str, Place], opens: object, closes: object
) -> None:
    address, place = hides

    assert loaded(planned(objects, address, place, opens)) == (True, True)
    assert loaded(planned(objects, address, place, closes)) == (False, False)
    assert loaded(planned(objects, address, place, None)) == (False, True)


def test_an_account_whose_unit_is_hidden_may_be_under_any_guardrail() -> None:
    own, policy = "aws_organizations_account.own", "aws_iam_role_policy.vendor"
    there = {**UNGUARDED, policy: {**UNGUARDED[policy], "policy": written(allow("ec2:Describe*"))}}
    moved = dict(UNGUARDED[own])
    unknown = hiding(moved, ("parent_id",))
    wider = change(policy, before=there[policy], after=UNGUARDED[policy])

    alone = over(there, wider)
    both = over(there, wider, change(own, before=there[own], after=moved, unknown=unknown))

    assert alone.judgement is Judgement.NEW
    assert both.judgement is Judgement.UNKNOWN


@pytest.mark.parametrize(
    "type_",
    [
        "aws_codepipeline",
        "aws_ecr_registry_policy",
        "aws_imagebuilder_image_recipe",
        "aws_lambda_layer_version",
        "aws_lambda_layer_version_permission",
        "aws_sagemaker_notebook_instance_lifecycle_configuration",
        "aws_ssm_maintenance_window_task",
    ],
)
def test_what_may_change_what_runs_and_is_not_understood_cannot_be_told(type_: str) -> None:
    found = over(vendor(allow("sts:GetCallerIdentity")), change(f"{type_}.x", after={"name": "x"}))

    assert found.judgement is Judgement.UNKNOWN
    assert found.others == {type_: 1}


def test_what_is_taken_away_from_nobody_knows_whom_is_told() -> None:
    denial = f"arn:aws:iam::{ACCOUNT}:policy/nothing"
    attachment = {"name": "a", "policy_arn": denial, "roles": ["vendor"]}
    there = {
        **vendor(allow("*")),
        "aws_iam_policy.nothing": {"name": "nothing", "arn": denial, "path": "/",
                                   "policy": written(deny("*"))},
        "aws_iam_policy_attachment.a": attachment,
    }  # fmt: skip
    gone = change("aws_iam_policy_attachment.a", before=attachment)
    secret = change("aws_iam_policy_attachment.a", before=attachment)
    secret["change"]["before_sensitive"] = {"roles": True}

    found = over(there, secret)

    assert over(there, gone).judgement is Judgement.NEW
    assert found.judgement is Judgement.UNKNOWN
    assert [row.operation for row in found.gaps] == ["aws_iam_policy_attachment.a.roles"]

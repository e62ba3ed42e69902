# SPDX-License-Identifier: Apache-2.0
"""Reading credentials out of the configuration of what runs.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.facts.identity import Credential
from bartizan.model.step import Ability
from bartizan.reason.authz.aws.steps.hidden import ANY, shown
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.structure import SEALED, removal
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Over, Technique

_READS = (
    ("lambda-configuration", "a function", "lambda:function", "lambda:GetFunctionConfiguration"),
    ("lambda-function", "a function", "lambda:function", "lambda:GetFunction"),
    ("lambda-list", "functions", "lambda:function", "lambda:ListFunctions"),
    ("user-data", "an instance", "ec2:instance", "ec2:DescribeInstanceAttribute"),
    ("launch-template", "launch templates", "ec2:launch-template",
     "ec2:DescribeLaunchTemplateVersions"),
    ("task-definition", "task definitions", "ecs:task-definition", "ecs:DescribeTaskDefinition"),
    ("build-project", "a build project", "codebuild:project", "codebuild:BatchGetProjects"),
    ("stack", "a stack", "cloudformation:stack", "cloudformation:DescribeStacks"),
    ("stack-template", "a stack's template", "cloudformation:stack", "cloudformation:GetTemplate"),
    ("apprunner-service", "a service", "apprunner:service", "apprunner:DescribeService"),
    ("glue-job", "a job", "glue:job", "glue:GetJob"),
    ("notebook-start-up", "a notebook's start-up script",
     "sagemaker:notebook-instance-lifecycle-config",
     "sagemaker:DescribeNotebookInstanceLifecycleConfig"),
    ("autoscaling", "launch configurations", "autoscaling:launchConfiguration",
     "autoscaling:DescribeLaunchConfigurations"),
)  # fmt: skip
"""Name, carrier, how its ARN goes on after `arn:aws:` without region and account, and the call."""

_LISTED = frozenset({
    "lambda:ListFunctions",
    "ec2:DescribeLaunchTemplateVersions",
    "ecs:DescribeTaskDefinition",
    "autoscaling:DescribeLaunchConfigurations",
})  # fmt: skip
"""Calls that policies can allow on `*` only."""


def _carried(begin: str, action: str, *, sealed: bool) -> Over:
    """Try every credential that things of one kind carry, in the actor's account."""

    def over(scene: Scene, actor: Actor) -> Iterator[Binding]:
        for row, missing in scene.credentials(actor.who.account).items():
            parts = row.lies_in.split(":", 5)
            if len(parts) < 6 or not f"{parts[2]}:{parts[5]}".startswith(begin):  # noqa: PLR2004 - the six parts of an ARN
                continue
            if (row.kind == SEALED) == sealed:
                yield structs.replace(_binding(row, action), missing=missing)

    return over


def _binding(row: Credential, action: str) -> Binding:
    """Name a credential; the key of its carrier must let the reader decrypt."""
    _, partition, service, region, *_ = row.lies_in.split(":")
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    decrypt = Need(
        action="kms:Decrypt",
        resource=row.key,
        context=(
            ("kms:ViaService", f"{service}.{region}.{suffix}"),
            ("aws:ViaAWSService", "true"),
            ("kms:EncryptionContext:aws:lambda:FunctionArn", row.lies_in),
        ),
    )
    fact = Evidence(subject=shown(row.lies_in), why=f"carries a credential in `{row.field}`")
    return Binding(
        names={
            "carrier": "*" if action in _LISTED else row.lies_in,
            "holder": row.lies_in,
            "credential": row.id,
            "region": region,
        },
        evidence=(fact,),
        breakers=() if ANY in row.lies_in else (removal(row),),
        extra=(decrypt,) if row.key and row.kind != SEALED else (),
    )


def _technique(name: str, what: str, begin: str, action: str, *, sealed: bool) -> Technique:
    return Technique(
        id=f"read-{'sealed-' if sealed else ''}{name}",
        title=f"Read the configuration of {what}"
        + (", with an encrypted credential" if sealed else ", with a credential in it"),
        attack="T1552.001",
        explanation="An ordinary read of the configuration shows the credential. Close it by "
        "revoking the credential and keeping its successor in a store for secrets.",
        effort=1,
        over=_carried(begin, action, sealed=sealed),
        needs=(Need(action=action, resource="{carrier}"),),
        grants=Ability.READ_SEALED if sealed else Ability.HOLD,
        entity="{holder}" if sealed else "{credential}",
        administrator=True,
    )


TECHNIQUES = tuple(
    _technique(name, what, begin, action, sealed=sealed)
    for name, what, begin, action in _READS
    for sealed in (False, True)
)

# SPDX-License-Identifier: Apache-2.0
"""Writes remedies that add something as Terraform.

Source: https://developer.hashicorp.com/terraform/language/syntax/configuration
"""

import json
import re
from typing import assert_never

from bartizan.model.arn import Arn
from bartizan.model.record import Records
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    BlockPublicAccess,
    CloudChange,
    Detach,
    DropRoute,
    DropStatement,
    Forbid,
    Guard,
    ReleaseAddress,
    RemoveCredential,
    RevokeRule,
    Unshare,
    Untrust,
)
from bartizan.sources.aws.edit.network_terraform import network_terraform
from bartizan.sources.aws.edit.principal import FORBID, digest, forbidding, guard_name

_BLOCKS = """\
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"""


def terraform(change: CloudChange, records: Records) -> str:
    """Return Terraform resources that do `change`; empty where it takes something away, which is
    an edit of whatever code made it. Of a network, what is taken away is shown as comments.
    """
    match change:
        case Forbid():
            return _forbid(change)
        case Guard():
            return _guard(change, records)
        case BlockPublicAccess():
            return _block(change)
        case DropStatement() | Detach() | Untrust() | Unshare() | RemoveCredential():
            return ""
        case (
            RevokeRule()
            | AuthorizeRule()
            | DropRoute()
            | AddRoute()
            | ReleaseAddress()
            | AssociateAddress()
        ):
            return network_terraform(change)
        case _:
            assert_never(change)


def _forbid(change: Forbid) -> str:
    arn = Arn.parse(change.principal)
    kind = arn.resource.partition("/")[0]
    document = json.dumps(forbidding((change,)), indent=2)
    told_apart = digest(change)
    return (
        f'resource "aws_iam_{kind}_policy" "bartizan_forbid_{_label(arn.name)}_{told_apart}" {{\n'
        f"  name   = {_string(f'{FORBID}-{told_apart}')}\n"
        f"  {kind:<6} = {_string(arn.name)}\n"
        f"  policy = {_heredoc(document)}\n"
        "}\n"
    )


def _guard(change: Guard, records: Records) -> str:
    # Whether an organisation exists decides whether the guardrail can.
    if next(iter(records.of("AWS::Organizations::Organization")), None) is None:
        return ""
    document = json.dumps(forbidding((change,)), indent=2)
    told_apart = digest(change)
    label = f"bartizan_guard_{_label(change.target)}_{told_apart}"
    return (
        f'resource "aws_organizations_policy" "{label}" {{\n'
        f"  name    = {_string(f'{guard_name(change.target)}-{told_apart}')}\n"
        f'  type    = "SERVICE_CONTROL_POLICY"\n'
        f"  content = {_heredoc(document)}\n"
        "}\n\n"
        f'resource "aws_organizations_policy_attachment" "{label}" {{\n'
        f"  policy_id = aws_organizations_policy.{label}.id\n"
        f"  target_id = {_string(change.target)}\n"
        "}\n"
    )


def _block(change: BlockPublicAccess) -> str:
    if not change.target.startswith("arn:"):
        label = f"account_{_label(change.target)}"
        return (
            f'resource "aws_s3_account_public_access_block" "{label}" {{\n'
            f"  account_id              = {_string(change.target)}\n{_BLOCKS}"
        )
    bucket = Arn.parse(change.target).resource
    return (
        f'resource "aws_s3_bucket_public_access_block" "{_label(bucket)}" {{\n'
        f"  bucket                  = {_string(bucket)}\n{_BLOCKS}"
    )


def _label(name: str) -> str:
    """Return a name that Terraform allows for a resource."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def _string(text: str) -> str:
    """Return a quoted string in which nothing is a template.

    Source: https://developer.hashicorp.com/terraform/language/expressions/strings
    """
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _heredoc(document: str) -> str:
    """Return a document over several lines in which nothing is a template."""
    plain = document.replace("${", "$${").replace("%{", "%%{")
    return "<<-JSON\n" + "\n".join(f"    {line}" for line in plain.splitlines()) + "\n  JSON"

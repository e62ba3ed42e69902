# SPDX-License-Identifier: Apache-2.0
"""Builds the facts about what runs as whom that most services state in the same way."""

from collections.abc import Mapping

from bartizan.model.facts.estate import Workload
from bartizan.model.record import Record


def workload(
    record: Record,
    *,
    name: str,
    role: str,
    running: bool,
    arn: str = "",
    tags: Mapping[str, str] | None = None,
    public: bool = False,
    anonymous: bool = False,
    privileged: bool = False,
    metadata_v1: bool = False,
    metadata_hops: int = 0,
    related: Mapping[str, str] | None = None,
) -> Workload:
    """Return the workload that `record` is; `arn` where that is not the record's id. Ties in
    `related` that lead nowhere are left out.
    """
    return Workload(
        arn=arn or record.id,
        kind=record.kind,
        account=record.account,
        region=record.region,
        name=name,
        role=role,
        running=running,
        tags=tags or {},
        public=public,
        anonymous=anonymous,
        metadata_v1=metadata_v1,
        metadata_hops=metadata_hops,
        privileged=privileged,
        related={tie: to for tie, to in sorted((related or {}).items()) if to},
    )


def role_arn(record: Record, role: str) -> str:
    """Return the ARN of a role that `record` names by name or by ARN; empty for none."""
    if not role or role.startswith("arn:"):
        return role
    partition = record.id.split(":", 2)[1] if record.id.startswith("arn:") else "aws"
    return f"arn:{partition}:iam::{record.account}:role/{role.removeprefix('/')}"

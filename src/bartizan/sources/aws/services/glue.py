# SPDX-License-Identifier: Apache-2.0
"""Glue: jobs, sessions and development endpoints that run code, and the catalogue's policy."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Trigger
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import objects, rows, text
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.facts.workload import role_arn, workload
from bartizan.sources.aws.service import Service

JOB = "AWS::Glue::Job"
DEV_ENDPOINT = "AWS::Glue::DevEndpoint"
SESSION = "AWS::Glue::Session"
TRIGGER = "AWS::Glue::Trigger"
POLICY = "AWS::Glue::ResourcePolicy"


def _listing(
    operation: str, *, kind: str, items: str, type_: str, name: str, secrets: tuple[str, ...] = ()
) -> Call:
    """Return a call that lists things whose ARNs Glue does not say."""
    return Call(
        service="glue",
        operation=operation,
        kind=kind,
        scope=Scope.REGION,
        items=items,
        id=f"join('', ['arn:', partition, ':glue:', region, ':', account, ':{type_}/', "
        f"item.{name}])",
        secrets=secrets,
    )


_CALLS = (
    _listing(
        "GetJobs",
        kind=JOB,
        items="Jobs",
        type_="job",
        name="Name",
        secrets=("DefaultArguments.*", "NonOverridableArguments.*"),
    ),
    _listing(
        "GetDevEndpoints",
        kind=DEV_ENDPOINT,
        items="DevEndpoints",
        type_="devEndpoint",
        name="EndpointName",
        secrets=("Arguments.*",),
    ),
    _listing(
        "ListSessions",
        kind=SESSION,
        items="Sessions",
        type_="session",
        name="Id",
        secrets=("DefaultArguments.*", "Command.*"),
    ),
    _listing(
        "GetTriggers",
        kind=TRIGGER,
        items="Triggers",
        type_="trigger",
        name="Name",
        secrets=("Actions[].Arguments.*",),
    ),
    Call(
        service="glue",
        operation="GetResourcePolicy",
        kind=POLICY,
        scope=Scope.REGION,
        id="join('', ['arn:', partition, ':glue:', region, ':', account, ':catalog'])",
        absent=("EntityNotFoundException",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads, what starts them, and the policy of the data catalogue.

    Source: https://docs.aws.amazon.com/glue/latest/dg/create-an-iam-role.html
    """
    yield from rows(records, JOB, _job)
    yield from rows(records, DEV_ENDPOINT, _dev_endpoint)
    yield from rows(records, SESSION, _session)
    yield from rows(records, TRIGGER, _trigger)
    yield from rows(records, POLICY, _policy)


def _job(record: Record) -> Iterator[Row]:
    role = role_arn(record, text(record.body, "Role"))
    yield workload(record, name=text(record.body, "Name"), role=role, running=True)


def _dev_endpoint(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "EndpointName"),
        role=role_arn(record, text(body, "RoleArn")),
        running=text(body, "Status") in ("", "READY", "PROVISIONING"),
        public=bool(text(body, "PublicAddress")),
        related={"vpc": text(body, "VpcId"), "subnet": text(body, "SubnetId")},
    )


def _session(record: Record) -> Iterator[Row]:
    body = record.body
    yield workload(
        record,
        name=text(body, "Id"),
        role=role_arn(record, text(body, "Role")),
        running=text(body, "Status") in ("PROVISIONING", "READY"),
    )


def _trigger(record: Record) -> Iterator[Row]:
    place = record.id.partition(":trigger/")[0]
    for action in objects(record.body, "Actions"):
        if job := text(action, "JobName"):
            yield Trigger(workload=f"{place}:job/{job}", source=record.id)


def _policy(record: Record) -> Iterator[Row]:
    document = text(record.body, "PolicyInJson")
    yield from resource_policy(record, target=record.id, document=document)


SERVICE = Service(name="Glue", calls=_CALLS, normalise=normalise)

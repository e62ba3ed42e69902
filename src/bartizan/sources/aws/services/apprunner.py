# SPDX-License-Identifier: Apache-2.0
"""App Runner: services, the roles that they act as, and secrets in their environments."""

from collections.abc import Iterator

from bartizan.model.facts.service import Front
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, rows, text
from bartizan.sources.aws.facts.image import taking
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

SERVICE_KIND = "AWS::AppRunner::Service"
_SUMMARY = "AWS::AppRunner::ServiceSummary"
_CODE = "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues"
_IMAGE = "SourceConfiguration.ImageRepository.ImageConfiguration"

_CALLS = (
    Call(
        service="apprunner",
        operation="ListServices",
        kind=_SUMMARY,
        scope=Scope.REGION,
        items="ServiceSummaryList",
        id="item.ServiceArn",
    ),
    Call(
        service="apprunner",
        operation="DescribeService",
        kind=SERVICE_KIND,
        scope=Scope.REGION,
        each=_SUMMARY,
        parameters={"ServiceArn": "parent_id"},
        items="[Service]",
        id="parent_id",
        absent=("ResourceNotFoundException",),
        secrets=(
            f"{_CODE}.RuntimeEnvironmentVariables.*",
            f"{_CODE}.BuildCommand",
            f"{_CODE}.StartCommand",
            f"{_IMAGE}.RuntimeEnvironmentVariables.*",
            f"{_IMAGE}.StartCommand",
        ),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: code of a service acts as its instance role.

    Sources: https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html and
    https://docs.aws.amazon.com/apprunner/latest/api/API_ImageRepository.html
    """
    yield from rows(records, SERVICE_KIND, _service)


def _service(record: Record) -> Iterator[Row]:
    body = record.body
    ingress = ("NetworkConfiguration", "IngressConfiguration", "IsPubliclyAccessible")
    row = workload(
        record,
        name=text(body, "ServiceName"),
        role=text(body, "InstanceConfiguration", "InstanceRoleArn"),
        running=text(body, "Status") in ("RUNNING", "OPERATION_IN_PROGRESS"),
        public=flag(body, *ingress),
        related={
            "access-role": text(
                body, "SourceConfiguration", "AuthenticationConfiguration", "AccessRoleArn"
            )
        },
    )
    image = text(body, "SourceConfiguration", "ImageRepository", "ImageIdentifier")
    yield taking(row, [image])
    yield Front(
        id=record.id,
        kind=record.kind,
        account=record.account,
        region=record.region,
        name=text(body, "ServiceUrl"),
        public=flag(body, *ingress),
        # Whoever reaches it is served; the code itself may ask for more.
        authenticates="nothing",
        forwards_to=(record.id,),
        network="",
    )


SERVICE = Service(name="App Runner", calls=_CALLS, normalise=normalise)

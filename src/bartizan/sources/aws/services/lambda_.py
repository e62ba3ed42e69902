# SPDX-License-Identifier: Apache-2.0
"""Lambda: functions, as whom they run, who may call or change them; never their code.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html
"""

import functools
import json
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.facts.estate import Trigger
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Front
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, mapping, rows, tags, text
from bartizan.sources.aws.facts.network.host import FUNCTION_URL, host_of
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

_call = functools.partial(Call, service="lambda", scope=Scope.REGION)
_of_function = functools.partial(
    _call,
    each="AWS::Lambda::Function",
    parameters={"FunctionName": "parent.FunctionName"},
)

_CALLS = (
    _call(
        operation="ListFunctions",
        kind="AWS::Lambda::Function",
        items="Functions",
        id="item.FunctionArn",
        secrets=("Environment.Variables.*",),
    ),
    _of_function(
        operation="GetPolicy",
        kind="AWS::Lambda::FunctionPolicy",
        id="parent_id",
        absent=("ResourceNotFoundException",),
    ),
    # A URL is of a function or of one of its aliases.
    _of_function(
        operation="GetFunctionUrlConfig",
        kind=FUNCTION_URL,
        id="join('#', [parent_id, 'url'])",
        absent=("ResourceNotFoundException",),
    ),
    _of_function(
        operation="ListAliases",
        kind="AWS::Lambda::Alias",
        items="Aliases",
        id="item.AliasArn",
    ),
    _call(
        operation="GetFunctionUrlConfig",
        kind=FUNCTION_URL,
        each="AWS::Lambda::Alias",
        parameters={
            "FunctionName": "split(parent.AliasArn, ':')[6]",
            "Qualifier": "parent.Name",
        },
        id="join('#', [parent_id, 'url'])",
        absent=("ResourceNotFoundException",),
    ),
    _call(
        operation="GetPolicy",
        kind="AWS::Lambda::AliasPolicy",
        each="AWS::Lambda::Alias",
        parameters={"FunctionName": "parent.AliasArn"},
        id="parent_id",
        absent=("ResourceNotFoundException",),
    ),
    _of_function(
        operation="ListTags",
        kind="AWS::Lambda::FunctionTags",
        parameters={"Resource": "parent.FunctionArn"},
        id="parent_id",
    ),
    _call(
        operation="ListEventSourceMappings",
        kind="AWS::Lambda::EventSourceMapping",
        items="EventSourceMappings",
        id="item.EventSourceMappingArn || join('', ['arn:', partition, ':lambda:', region, ':',"
        " account, ':event-source-mapping:', item.UUID])",
    ),
)


class _Details(Struct, frozen=True):
    """What other records say of functions, by the function's ARN without qualifier."""

    urls: Mapping[str, tuple[Record, ...]]
    tags: Mapping[str, Record]


def normalise(records: Records) -> Iterator[Row]:
    """Yield functions, their policies, and what calls them."""
    urls: dict[str, tuple[Record, ...]] = {}
    for row in records.of(FUNCTION_URL):
        function = _unqualified(row.id.partition("#")[0])
        urls[function] = (*urls.get(function, ()), row)
    details = _Details(urls, {row.id: row for row in records.of("AWS::Lambda::FunctionTags")})

    yield from rows(records, "AWS::Lambda::Function", lambda row: _function(row, details))
    for kind in ("AWS::Lambda::FunctionPolicy", "AWS::Lambda::AliasPolicy"):
        yield from rows(records, kind, _policy)
    yield from rows(records, "AWS::Lambda::EventSourceMapping", _event_source)
    yield from rows(records, FUNCTION_URL, _front)


def _front(record: Record) -> Iterator[Row]:
    """Yield a URL as a way in from the Internet; the function's policy has its say as well.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    signs = {"NONE": "nothing", "AWS_IAM": "iam"}
    yield Front(
        id=record.id,
        kind=record.kind,
        account=record.account,
        region=record.region,
        name=host_of(text(record.body, "FunctionUrl")),
        public=True,
        authenticates=signs.get(text(record.body, "AuthType"), "unknown"),
        forwards_to=(_unqualified(record.id.partition("#")[0]),),
        network="",
    )


def _function(record: Record, details: _Details) -> Iterator[Row]:
    """Yield a function; one that is idle runs as soon as it is called.

    `anonymous` says that one of its URLs asks for no signature; the function's policy must let
    everyone in as well, which the authorization rules decide.
    """
    body, urls = record.body, details.urls.get(record.id, ())
    held = details.tags.get(record.id)
    yield workload(
        record,
        name=text(body, "FunctionName"),
        role=text(body, "Role"),
        running=text(body, "State") != "Failed",
        tags=tags(held.body, "Tags") if held else {},
        public=bool(urls),
        anonymous=any(text(url.body, "AuthType") == "NONE" for url in urls),
        related={"vpc": text(body, "VpcConfig", "VpcId")},
    )
    if error := mapping(body, "Environment", "Error"):
        yield Unread(
            provider=record.provider,
            account=record.account,
            region=record.region,
            service=record.service,
            operation="ListFunctions",
            action="kms:Decrypt",
            kind=record.kind,
            resource=record.id,
            code="denied",
            reason=f"environment variables: {text(error, 'ErrorCode')}",
        )


def _policy(record: Record) -> Iterator[Row]:
    written = document(record.body, "Policy") or None
    yield from resource_policy(record, target=record.id, document=written)
    for source in sorted(_callers(written or "")):
        yield Trigger(workload=_unqualified(record.id), source=source)


def _callers(written: str) -> set[str]:
    """Return the ARNs, or else the service principals, that a policy lets call the function.

    A policy that is no JSON lets nobody be read from it here; the rules that decide on it say so.
    """
    try:
        policy = json.loads(written)
    except (ValueError, RecursionError):
        return set()
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    found = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
            continue
        principal = statement.get("Principal")
        services = principal.get("Service") if isinstance(principal, dict) else None
        for service in services if isinstance(services, list) else [services]:
            if isinstance(service, str):
                found |= _sources(statement.get("Condition")) or {service}
    return found


def _sources(condition: object) -> set[str]:
    """Return the values of `aws:SourceArn`, under whichever operator."""
    found = set()
    for tests in condition.values() if isinstance(condition, dict) else ():
        for name, value in tests.items() if isinstance(tests, dict) else ():
            if str(name).lower() == "aws:sourcearn":
                listed = value if isinstance(value, list) else [value]
                found |= {one for one in listed if isinstance(one, str)}
    return found


def _event_source(record: Record) -> Iterator[Row]:
    function, source = text(record.body, "FunctionArn"), text(record.body, "EventSourceArn")
    if function and source and text(record.body, "State") != "Disabled":
        yield Trigger(workload=_unqualified(function), source=source)


def _unqualified(arn: str) -> str:
    """Return a function's ARN without the version or alias that may follow its name."""
    return ":".join(arn.split(":")[:7])


SERVICE = Service(name="Lambda", calls=_CALLS, normalise=normalise)

# SPDX-License-Identifier: Apache-2.0
"""Finds out who the caller is, and through which roles the scan begins."""

from botocore.exceptions import BotoCoreError
from msgspec import Struct

from bartizan.errors import SourceError
from bartizan.sources.aws.live.ask import Asker, Identity, Place
from bartizan.sources.aws.live.client import session
from bartizan.sources.aws.live.failure import Failure, RefusedError, one_line
from bartizan.sources.aws.live.identity import AssumedRole, Caller
from bartizan.sources.aws.live.settings import AwsSettings
from bartizan.sources.aws.live.trace import Trace

_HOMES = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
}
"""The region whose endpoint serves what is global, where the caller names none."""

_SKEWED = ("RequestTimeTooSkewed", "InvalidSignatureException", "SignatureDoesNotMatch")


class SignedIn(Struct, frozen=True, kw_only=True):
    """Whoever the scan begins as."""

    identity: Identity
    account: str
    partition: str
    region: str
    """Where global services are asked."""
    trace: Trace
    """What it leaves in its own account."""


def sign_in(settings: AwsSettings, asker: Asker) -> SignedIn:
    """Sign in as the caller, then through the chain of roles.

    Raises:
        SourceError: there are no credentials, or they do not work.
    """
    configured = session(settings.profile)
    try:
        credentials = configured.get_credentials()
    except BotoCoreError as error:
        raise SourceError(f"cannot get AWS credentials: {one_line(str(error))}") from error
    if credentials is None:
        raise SourceError(
            "there are no AWS credentials",
            hint="sign in with `aws sso login`, or name a profile with `--profile`",
        )
    region = configured.get_config_variable("region") or _HOMES["aws"]
    identity: Identity = Caller(credentials)
    for arn in settings.chain:
        identity = AssumedRole(
            arn, via=identity, asker=asker, region=region, external_id=settings.external_id
        )
    account, arn = _who(identity, asker, region)
    partition = arn.split(":")[1] if arn.startswith("arn:") else "aws"
    if not configured.get_config_variable("region"):
        region = _HOMES.get(partition, region)
    return SignedIn(
        identity=identity,
        account=account,
        partition=partition,
        region=region,
        trace=_trace(arn, identity),
    )


def _trace(arn: str, identity: Identity) -> Trace:
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if kind == "assumed-role":
        return Trace(role=name.partition("/")[0])
    return Trace(key=identity.frozen().access_key)


def _who(identity: Identity, asker: Asker, region: str) -> tuple[str, str]:
    place = Place("sts", region, "GetCallerIdentity")
    try:
        answer = asker.answer(place, {}, identity=identity, bucket=asker.bucket())
    except RefusedError as refused:
        raise SourceError(
            f"cannot sign in to AWS: {refused.failure.reason}", hint=_hint(refused.failure)
        ) from refused
    account, arn = answer.get("Account"), answer.get("Arn")
    if not isinstance(account, str) or not isinstance(arn, str):
        raise SourceError(
            "cannot sign in to AWS: the answer names no account",
            hint="check that the endpoint is one of AWS",
        )
    return account, arn


def _hint(failure: Failure) -> str:
    if failure.error in _SKEWED:
        return "set this machine's clock: AWS refuses signatures that are minutes off"
    match failure.code:
        case "expired":
            return "sign in again, for example with `aws sso login`"
        case "denied":
            return "check the credentials, the roles, and that the region is of their partition"
        case _:
            return "check the network, the proxy and the endpoint"

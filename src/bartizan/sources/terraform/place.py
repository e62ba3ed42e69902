# SPDX-License-Identifier: Apache-2.0
"""In which account and region the objects of a provider's configuration lie; never guessed.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.errors import UsageError
from bartizan.model.arn import Arn
from bartizan.sources.terraform.plan import Plan
from bartizan.sources.terraform.value import Value

_ACCOUNT = re.compile(r"\d{12}")
_ARGUMENTS = ("assume_role", "assume_role_with_web_identity")


class Place(Struct, frozen=True, kw_only=True):
    """Where objects lie, as far as that is told."""

    account: str = ""
    """Empty where nothing tells it."""
    region: str = ""
    """Empty where nothing tells it."""
    partition: str = "aws"

    def arn(self, service: str, resource: str, *, region: bool = False) -> str:
        """Return the ARN of something here; `region` where its service has regions."""
        where = self.region if region else ""
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"


def given(settings: Mapping[str, str]) -> Mapping[str, Place]:
    """Return what the user says of providers: `aws.prod` to `222222222222` or
    `222222222222/eu-west-1`.

    Raises:
        UsageError: that is no account.
    """
    found = {}
    for key, text in settings.items():
        account, _, region = text.partition("/")
        if not _ACCOUNT.fullmatch(account):
            raise UsageError(
                f"no account id: `{text[:100]}`", hint="write `aws.prod=222222222222/eu-west-1`"
            )
        found[key] = Place(account=account, region=region)
    return found


def places(plan: Plan, said: Mapping[str, Place]) -> Mapping[str, Place]:
    """Return where the objects of each provider lie: as the user says, as its configuration says,
    else where all of its objects that are there already lie.
    """
    seen = _seen(plan)
    found = {}
    for key in dict.fromkeys((*plan.providers, *seen, *said)):
        arguments = plan.providers.get(key, {})
        own, witness = said.get(key, Place()), seen.get(key, Place())
        region = arguments.get("region")
        told = region if isinstance(region, str) else ""
        found[key] = Place(
            account=own.account or configured(arguments)[0] or witness.account,
            region=own.region or told or witness.region,
            partition=witness.partition if key in seen else partition_of(own.region or told),
        )
    return found


def configured(arguments: Mapping[str, Value]) -> tuple[str, str]:
    """Return the account and the partition that a provider's configuration names, as far as it
    does: those of the role that it assumes, or the only account that it allows.
    """
    for name in _ARGUMENTS:
        blocks = arguments.get(name)
        for block in blocks if isinstance(blocks, list) else ():
            role = block.get("role_arn") if isinstance(block, dict) else None
            if isinstance(role, str) and (arn := _parsed(role)):
                return arn.account, arn.partition
    allowed = arguments.get("allowed_account_ids")
    if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str):
        return allowed[0], ""
    return "", ""


def partition_of(region: str) -> str:
    """Return the partition of a region, by how its name begins.

    Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    begins = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((name for prefix, name in begins.items() if region.startswith(prefix)), "aws")


def _seen(plan: Plan) -> Mapping[str, Place]:
    """Return where the objects lie that the plan knows already, where they agree."""
    accounts: dict[str, set[str]] = defaultdict(set)
    regions: dict[str, set[str]] = defaultdict(set)
    partitions: dict[str, set[str]] = defaultdict(set)
    for key, values in _known(plan):
        arn = _parsed(values.get("arn"))
        account = values.get("account_id") or values.get("owner_id")
        if arn is not None:
            accounts[key].add(arn.account)
            regions[key].add(arn.region)
            partitions[key].add(arn.partition)
        elif isinstance(account, str) and _ACCOUNT.fullmatch(account):
            accounts[key].add(account)
    return {
        key: Place(
            account=_only(accounts[key]),
            region=_only(regions[key]),
            partition=_only(partitions[key]) or "aws",
        )
        for key in accounts
    }


def _known(plan: Plan) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield the provider's key and the values of all that is there before the change. Data may be
    about anybody's things, but for the caller's own identity.
    """
    for change in plan.changes:
        if change.managed and isinstance(change.before, dict):
            yield change.provider, change.before
    for held in plan.prior:
        own = held.managed or held.type == "aws_caller_identity"
        if own and isinstance(held.values, dict):
            yield held.provider, held.values


def _parsed(value: Value) -> Arn | None:
    try:
        arn = Arn.parse(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return arn if arn is not None and _ACCOUNT.fullmatch(arn.account) else None


def _only(values: set[str]) -> str:
    held = values - {""}
    return next(iter(held)) if len(held) == 1 else ""

# SPDX-License-Identifier: Apache-2.0
"""What a caller can bring about: values of condition keys, and what each takes.

Keys fall into four kinds. *Free* ones are written by whoever sends the request. *Costly* ones can
be met at an effort that the path then shows: an address inside a range, a second factor, a known
external id. *Given* ones have been settled before (see `setting`). What is left describes the
resource or the session in ways that the snapshot does not tell: only `absent` and the values that
policies name are tried, and the path shows which was taken.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import ipaddress
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bartizan.model.step import Condition
from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.kernel.keys import fixed
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal
from bartizan.reason.authz.aws.steps import times

LIMIT = 24
"""Values that are tried for one key."""

_ADDRESSES = ("192.0.2.77", "198.51.100.77", "203.0.113.77", "8.8.8.8", "2001:db8::77")
"""Addresses of an attacker; the first that no policy names is taken."""

_FREE = frozenset(
    {
        "aws:requestedregion",
        "aws:securetransport",
        "aws:tagkeys",
        "aws:useragent",
        "aws:viaawsservice",
        "ec2:sourceinstancearn",
        "iam:awsservicename",
        "saml:aud",
        "sts:awsservicename",
        "sts:rolesessionname",
        "sts:transitivetagkeys",
    }
)
_FREE_PREFIXES = ("aws:requesttag/", "kms:encryptioncontext:", "s3:x-amz-")

_COSTLY: dict[str, tuple[int, str]] = {
    "aws:sourceip": (3, "comes from {}"),
    "aws:vpcsourceip": (3, "comes from {} inside a VPC"),
    "aws:sourcevpc": (3, "comes through VPC {}"),
    "aws:sourcevpcarn": (3, "comes through VPC {}"),
    "aws:sourcevpce": (3, "comes through VPC endpoint {}"),
    "aws:vpceaccount": (3, "comes through a VPC endpoint of account {}"),
    "aws:vpceorgid": (3, "comes through a VPC endpoint of organisation {}"),
    "aws:multifactorauthpresent": (3, "has a second factor"),
    "aws:multifactorauthage": (3, "has a second factor"),
    "sts:externalid": (2, "knows the external id"),
    "sts:sourceidentity": (2, "has source identity {}"),
    "aws:sourceidentity": (2, "has source identity {}"),
    "aws:currenttime": (2, "at {}"),
    "aws:epochtime": (2, "at epoch second {}"),
    "aws:tokenissuetime": (2, "has a session from {}"),
    "aws:referer": (1, "sends the referrer {}"),
    "aws:sourcearn": (1, "calls through {}"),
    "aws:sourceaccount": (1, "calls through account {}"),
}
_SESSION = Condition(
    text="has a session that was opened with a second factor",
    key="aws:MultiFactorAuthPresent",
    values=("true",),
    effort=4,
)
"""What a role's session takes; whether the key is in its requests at all is not written clearly.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

TIMES = frozenset({"aws:currenttime", "aws:epochtime", "aws:tokenissuetime"})
"""Keys that say when; nobody can make a request of the past."""

_ANY_TIME = "2000-01-01T00:00:00Z"
"""Where neither the estate nor a policy says when."""

_LASTING = frozenset({"sts:sourceidentity", "aws:sourceidentity"})
_SECRET = frozenset({"sts:externalid"})
"""Values that reports do not repeat."""

Value = str | tuple[str, ...] | None


class Choice(Struct, frozen=True):
    """One value of one key; None means that the key is not in the request."""

    value: Value
    effort: int
    key: str = ""
    """As a policy spells it, where one names it."""
    condition: Condition | None = None


def choices(
    key: str, tests: Iterable[ConditionTest], who: RequestPrincipal, *, account: str, at: str = ""
) -> tuple[Choice, ...]:
    """Return what a caller could make of `key` (lower case), cheapest first.

    `tests` are the conditions on it that apply; `account` owns what is asked for; `at` is the
    earliest time that a request can have, empty for any.
    """
    held = tuple(tests)
    if key in TIMES:
        return tuple(_times(key, held, who, at=at))
    named = tuple(dict.fromkeys(_named(key, held, who)))[:LIMIT]
    options: list[Choice] = []
    if not _always_present(key, who):
        options.append(Choice(None, 0))
    if key == "aws:multifactorauthpresent" and who.type is Caller.ROLE:
        return (*options, Choice("false", 0), Choice("true", _SESSION.effort, key, _SESSION))
    if who.type is Caller.SERVICE and key == "aws:sourceaccount":
        return (*options, Choice(account, 0))
    fresh = _fresh(key, held)
    if fresh:
        options.append(Choice(_shape(key, fresh), 0))
    elif held and not _is_of_kind(held):
        # Another value than all that are named, at the same effort.
        named = (*named, pattern.FRESH)
    options.extend(_choice(held[0].key, value) for value in dict.fromkeys(named))
    return tuple(sorted(options, key=lambda choice: choice.effort))


def _times(
    key: str, tests: tuple[ConditionTest, ...], who: RequestPrincipal, *, at: str
) -> Iterator[Choice]:
    """Yield the time as it is, then those that conditions name and the moments beside them."""
    if not _always_present(key, who):
        yield Choice(None, 0)
    if at:
        yield Choice(times.spelled(at, key), 0, tests[0].key if tests else key)
    values = [value for test in tests for value in test.values if "Null" not in test.operator]
    values = values if at or values else [_ANY_TIME]
    for value in times.beside(values, since=at):
        yield _choice(tests[0].key, times.spelled(value, key))


def _choice(spelled: str, value: str) -> Choice:
    key = spelled.lower()
    if key in _FREE or key.startswith(_FREE_PREFIXES):
        return Choice(_shape(key, value), 0, spelled)
    effort, text = _COSTLY.get(key, (1, f"`{spelled}` is {{}}"))
    if key.startswith("aws:principaltag/"):
        effort, text = 3, f"has a session tagged {spelled.split('/', 1)[1]}={{}}"
    secret = key in _SECRET
    condition = Condition(
        text=text.format(value),
        key="aws:SourceIdentity" if key in _LASTING else spelled,
        values=() if secret else (value,),
        lasting=key in _LASTING,
        effort=effort,
    )
    return Choice(value, effort, spelled, condition)


def _always_present(key: str, who: RequestPrincipal) -> bool:
    """Name the keys that no request can lack.

    A session of a role has a token with a time; requests of roles without a second factor say
    so or leave the key out, and both are tried.
    """
    return key in {"aws:securetransport", "aws:currenttime", "aws:epochtime"} or (
        key == "aws:tokenissuetime" and who.type is Caller.ROLE
    )


def _shape(key: str, value: str) -> Value:
    multivalued = key in {"aws:tagkeys", "sts:transitivetagkeys"}
    return (value,) if multivalued else value


def _fresh(key: str, tests: tuple[ConditionTest, ...]) -> str:
    """Return a value that no policy names, where a caller could bring one without effort."""
    if key == "aws:sourceip":
        nets = [net for test in tests for net in _networks(test.values)]
        return next((a for a in _ADDRESSES if not _inside(a, nets)), "")
    if key in _COSTLY or key.startswith("aws:principaltag/"):
        return ""
    return "" if _is_of_kind(tests) else pattern.FRESH


def _is_of_kind(tests: tuple[ConditionTest, ...]) -> bool:
    """Not any text is a value that the conditions could compare."""
    operators = " ".join(test.operator for test in tests)
    return any(word in operators for word in ("Bool", "Numeric", "Date", "Ip"))


def _named(key: str, tests: tuple[ConditionTest, ...], who: RequestPrincipal) -> Iterator[str]:
    """Yield texts that the conditions' values stand for, and those just beside numbers."""
    for test in tests:
        for value in test.values:
            if "Numeric" in test.operator or key == "aws:multifactorauthage":
                yield from _around(value)
            elif "IpAddress" in test.operator:
                yield from (str(_host(net)) for net in _networks([value]))
            elif "Bool" in test.operator or key == "aws:multifactorauthpresent":
                yield from ("true", "false")
            elif "Null" not in test.operator:
                filled = _fill(value, who)
                if filled is not None:
                    yield (
                        pattern.instance(filled)
                        if "Like" in test.operator or "Arn" in test.operator
                        else filled
                    )


def _fill(value: str, who: RequestPrincipal) -> str | None:
    """Put what is known of the caller in the place of policy variables."""
    known = fixed(who)
    for name in pattern.variables(value):
        held = known.get(name.strip().lower())
        if not isinstance(held, tuple):
            return None
        value = value.replace(f"${{{name}}}", held[0])
    return value


def _around(value: str) -> Iterator[str]:
    yield value
    if value.lstrip("-").isdigit() and len(value) < 19:  # noqa: PLR2004 - digits of a 64-bit number
        yield str(int(value) - 1)
        yield str(int(value) + 1)


def _networks(values: Iterable[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for value in values:
        try:
            found.append(ipaddress.ip_network(value, strict=False))
        except ValueError:
            continue
    return found


def _host(
    net: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address of the network: its first, unless that is the network's own."""
    return net[0] if net.prefixlen + 1 >= net.max_prefixlen else net[1]


def _inside(address: str, nets: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    host = ipaddress.ip_address(address)
    return any(host in net for net in nets if net.version == host.version and net.prefixlen)

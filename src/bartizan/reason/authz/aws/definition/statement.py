# SPDX-License-Identifier: Apache-2.0
"""Whether one statement speaks of one request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from msgspec import Struct

from bartizan.reason.authz.aws.definition.condition import conditions_hold
from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.definition.principal import EVERYONE, Named, excepted, named, others
from bartizan.reason.authz.aws.definition.truth import (
    Maybe,
    Truth,
    all_of,
    any_of,
    maybe,
    negation,
)
from bartizan.reason.authz.aws.definition.variable import (
    at_most,
    resolve,
    unresolved_under_negation,
)
from bartizan.reason.authz.aws.policy.arn_pattern import (
    begins_with_short,
    crosses_colons,
    resource_pattern,
    resource_tokens,
)
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.request import RequestPrincipal


class Ask(Struct, frozen=True):
    """A request, prepared once for many statements."""

    who: RequestPrincipal
    action: str
    """In lower case."""
    resource: str
    """ARN, or `*` for an action that has no resource."""
    surroundings: Surroundings
    bounded: bool
    """The caller has a permissions boundary."""


def covers_resource(statement: Statement, ask: Ask, *, variables: bool) -> Truth:
    """Return whether Resource or NotResource covers the resource; a policy that has neither
    speaks of the resource that it is attached to.
    """
    if statement.resource == ("*",):
        return True
    if statement.resource is not None:
        return any_of(
            _one_resource(pattern, ask, variables=variables, excluded=False)
            for pattern in statement.resource
        )
    if statement.not_resource is None:
        return True
    return negation(
        any_of(
            _one_resource(pattern, ask, variables=variables, excluded=True)
            for pattern in statement.not_resource
        )
    )


def _one_resource(pattern: str, ask: Ask, *, variables: bool, excluded: bool) -> Truth:
    if not variables or "${" not in pattern:
        if resource_pattern(pattern)(ask.resource):
            return True
        if begins_with_short(pattern, ask.resource):
            return maybe(f"behaviour:resource `{pattern}` of fewer than six parts")
        return False
    pieces = resource_tokens(pattern)
    found = None if pieces is None else resolve(pieces, ask.surroundings)
    if found is None:
        return unresolved_under_negation(pattern) if excluded else False
    if isinstance(found, Maybe):
        # Whatever the variable holds, what stands around it has to fit; but it may be unset.
        could = excluded or crosses_colons(at_most(pieces or (), ask.surroundings), ask.resource)
        return found if could else False
    return crosses_colons(found, ask.resource)


def reaches(statement: Statement, ask: Ask) -> Named:
    """Return whether and how the statement's principals include the caller; a statement of an
    identity policy, which has none, is about whoever it is attached to.
    """
    if statement.principal is not None:
        return named(statement.principal, ask.who)
    if statement.not_principal is None:
        return EVERYONE
    if statement.effect is Effect.DENY:
        left_out = excepted(statement.not_principal, ask.who, bounded=ask.bounded)
        return Named(direct=negation(left_out))
    return others(statement.not_principal, ask.who)


def applies(statement: Statement, ask: Ask, *, variables: bool) -> Truth:
    """Return whether resource and conditions fit; action and principal are asked first, since
    they are settled more often.
    """
    covered = covers_resource(statement, ask, variables=variables)
    if covered is False or not statement.conditions:
        return covered
    held = conditions_hold(statement.conditions, ask.surroundings, variables=variables)
    return all_of((covered, held))

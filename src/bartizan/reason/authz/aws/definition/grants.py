# SPDX-License-Identifier: Apache-2.0
"""Grants on a KMS key: allows that stand beside the key's policy.

Sources:
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
"""

from collections.abc import Iterable, Mapping

from bartizan.model.evidence import Evidence
from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.definition.principal import named
from bartizan.reason.authz.aws.definition.reading import Reading
from bartizan.reason.authz.aws.definition.statement import Ask
from bartizan.reason.authz.aws.definition.truth import Maybe, Truth, all_of, any_of, maybe
from bartizan.reason.authz.aws.policy.document import Principals
from bartizan.reason.authz.aws.request import Caller, Grant

_WITH_CONTEXT = frozenset(
    {
        "kms:decrypt",
        "kms:encrypt",
        "kms:generatedatakey",
        "kms:generatedatakeypair",
        "kms:generatedatakeypairwithoutplaintext",
        "kms:generatedatakeywithoutplaintext",
        "kms:reencryptfrom",
        "kms:reencryptto",
    }
)
"""Operations that take an encryption context; constraints apply to these alone."""
_PREFIX = "kms:encryptioncontext:"


def read_grants(grants: Iterable[Grant], ask: Ask, *, missing: tuple[str, ...] = ()) -> Reading:
    """Return what the grants allow. A grant names its grantee as a key policy would, and is
    limited as that would be; see docs/labs/kms-grants.md. Where reads are `missing`, there may be
    one to whoever asks.
    """
    reading = Reading("grant", direct=Maybe(missing) if missing else False)
    for grant in grants:
        operation = ask.action.partition(":")[2]
        if operation not in {name.lower() for name in grant.operations}:
            continue
        if ask.who.type is Caller.SERVICE:
            element = Principals(service=(grant.grantee,))
        else:
            element = Principals(aws=(grant.grantee,))
        how = named(element, ask.who)
        fits = _constraints_hold(grant, ask)
        if how.any() is False or fits is False:
            continue
        reading.direct = any_of((reading.direct, all_of((how.direct, fits))))
        reading.role = any_of((reading.role, all_of((how.role, fits))))
        reading.account = any_of((reading.account, all_of((how.account, fits))))
        evidence = Evidence(
            subject=grant.id,
            why=f"grant on the key allows `{operation}` to `{grant.grantee}`",
        )
        certain = fits is True and not isinstance(how.any(), Maybe)
        (reading.granting if certain else reading.possible).append(evidence)
    return reading


def _constraints_hold(grant: Grant, ask: Ask) -> Truth:
    """Section "GrantConstraints": keys in any case, values letter by letter."""
    if ask.action not in _WITH_CONTEXT:
        return True
    found: list[Truth] = []
    if grant.context_subset is not None:
        found.append(_has_pairs(grant.context_subset, ask.surroundings))
    if grant.context_equals is not None:
        found.append(_has_pairs(grant.context_equals, ask.surroundings))
        found.append(_has_no_others(grant.context_equals, ask.surroundings))
    return all_of(found)


def _has_pairs(pairs: Mapping[str, str], surroundings: Surroundings) -> Truth:
    found: list[Truth] = []
    for key, wanted in pairs.items():
        given = surroundings.values(f"kms:EncryptionContext:{key}")
        found.append(given if isinstance(given, Maybe) else given == (wanted,))
    return all_of(found)


def _has_no_others(pairs: Mapping[str, str], surroundings: Surroundings) -> Truth:
    names, complete = surroundings.starting_with(_PREFIX)
    if names - {key.lower() for key in pairs}:
        return False
    return True if complete else maybe("context:kms:EncryptionContextKeys")

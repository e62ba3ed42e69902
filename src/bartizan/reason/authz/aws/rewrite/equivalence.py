# SPDX-License-Identifier: Apache-2.0
"""Proves that two documents mean the same wherever they are attached, whatever else is there.

That they allow the same requests is not enough: beside other policies it also counts what they
deny, and by which name they allow. So three things are proved: that what one denies the other
denies too; that then what one allows the other allows; and both for each name of a caller alone.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from bartizan.model.rewrite import Proof
from bartizan.reason.authz.aws.diff.within import Within, within
from bartizan.reason.authz.aws.policy.document import Document, Effect, Principals, Statement
from bartizan.reason.authz.aws.policy.publicness import is_public


def equivalent(old: Document, new: Document, *, type: str) -> Proof:  # noqa: A002 - the word of the `policy` table
    """Prove that `new` can stand wherever `old` does, and so, where the two are parts of larger
    documents that are the same in all else, that the one part can stand for the other.
    """
    if type == "resource" and is_public(old) != is_public(new):
        return Proof(holds=False, why="one counts as public and the other does not")
    for one, other in _parts(old, new):
        for first, second in ((one, other), (other, one)):
            pairs = ((_denials(first), _denials(second)), (first, second))
            for allowed, kept in pairs[_same_denials(one, other) :]:
                proof = _proof(within(allowed, kept, type=type))
                if not proof.holds:
                    return proof
    return Proof(holds=True)


def _proof(found: Within) -> Proof:
    if found.holds is True:
        return Proof(holds=True)
    if found.holds is False:
        return Proof(holds=False, why=f"it would not allow the same: {_shown(found)}")
    return Proof(holds=None, why="; ".join(found.missing[:3]))


def _shown(found: Within) -> str:
    """Return the request that shows a difference."""
    if found.witness is None:
        return ""
    request = found.witness.request
    return f"{request.action} on {request.resource.arn}"


def _parts(old: Document, new: Document) -> Iterator[tuple[Document, Document]]:
    """Yield the two documents for each way in which either names callers, with everybody put in
    the place of the name: what means the same for all callers does so for those.
    """
    names = dict.fromkeys(
        name for one in (old, new) for each in one.statements for name in _names(each)
    )
    if names.keys() <= {None}:
        yield old, new
        return
    # Many names of which the same is said need one proof, and those of whom nothing changes none.
    parts = dict.fromkeys((_about(old, name), _about(new, name)) for name in names)
    yield from (part for part in parts if part[0] != part[1])


_Name = tuple[str, str] | Principals | None


def _names(statement: Statement) -> Iterator[_Name]:
    if statement.not_principal is not None:
        # Whom it leaves out stands for all that it names.
        yield statement.not_principal
        return
    principals = statement.principal
    if principals is None:
        yield None
        return
    if principals.any:
        yield "AWS", "*"
    yield from (("AWS", name) for name in principals.aws)
    yield from (("Service", name) for name in principals.service)
    yield from (("Federated", name) for name in principals.federated)
    yield from (("CanonicalUser", name) for name in principals.canonical)


def _about(document: Document, name: _Name) -> Document:
    """Return the statements that speak of `name`, those that speak of everyone included."""
    everyone = Principals(any=True)
    return replace(
        document,
        statements=tuple(
            replace(one, principal=everyone, not_principal=None, position=0, sid="", text="")
            for one in document.statements
            if not {name, ("AWS", "*")}.isdisjoint(_names(one))
        ),
    )


def _same_denials(one: Document, other: Document) -> bool:
    """Return whether two documents deny by the same words."""
    first, second = (
        {
            replace(each, position=0, sid="", text="")
            for each in document.statements
            if each.effect is Effect.DENY
        }
        for document in (one, other)
    )
    return first == second


def _denials(document: Document) -> Document:
    """Return a document that allows everything but what this one denies."""
    denials = tuple(one for one in document.statements if one.effect is Effect.DENY)
    named = any(one.principal is not None for one in document.statements)
    of_role = all(one.resource is None and one.not_resource is None for one in denials)
    everything = Statement(
        position=-1,
        sid="",
        effect=Effect.ALLOW,
        action=("*",),
        not_action=None,
        resource=None if named and of_role else ("*",),
        not_resource=None,
        principal=Principals(any=True) if named else None,
        not_principal=None,
        conditions=(),
        text="",
    )
    return replace(document, statements=(everything, *denials))


def no_wider(new: Document, old: Document, *, type: str) -> Proof:  # noqa: A002 - as above
    """Prove that `new` allows nothing that `old` does not, and denies all that it denies."""
    proof = _proof(within(new, old, type=type))
    if proof.holds is not True:
        return proof
    return _proof(within(_denials(new), _denials(old), type=type))

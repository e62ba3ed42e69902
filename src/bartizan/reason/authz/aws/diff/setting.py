# SPDX-License-Identifier: Apache-2.0
"""What each type of policy is about: which callers, actions and resources there are.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.diff import caller
from bartizan.reason.authz.aws.diff.caller import OWN_KEYS, Example
from bartizan.reason.authz.aws.diff.glob import ANY_ARN, STAR, spell
from bartizan.reason.authz.aws.diff.region import Region
from bartizan.reason.authz.aws.diff.scene import MEMBERS, Scene, delegates, examples
from bartizan.reason.authz.aws.diff.text import OneOf
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.request import Caller

TYPES = ("identity", "resource", "trust", "scp", "rcp", "boundary")
"""Types of policies that can be compared."""
LIMITS = frozenset({"scp", "boundary"})
"""Those that limit an account's own principals and name none."""
_NAMING = frozenset({"resource", "trust", "rcp"})
_EXEMPT = frozenset({"sts:getcalleridentity"})
"""No policy has a say in these."""
_TOKEN = {
    Caller.OIDC: "sts:assumerolewithwebidentity",
    Caller.SAML: "sts:assumerolewithsaml",
}
_WITH_ANY_TOKEN = frozenset({"sts:tagsession", "sts:setsourceidentity"})


class Setting(Struct, frozen=True):
    """One type of policy, for two documents."""

    type: str
    stranger: str
    """An account that neither document mentions."""
    owner: str
    """Another one."""

    @classmethod
    def of(cls, type: str, documents: Sequence[Document]) -> "Setting":  # noqa: A002 - the word of the `policy` table
        """Find accounts that nobody mentions."""
        if type not in _NAMING:
            return cls(type, caller.HOME, caller.HOME)
        text = " ".join(_texts(documents))
        free = (str(n) * 12 for n in range(1, 10))
        spare = (f"{n:012d}" for n in range(100_000_000_000, 100_000_010_000))
        unused = (one for chain in (free, spare) for one in chain if one not in text)
        return cls(type, next(unused), next(unused))

    def scenes(self, regions: Sequence[Region], keys: Iterable[str]) -> Iterator[Scene]:
        """Yield whom to try."""
        if self.type not in _NAMING:
            yield Scene(caller.role())
            if OWN_KEYS.intersection(keys):
                yield Scene(caller.user())
                yield Scene(caller.somebody())
            return
        for example in examples(regions, stranger=self.stranger):
            if self.type == "resource" and any(delegates(region, example) for region in regions):
                yield Scene(example, home=False)
                yield Scene(example, home=True)
            else:
                yield Scene(example)

    def services(self) -> frozenset[str] | None:
        """Return the services whose actions the policy is about; None for all."""
        if self.type == "trust":
            return frozenset({"sts"})
        return catalogue.rcp_services() if self.type == "rcp" else None

    def resources(self) -> tuple[OneOf, ...]:
        """Return the resources that there are, types aside."""
        if self.type == "trust":
            return ((spell(f"arn:aws:iam::{self.owner}:role/example"),),)
        return ((ANY_ARN,),) if self.type == "resource" else ((ANY_ARN, STAR),)

    def without_resource(self) -> bool:
        """Return whether requests that name no resource are decided by such a policy."""
        return self.type not in {"trust", "resource"}

    def can_ask(self, example: Example, action: str) -> bool:
        """Return whether policies decide such a caller's request at all.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
        """
        who = example.who.type
        if action in _EXEMPT or (self.type == "rcp" and action == "kms:retiregrant"):
            return False
        if not action.startswith(("sts:", "kms:")):
            return True
        if who in MEMBERS or who is Caller.SERVICE:
            return not _refused(example, action)
        return who in _TOKEN and (action == _TOKEN[who] or action in _WITH_ANY_TOKEN)


def _refused(example: Example, action: str) -> bool:
    who = example.who.type
    if action == "sts:getsessiontoken":
        # No policy decides that for users.
        return example.free or who in {Caller.USER, Caller.ROOT}
    if who is Caller.FEDERATED_USER:
        return action.startswith("sts:")
    return who is Caller.ROOT and action == "sts:assumerole"


def _texts(documents: Iterable[Document]) -> Iterator[str]:
    """Yield every text in which an account may be named."""
    for document in documents:
        for statement in document.statements:
            yield from statement.resource or ()
            yield from statement.not_resource or ()
            for test in statement.conditions:
                yield from test.values
            for element in (statement.principal, statement.not_principal):
                if element is not None:
                    yield from element.aws
                    yield from element.federated

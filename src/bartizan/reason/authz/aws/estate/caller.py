# SPDX-License-Identifier: Apache-2.0
"""Names of callers, those included that exist only once an attacker has made them.

Beside the ARNs of principals there are a few names of our own, since a foothold and a witness must
be able to speak of a principal whose rights an attacker has already changed:

- `<ARN>#escalated`: this user or role after its own policies were rewritten to allow everything;
- `<ARN>#in/<group's name>`: this user after it was put into the group;
- `<ARN>#session/<ARN>`: a session of this role that something in the estate starts, limited by
  the session policies attached to what starts it;
- `arn:<partition>:iam::<account>:role/bartizan-administrator`: a role that an administrator of
  the account has just made, allowed everything that guardrails and resources do not forbid;
- `arn:<partition>:iam::<account>:role/bartizan-outsider`: a role of an account that an attacker
  owns.
"""

from msgspec import Struct

from bartizan.model.arn import Arn

ADMINISTRATOR = "bartizan-administrator"
OUTSIDER = "bartizan-outsider"
OUTSIDE_ACCOUNT = "000000000000"
"""An account that belongs to nobody we know: AWS gives out no such id."""
ANONYMOUS = "anonymous"
SESSION = "bartizan"
"""The name of a role session, where an attacker is free to choose it."""

_ESCALATED = "#escalated"
_IN = "#in/"
_LIMITED = "#session/"


class Name(Struct, frozen=True):
    """The name of a caller, taken apart."""

    arn: str
    """Of the principal itself; for a session, of its role."""
    session: str = ""
    """Name of the session, where the caller was named as a session."""
    escalated: bool = False
    group: str = ""
    """Name of the group that the user was put into."""
    started_by: str = ""
    """ARN of what starts the session, whose session policies limit it."""

    @property
    def as_written(self) -> bool:
        """Its identity policies are those that the snapshot holds."""
        return not (self.escalated or self.group)


def parse(text: str) -> Name:
    """Take the name of a caller apart."""
    if text.endswith(_ESCALATED):
        return Name(text.removesuffix(_ESCALATED), escalated=True)
    if _LIMITED in text:
        arn, _, starter = text.partition(_LIMITED)
        return Name(arn, started_by=starter)
    if _IN in text:
        arn, _, group = text.partition(_IN)
        return Name(arn, group=group)
    if ":assumed-role/" in text:
        taken = Arn.parse(text)
        role, _, session = taken.resource.removeprefix("assumed-role/").partition("/")
        return Name(f"arn:{taken.partition}:iam::{taken.account}:role/{role}", session=session)
    return Name(text)


def escalated(arn: str) -> str:
    """Name the principal after its own policies were rewritten."""
    return parse(arn).arn + _ESCALATED


def member(user: str, group: str) -> str:
    """Name the user after it was put into the group with the ARN `group`."""
    return f"{user}{_IN}{group.rsplit('/', 1)[-1]}"


def limited(role: str, starter: str) -> str:
    """Name a session of `role` under the session policies attached to `starter`."""
    return f"{role}{_LIMITED}{starter}"


def administrator(account: str, *, partition: str) -> str:
    """Name a role that an administrator of `account` makes."""
    return f"arn:{partition}:iam::{account}:role/{ADMINISTRATOR}"


def outsider(account: str = OUTSIDE_ACCOUNT, *, partition: str = "aws") -> str:
    """Name a role in an account that an attacker owns."""
    return f"arn:{partition}:iam::{account}:role/{OUTSIDER}"


def is_service(text: str) -> bool:
    """`text` names an AWS service: `lambda.amazonaws.com`."""
    return ":" not in text and text.endswith((".amazonaws.com", ".amazonaws.com.cn"))

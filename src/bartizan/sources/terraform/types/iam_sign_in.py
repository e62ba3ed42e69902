# SPDX-License-Identifier: Apache-2.0
"""What signs users of IAM in: access keys, passwords and second factors.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
"""

import functools

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep
from bartizan.sources.terraform.types.iam import USER

_KEY, _USED = "AWS::IAM::AccessKey", "AWS::IAM::AccessKeyLastUsed"
_PASSWORD, _FACTOR = "AWS::IAM::LoginProfile", "AWS::IAM::MFADevice"

_kind = functools.partial(Kind, service="iam")
_keep = functools.partial(keep, service="iam", regional=False)


def _key_id(thing: Thing) -> str:
    """Return the id of an access key; a new one has one that no policy and no log names yet.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
    """
    held = thing.values.get("id")
    if isinstance(held, str) and held:
        return held
    return f"AKIA{thing.made('key').rpartition('-')[2][:16].upper()}"


def _key(thing: Thing, draft: Draft) -> None:
    own = _key_id(thing)
    status = thing.text("status") if thing.said("status") else "Active"
    body: Body = {"UserName": thing.identity("user"), "AccessKeyId": own, "Status": status}
    _keep(thing, draft, _KEY, own, body=body)


def _no_key(thing: Thing, draft: Draft) -> None:
    for kind in (_KEY, _USED):
        draft.drop(kind, thing.identity("id"))


def _user(thing: Thing, draft: Draft, attribute: str) -> str:
    """Return the ARN of a user.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    found = draft.named(USER, thing.account(), thing.identity(attribute))
    if not found:
        raise UntoldError(attribute)
    return found


def _password(thing: Thing, draft: Draft) -> None:
    body: Body = {"UserName": thing.identity("user")}
    _keep(thing, draft, _PASSWORD, _user(thing, draft, "user"), body=body)


def _no_password(thing: Thing, draft: Draft) -> None:
    draft.drop(_PASSWORD, _user(thing, draft, "user"))


def _holder(thing: Thing) -> str:
    """Return whose second factor a device is; the code makes devices that are nobody's yet."""
    held = thing.values.get("user_name")
    return held if isinstance(held, str) else ""


def _factor(thing: Thing, draft: Draft) -> None:
    if name := _holder(thing):
        serial = thing.identity("arn")
        body: Body = {"UserName": name, "SerialNumber": serial}
        user = _user(thing, draft, "user_name")
        _keep(thing, draft, _FACTOR, f"{user}#{serial}", body=body)


def _no_factor(thing: Thing, draft: Draft) -> None:
    if _holder(thing):
        draft.drop(_FACTOR, f"{_user(thing, draft, 'user_name')}#{thing.identity('arn')}")


KINDS = (
    _kind(
        type="aws_iam_access_key",
        put=_key,
        take=_no_key,
        record=_KEY,
        names=lambda thing: {"id": _key_id(thing)},
    ),
    _kind(
        type="aws_iam_user_login_profile",
        put=_password,
        take=_no_password,
        record=_PASSWORD,
        part=True,
    ),
    _kind(
        type="aws_iam_virtual_mfa_device",
        put=_factor,
        take=_no_factor,
        record=_FACTOR,
        part=True,
    ),
)

# SPDX-License-Identifier: Apache-2.0
"""Why we say what we say: pointers from an answer to what a system itself told us."""

from msgspec import Struct


class Evidence(Struct, frozen=True):
    """One fact or statement that an answer rests on."""

    subject: str
    """The id of the policy, resource or record: an ARN where there is one."""
    why: str
    """One phrase, lower case, no full stop: "allows `s3:GetObject` on `*`"."""
    statement: str = ""
    """The statement inside a policy: its Sid, else its position as `#0`, `#1`, ..."""
    position: int | None = None
    """Position of that statement in its document, from 0; None where there is no statement."""
    excerpt: str = ""
    """The statement's own JSON, compact, or another verbatim piece; never a secret."""

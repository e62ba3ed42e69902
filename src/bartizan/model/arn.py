# SPDX-License-Identifier: Apache-2.0
"""Amazon Resource Names, taken apart.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from typing import Self

from msgspec import Struct


class Arn(Struct, frozen=True):
    """`arn:partition:service:region:account:resource`; any part but the first may be empty."""

    partition: str
    service: str
    region: str
    account: str
    resource: str
    """All that follows the fifth colon, colons included."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take `text` apart.

        Raises:
            ValueError: `text` does not have six parts or does not start with `arn`.
        """
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn":  # noqa: PLR2004 - the six parts of an ARN
            message = f"not an ARN: `{text}`"
            raise ValueError(message)
        return cls(*parts[1:])

    @property
    def name(self) -> str:
        """What follows the last slash or colon of the resource: `r` of `role/path/r`."""
        return self.resource.replace(":", "/").rsplit("/", 1)[-1]

    def __str__(self) -> str:
        """Write it back, letter for letter."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def account_of(text: str) -> str:
    """Return the account of an ARN, or "" where it has none or `text` is no ARN."""
    parts = text.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" else ""  # noqa: PLR2004 - as above

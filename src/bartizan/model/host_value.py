# SPDX-License-Identifier: Apache-2.0
"""What may be kept of addresses and options that tools for hosts are given."""

import re

_SAFE_OPTION = re.compile(
    r"(uid|gid|mode|umask|fmask|dmask|vers|size|sec|proto|x-[a-z.-]+)=[\w.-]+"
)


def address(value: str) -> str:
    """Keep an address or a path without what may be a password in it: all up to the last `@`, and
    what comes behind `?` or `#`.
    """
    if value.startswith("/") and not value.startswith("//"):
        return value
    begin = value.find("//") + 2 if "//" in value else 0
    return value[:begin] + re.split(r"[?#]", value[begin:].rpartition("@")[2])[0]


def mount_options(value: str) -> str:
    """Keep options of a mount that are no words, and of others their names."""
    named = (one.strip() for one in value.split(","))
    return ",".join(
        one if "=" not in one or _SAFE_OPTION.fullmatch(one) else f"{one.partition('=')[0]}=?"
        for one in named
    )

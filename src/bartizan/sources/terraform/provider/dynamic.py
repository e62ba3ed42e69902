# SPDX-License-Identifier: Apache-2.0
"""Values of the language on their way between Terraform and a provider: MessagePack, unknowns too.

Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

from typing import Any

from msgspec import msgpack

from bartizan.sources.terraform.value import Hidden, Value

_UNKNOWN = msgpack.Ext(0, b"\0")
_LEAST, _END = -(2**63), 2**64
"""Between them are the whole numbers of the format."""


def unpacked(content: bytes) -> Value:
    """Read a value; whatever an unknown one is known to be like is not kept.

    Raises:
        msgspec.DecodeError: it is damaged.
    """
    found: Value = _DECODER.decode(content) if content else None
    return found


def packed(value: Value) -> bytes:
    """Write a value."""
    return msgpack.encode(_marked(value))


def _marked(value: Value) -> Any:  # noqa: ANN401 - the wire's edge
    if isinstance(value, Hidden):
        return _UNKNOWN
    if isinstance(value, dict):
        return {name: _marked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner) for inner in value]
    if isinstance(value, int) and not _LEAST <= value < _END:
        # Numbers that the format has no form for are decimal texts.
        return str(value)
    return value


def _extension(code: int, data: memoryview) -> Hidden:
    """Return what an extension of the format means: all that the language has are unknowns."""
    del code, data
    return Hidden.UNKNOWN


_DECODER = msgpack.Decoder(ext_hook=_extension)

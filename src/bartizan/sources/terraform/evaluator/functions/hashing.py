# SPDX-License-Identifier: Apache-2.0
"""Functions that make digests.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping

from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError, text, unknown
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import string_of
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import STRING

_TEXT = Parameter(STRING)
_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}
_UUID_LENGTH = 36


def _hexadecimal(name: str) -> Callable[[bytes], str]:
    return lambda content: hashlib.new(name, content, usedforsecurity=False).hexdigest()


def _base64(name: str) -> Callable[[bytes], str]:
    return lambda content: base64.b64encode(hashlib.new(name, content).digest()).decode()


DIGESTS: Mapping[str, Callable[[bytes], str]] = {
    "base64sha256": _base64("sha256"),
    "base64sha512": _base64("sha512"),
    "md5": _hexadecimal("md5"),
    "sha1": _hexadecimal("sha1"),
    "sha256": _hexadecimal("sha256"),
    "sha512": _hexadecimal("sha512"),
}
"""What each function makes of bytes; `file` before the name is the same of a file."""


def _digest(made: Callable[[bytes], str]) -> Function:
    return function(_TEXT, result=STRING)(lambda value: text(made(string_of(value).encode())))


def _uuidv5(namespace: Datum, name: Datum) -> Datum:
    space = string_of(namespace)
    if space in _NAMESPACES:
        return text(str(uuid.uuid5(_NAMESPACES[space], string_of(name))))
    if len(space) != _UUID_LENGTH:
        return unknown(STRING, "a namespace of an unusual form")
    try:
        return text(str(uuid.uuid5(uuid.UUID(space), string_of(name))))
    except ValueError:
        raise RefusedError("the namespace is no UUID") from None


FUNCTIONS: Mapping[str, Function] = {
    "uuidv5": function(_TEXT, _TEXT, result=STRING)(_uuidv5),
    **{name: _digest(made) for name, made in DIGESTS.items()},
}

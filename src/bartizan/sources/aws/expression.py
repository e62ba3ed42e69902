# SPDX-License-Identifier: Apache-2.0
"""The expressions in the table of calls: JMESPath and one function more.

Source: https://jmespath.org/specification.html
"""

import functools
from collections.abc import Sequence
from typing import Any

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError


class _Functions(functions.Functions):  # type: ignore[misc] # the library has no types
    """What JMESPath defines, and `split`, which ARNs and URLs cannot be taken apart without."""

    @functions.signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator] # as above
    def _func_split(self, text: str, separator: str) -> Sequence[str]:
        """`split('a/b', '/')` is `['a', 'b']`."""
        return text.split(separator)


_OPTIONS = jmespath.Options(custom_functions=_Functions())


@functools.cache
def _compiled(expression: str) -> Any:  # noqa: ANN401 - the library has no types
    return jmespath.compile(expression)


def search(expression: str, root: object) -> Any:  # noqa: ANN401 - a wire edge: any JSON
    """Evaluate `expression` over `root`; None where it finds nothing.

    Raises:
        ValueError: the expression is no JMESPath, or `root` lacks what its functions need.
    """
    try:
        return _compiled(expression).search(root, options=_OPTIONS)
    except JMESPathError as error:
        message = f"`{expression}` cannot be evaluated: {error}"
        raise ValueError(message) from error

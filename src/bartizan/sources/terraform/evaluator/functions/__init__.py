# SPDX-License-Identifier: Apache-2.0
"""The functions of Terraform's language.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError, unknown
from bartizan.sources.terraform.evaluator.elements import bare_mark
from bartizan.sources.terraform.evaluator.functions.encoding import FUNCTIONS as ENCODING
from bartizan.sources.terraform.evaluator.functions.files import FUNCTIONS as FILES
from bartizan.sources.terraform.evaluator.functions.format import FUNCTIONS as FORMAT
from bartizan.sources.terraform.evaluator.functions.hashing import FUNCTIONS as HASHING
from bartizan.sources.terraform.evaluator.functions.matching import FUNCTIONS as MATCHING
from bartizan.sources.terraform.evaluator.functions.members import FUNCTIONS as MEMBERS
from bartizan.sources.terraform.evaluator.functions.network import FUNCTIONS as NETWORK
from bartizan.sources.terraform.evaluator.functions.numeric import FUNCTIONS as NUMERIC
from bartizan.sources.terraform.evaluator.functions.place import Function, Place
from bartizan.sources.terraform.evaluator.functions.sequence import FUNCTIONS as SEQUENCE
from bartizan.sources.terraform.evaluator.functions.text import FUNCTIONS as TEXT
from bartizan.sources.terraform.evaluator.functions.time import FUNCTIONS as TIME
from bartizan.sources.terraform.evaluator.functions.types import FUNCTIONS as TYPES
from bartizan.sources.terraform.evaluator.functions.unread import FUNCTIONS as UNREAD

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **ENCODING,
        **FILES,
        **FORMAT,
        **HASHING,
        **MATCHING,
        **MEMBERS,
        **NETWORK,
        **NUMERIC,
        **SEQUENCE,
        **TEXT,
        **TIME,
        **TYPES,
        **UNREAD,
    }
)
"""What is called by each name, without the namespace `core::`. `try`, `can`, `templatefile` and
`templatestring` are not here: they evaluate code."""


def called(name: str, arguments: Sequence[Datum], place: Place) -> Datum:
    """Return what a call returns; what a provider's function returns is unknown.

    Raises:
        RefusedError: Terraform surely refuses the call, or has no such function.
    """
    if name.startswith("provider::"):
        return unknown(why=f"{name}()").marked(*map(bare_mark, arguments))
    found = FUNCTIONS.get(name.removeprefix("core::"))
    if found is None:
        raise RefusedError(f"there is no function `{name[:80]}`")
    return found(arguments, place)

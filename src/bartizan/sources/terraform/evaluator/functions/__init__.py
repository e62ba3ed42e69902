# SPDX-License-Identifier: Apache-2.0
"""The functions of Terraform's language.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from collections.abc import Mapping
from types import MappingProxyType

from bartizan.sources.terraform.evaluator.functions.choosing import FUNCTIONS as CHOOSING
from bartizan.sources.terraform.evaluator.functions.encoding import FUNCTIONS as ENCODING
from bartizan.sources.terraform.evaluator.functions.files import FUNCTIONS as FILES
from bartizan.sources.terraform.evaluator.functions.format import FUNCTIONS as FORMAT
from bartizan.sources.terraform.evaluator.functions.hashing import FUNCTIONS as HASHING
from bartizan.sources.terraform.evaluator.functions.matching import FUNCTIONS as MATCHING
from bartizan.sources.terraform.evaluator.functions.members import FUNCTIONS as MEMBERS
from bartizan.sources.terraform.evaluator.functions.network import FUNCTIONS as NETWORK
from bartizan.sources.terraform.evaluator.functions.numeric import FUNCTIONS as NUMERIC
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.functions.sequence import FUNCTIONS as SEQUENCE
from bartizan.sources.terraform.evaluator.functions.text import FUNCTIONS as TEXT
from bartizan.sources.terraform.evaluator.functions.time import FUNCTIONS as TIME
from bartizan.sources.terraform.evaluator.functions.types import FUNCTIONS as TYPES
from bartizan.sources.terraform.evaluator.functions.unread import FUNCTIONS as UNREAD

_ALL: Mapping[str, Function] = {
    **CHOOSING,
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

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {**_ALL, **{f"core::{name}": one for name, one in _ALL.items()}}
)
"""What is called by each name, in its namespace and without. `try`, `can`, `templatefile` and
`templatestring` are not here: they evaluate code; nor are functions of providers."""

# SPDX-License-Identifier: Apache-2.0
"""The functions of Terraform's language.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from collections.abc import Mapping
from types import MappingProxyType

from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.functions.types import FUNCTIONS as TYPES

FUNCTIONS: Mapping[str, Function] = MappingProxyType({**TYPES})
"""What is called by each name, without the namespace `core::`. `try`, `can`, `templatefile` and
`templatestring` are not here: they evaluate code."""

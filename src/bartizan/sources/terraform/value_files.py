# SPDX-License-Identifier: Apache-2.0
"""Which files of a folder give its variables values without anybody naming them.

Source: https://developer.hashicorp.com/terraform/language/values/variables
"""

from collections.abc import Iterable

OWN = ("terraform.tfvars", "terraform.tfvars.json")
"""Those of a name of their own, in the order in which they count."""
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")


def value_files(names: Iterable[str]) -> list[str]:
    """Return those of some names of files that Terraform takes values from by itself, those later
    that count more.
    """
    held = set(names)
    own = [name for name in OWN if name in held]
    return [*own, *sorted(name for name in held if name.endswith(_AUTOMATIC))]

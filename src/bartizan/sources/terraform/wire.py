# SPDX-License-Identifier: Apache-2.0
"""The shapes of plans and states as far as they are read; what else is in them is skipped.

Sources:
https://developer.hashicorp.com/terraform/internals/json-format
https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from typing import Any

from msgspec import Struct, field


class WireImporting(Struct, frozen=True):
    """Member `importing` of a change."""

    id: str | None = None


class WireChange(Struct, frozen=True):
    """Member `change` of a resource change."""

    actions: list[str]
    before: Any = None
    after: Any = None
    after_unknown: Any = None
    before_sensitive: Any = None
    after_sensitive: Any = None
    importing: WireImporting | None = None


class WireResourceChange(Struct, frozen=True):
    """An entry of `resource_changes` or `resource_drift`."""

    address: str
    type: str
    change: WireChange
    name: str = ""
    mode: str = "managed"
    previous_address: str = ""
    module_address: str = ""
    index: int | str | None = None
    provider_name: str = ""
    action_reason: str = ""
    deposed: str = ""


class WireExpression(Struct, frozen=True):
    """An expression of the configuration: its value where it is constant, else what it names."""

    constant_value: Any = None
    references: list[str] = []


class WireProvider(Struct, frozen=True):
    """An entry of `provider_config`."""

    name: str = ""
    full_name: str = ""
    alias: str = ""
    module_address: str = ""
    expressions: dict[str, Any] = {}


class WireConfiguredResource(Struct, frozen=True):
    """A resource of a module of the configuration."""

    address: str
    provider_config_key: str = ""
    expressions: dict[str, Any] = {}
    for_each_expression: Any = None


class WireModuleCall(Struct, frozen=True):
    """A call of a module in the configuration."""

    source: str = ""
    module: "WireModule | None" = None
    expressions: dict[str, Any] = {}


class WireOutput(Struct, frozen=True):
    """An output of a module of the configuration."""

    expression: Any = None


class WireModule(Struct, frozen=True):
    """A module of the configuration."""

    resources: list[WireConfiguredResource] = []
    module_calls: dict[str, WireModuleCall] = {}
    outputs: dict[str, WireOutput] = {}


class WireConfiguration(Struct, frozen=True):
    """Member `configuration`."""

    provider_config: dict[str, WireProvider] = {}
    root_module: WireModule = WireModule()


class WireValue(Struct, frozen=True):
    """A resource with its values, in a state or among planned values."""

    address: str
    type: str
    name: str = ""
    mode: str = "managed"
    index: int | str | None = None
    provider_name: str = ""
    values: Any = None
    sensitive_values: Any = None


class WireValues(Struct, frozen=True):
    """A module with its resources' values."""

    resources: list[WireValue] = []
    child_modules: "list[WireValues]" = []


class WireStateValues(Struct, frozen=True):
    """Member `values` of a state as `terraform show -json` tells it."""

    root_module: WireValues = WireValues()


class WireShownState(Struct, frozen=True):
    """A state as `terraform show -json` tells it."""

    format_version: str = ""
    terraform_version: str = ""
    values: WireStateValues | None = None


class WireVariable(Struct, frozen=True):
    """An entry of `variables`."""

    value: Any = None


class WirePlan(Struct, frozen=True):
    """A plan as `terraform show -json` tells it."""

    format_version: str
    terraform_version: str = ""
    resource_changes: list[WireResourceChange] = []
    resource_drift: list[WireResourceChange] = []
    configuration: WireConfiguration = WireConfiguration()
    prior_state: WireShownState | None = None
    variables: dict[str, WireVariable] = {}
    complete: bool | None = None
    errored: bool = False
    deferred_changes: list[Any] = []


class WireInstance(Struct, frozen=True):
    """An instance of a resource in a state file."""

    attributes: Any = None
    index_key: int | str | None = None
    sensitive_attributes: list[Any] = []
    deposed: str = ""


class WireStateResource(Struct, frozen=True):
    """A resource in a state file."""

    type: str
    name: str
    mode: str = "managed"
    module: str = ""
    provider: str = ""
    instances: list[WireInstance] = []


class WireState(Struct, frozen=True):
    """A state file of version 4."""

    version: int
    terraform_version: str = ""
    serial: int = field(default=0)
    resources: list[WireStateResource] = []

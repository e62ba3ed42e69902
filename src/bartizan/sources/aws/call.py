# SPDX-License-Identifier: Apache-2.0
"""How one API call that the source makes is described: data, so that one more is one entry."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field


class Scope(Enum):
    """How often a call is made."""

    ORGANIZATION = "organization"
    """Once, from the management account or a delegated administrator."""
    ACCOUNT = "account"
    """Once per account, at a global endpoint."""
    REGION = "region"
    """Once per account and enabled region."""


class Call(Struct, frozen=True, kw_only=True):
    """One operation of one service and the records that its answer holds.

    JMESPath expressions are evaluated over the response (`items`), over `{item, parent, parent_id,
    account, region, partition}` (`id`), or over `{parent, parent_id, account, region, partition}`
    (`parameters`, `when`). Parent records are those of kind `each`; there is one call for each of
    them, with the record's body as `parent` and its id as `parent_id`. `expression.search`
    evaluates them: JMESPath and `split(text, separator)`.
    """

    service: str
    """Name of the boto3 client: `s3`, `organizations`."""
    operation: str
    """API operation as the service model spells it: `ListBuckets`. It must exist in botocore."""
    kind: str
    """Kind of the records: CloudFormation type name where there is one."""
    scope: Scope
    items: str = ""
    """JMESPath to the list of elements, e.g. `Buckets`; empty where the whole response, less its
    metadata, is one element (a flat response of many pages is merged first)."""
    id: str
    """JMESPath to the record's id, e.g. `join('', ['arn:', partition, ':s3:::', item.Name])`."""
    each: str = ""
    """Kind of the parent records; empty for a call that depends on nothing."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """API parameter to JMESPath; a literal is written with backticks, as JMESPath does."""
    when: str = ""
    """JMESPath over the same root as `parameters`: the call is made only where it is true."""
    action: str = ""
    """IAM action, where it is not `<service>:<operation>`."""
    absent: tuple[str, ...] = ()
    """Error codes that mean "there is none" rather than "could not be read"."""
    secrets: tuple[str, ...] = ()
    """Dotted places in an element whose strings never enter a record: `A.B.*`, `List[].Value`."""

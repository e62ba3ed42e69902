# SPDX-License-Identifier: Apache-2.0
"""What runs as whom, where data and keys lie, and to whom they are shared."""

from collections.abc import Mapping
from typing import ClassVar

from bartizan.model.table import Row


class Workload(Row, frozen=True):
    """Something that runs code, or acts, as a role."""

    table: ClassVar[str] = "workload"

    arn: str
    """Its ARN."""
    kind: str
    """CloudFormation type name: `AWS::Lambda::Function`, `AWS::EC2::Instance`, ..."""
    account: str
    """Account that it is in."""
    region: str
    """Region that it is in."""
    name: str
    """What people call it."""
    role: str
    """ARN of the role that its code acts as; empty for none, or where `unread` says so."""
    running: bool
    """It runs now, or runs whenever it is called."""
    tags: Mapping[str, str]
    """Its own tags."""
    public: bool
    """It has a public address or endpoint; whether packets arrive is the network's question."""
    anonymous: bool
    """Anyone can call it without signing in (function URL with auth NONE and the like)."""
    metadata_v1: bool
    """Its metadata service answers requests without a session token (EC2)."""
    privileged: bool
    """Its code has the host's powers (privileged container, privileged build)."""
    related: Mapping[str, str]
    """Other things it is tied to, by name of the tie: `cluster`, `task-definition`,
    `execution-role`, `profile`, `launch-template`; for a user of a file server `server`, `domain`
    (`S3` or `EFS`), `home`, and `directory:<path>` for each path that it sees, where it sees only
    those."""
    metadata_hops: int = 0
    """How many hops an answer of its metadata service lives: 1 reaches the host alone, 2 what runs
    in containers behind a bridge too; 0 where it has none or it is switched off (EC2)."""
    images: tuple[str, ...] = ()
    """Images that it is started from and takes by a tag: the ARN of the repository, `:` and the
    tag, sorted. Those that are taken by their digest, or lie elsewhere than in a private registry
    of the vendor, are left out."""


class InstanceProfile(Row, frozen=True):
    """The envelope in which EC2 takes a role."""

    table: ClassVar[str] = "instance_profile"

    arn: str
    """Its ARN."""
    account: str
    """Account that it is in."""
    role: str
    """ARN of the role inside; empty for none."""


class Trigger(Row, frozen=True):
    """Something that calls a workload by itself: an event source, a rule, a schedule."""

    table: ClassVar[str] = "trigger"

    workload: str
    """ARN of what is called."""
    source: str
    """ARN or service principal of what calls it."""


class Association(Row, frozen=True):
    """A document that a manager of hosts runs on some of them, at once and again and again."""

    table: ClassVar[str] = "association"

    arn: str
    """Its ARN."""
    account: str
    """Account that it is in, and that the hosts are of."""
    region: str
    """Region of the hosts."""
    document: str
    """ARN of the document; empty for one of the vendor's own, which nobody else changes."""
    version: str
    """`$DEFAULT`, `$LATEST`, or the number of the version that it runs."""
    targets: tuple[str, ...]
    """What a host must have, each as `key=value`: `InstanceIds=i-1`, `InstanceIds=*` for all,
    `tag:Env=prod`, and others that name groups."""


class Store(Row, frozen=True):
    """A place where data lies."""

    table: ClassVar[str] = "store"

    arn: str
    """Its ARN."""
    kind: str
    """CloudFormation type name: `AWS::S3::Bucket`, `AWS::SecretsManager::Secret`, ..."""
    account: str
    """Account that owns it; empty where that could not be read."""
    region: str
    """Region that it is in; empty for global."""
    name: str
    """What people call it."""
    key: str
    """ARN of the key that its data is encrypted with, when a reader must be able to use it; else
    empty."""
    tags: Mapping[str, str]
    """Its own tags."""
    fixed: tuple[str, ...] = ()
    """Patterns of names under which nothing is overwritten that is there: tags of images."""
    loose: tuple[str, ...] = ()
    """Patterns of those among them under which it is overwritten all the same."""


class Key(Row, frozen=True):
    """An encryption key of a key service."""

    table: ClassVar[str] = "key"

    arn: str
    """Its ARN."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    manager: str
    """`CUSTOMER` or `AWS`."""
    state: str
    """`Enabled`, `Disabled`, `PendingDeletion`, ..."""
    aliases: tuple[str, ...]
    """`alias/name`, sorted."""
    tags: Mapping[str, str]
    """Its own tags."""


class Share(Row, frozen=True):
    """A thing opened to others by a switch that is no policy (snapshot, image, ACL, RAM)."""

    table: ClassVar[str] = "share"

    resource: str
    """ARN of what is shared."""
    with_whom: str
    """Account id, `all` (any AWS account), `anonymous` (anyone), or id of an organisation or
    unit."""
    access: str
    """`read`, `write` or `full`."""
    via: str
    """The switch: `createVolumePermission`, `launchPermission`, `acl`, `ram`, ..."""
    kind: str
    """Kind of the record that carries the switch, so that a change finds its way back."""
    record: str
    """Id of that record."""


class ClusterAccess(Row, frozen=True):
    """A principal that a Kubernetes cluster of the vendor lets in."""

    table: ClassVar[str] = "cluster_access"

    cluster: str
    """ARN of the cluster."""
    principal: str
    """ARN of the principal."""
    policies: tuple[str, ...]
    """ARNs of access policies that apply to the whole cluster."""
    groups: tuple[str, ...]
    """Kubernetes groups."""


class PodIdentity(Row, frozen=True):
    """Pods of a service account act as a role."""

    table: ClassVar[str] = "pod_identity"

    arn: str
    """ARN of the association; session policies may be attached to it."""
    cluster: str
    """ARN of the cluster."""
    namespace: str
    """Kubernetes namespace."""
    service_account: str
    """Kubernetes service account."""
    role: str
    """ARN of the role."""


class Detector(Row, frozen=True):
    """A service that watches an account: a trail, a configuration recorder, a threat detector."""

    table: ClassVar[str] = "detector"

    arn: str
    """ARN or id of it."""
    kind: str
    """CloudFormation type name."""
    account: str
    """Account that is watched."""
    region: str
    """Region that is watched; `*` for all."""
    on: bool
    """It is recording now."""

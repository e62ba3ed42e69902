# SPDX-License-Identifier: Apache-2.0
"""A tiny builder of facts: an estate in plain Python, as normalisers would state it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import InstanceProfile, Key, Share, Store, Trigger
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import (
    AccessKey,
    Credential,
    IdentityProvider,
    Membership,
    Principal,
)
from bartizan.model.facts.organization import Assignment, Delegation, Unit
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row
from tests.fakes.rows import ORGANIZATION, ROOT, account, workload
from tests.fakes.statements import FULL, Statements, trusts


class EstateBuilder:
    """Collects rows; each method returns the ARN or id of what it made."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def facts(self) -> Facts:
        return Facts.of(self.rows)

    def organization(self, *, scp: Statements | None = None) -> None:
        """Everything below is in one organisation, with guardrails that allow everything."""
        self.rows.append(
            Unit(id=ROOT, provider="aws", organization=ORGANIZATION, parent="", name="Root")
        )
        self.guardrail(ROOT, scp or FULL)

    def account(
        self,
        id_: str,
        *,
        member: bool = False,
        management: bool = False,
        collected: bool = True,
        regions: tuple[str, ...] = ("eu-central-1", "us-east-1"),
    ) -> str:
        inside = member or management
        placed = account(id_, inside=inside, management=management)
        self.rows.append(replace(placed, collected=collected, regions=regions))
        if inside:
            self.guardrail(id_, FULL)
            self.guardrail(id_, FULL, use="rcp")
            if management or not any(
                isinstance(r, Attachment) and (r.target, r.use) == (ROOT, "rcp") for r in self.rows
            ):
                self.guardrail(ROOT, FULL, use="rcp")
        return id_

    def guardrail(self, target: str, statements: Statements, *, use: str = "scp") -> str:
        if use == "rcp":
            statements = [{"Principal": "*", **statement} for statement in statements]
        number = sum(isinstance(row, Policy) for row in self.rows)
        return self.policy(f"{use}-{number}", statements, type_=use, target=target, use=use)

    def policy(
        self,
        id_: str,
        statements: Statements | None,
        *,
        type_: str = "identity",
        target: str = "",
        use: str = "identity",
        managed: str = "customer",
    ) -> str:
        document = None
        if statements is not None:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.rows.append(
            Policy(
                id=id_,
                provider="aws",
                type=type_,
                account=account_of(id_),
                name=id_.rsplit("/", 1)[-1],
                managed=managed,
                document=document,
                default_version="",
                kind="test",
                record=id_.partition("#")[0],
            )
        )
        if target:
            self.attach(id_, target, use)
        return id_

    def attach(self, policy: str, target: str, use: str = "identity") -> None:
        self.rows.append(Attachment(policy=policy, target=target, use=use))

    def principal(
        self,
        type_: str,
        name: str,
        account: str,
        *,
        allows: Statements | None = None,
        boundary: Statements | None = None,
        tags: Mapping[str, str] | None = None,
        service_linked: bool = False,
        console: bool = False,
        mfa: bool = False,
    ) -> str:
        resource = "root" if type_ == "root" else f"{type_}/{name}"
        arn = f"arn:aws:iam::{account}:{resource}"
        self.rows.append(
            Principal(
                arn=arn,
                provider="aws",
                type=type_,
                account=account,
                name=name,
                path="/",
                unique_id="",
                tags=tags or {},
                service_linked=service_linked,
                max_session=3600,
                console=console,
                mfa=mfa,
                last_used="",
                created="",
            )
        )
        if allows is not None:
            self.policy(f"{arn}#inline/p", allows, target=arn, managed="inline")
        if boundary is not None:
            self.policy(
                f"arn:aws:iam::{account}:policy/{name}-boundary",
                boundary,
                target=arn,
                use="boundary",
            )
        return arn

    def user(self, name: str, account: str, **more: Any) -> str:  # noqa: ANN401 - passed on
        return self.principal("user", name, account, **more)

    def group(self, name: str, account: str, *, members: Sequence[str] = (), **more: Any) -> str:  # noqa: ANN401 - passed on
        arn = self.principal("group", name, account, **more)
        self.rows.extend(Membership(user=member, group=arn) for member in members)
        return arn

    def role(self, name: str, account: str, *, trust: Statements, **more: Any) -> str:  # noqa: ANN401 - passed on
        arn = self.principal("role", name, account, **more)
        self.policy(
            f"{arn}#trust", trust, type_="trust", target=arn, use="trust", managed="inline"
        )
        return arn

    def service_role(self, name: str, account: str, service: str, **more: Any) -> str:  # noqa: ANN401 - passed on
        return self.role(name, account, trust=[trusts({"Service": service})], **more)

    def store(
        self,
        kind: str,
        arn: str,
        account: str,
        *,
        key: str = "",
        policy: Statements | None = None,
        tags: Mapping[str, str] | None = None,
        region: str = "us-east-1",
        **more: Any,  # noqa: ANN401 - passed on
    ) -> str:
        self.rows.append(
            Store(
                arn=arn,
                kind=kind,
                account=account,
                region=region,
                name=arn.rsplit(":", 1)[-1],
                key=key,
                tags=tags or {},
                **more,
            )
        )
        self._resource_policy(arn, policy)
        return arn

    def bucket(self, name: str, account: str, **more: Any) -> str:  # noqa: ANN401 - passed on
        return self.store("AWS::S3::Bucket", f"arn:aws:s3:::{name}", account, **more)

    def secret(self, name: str, account: str, **more: Any) -> str:  # noqa: ANN401 - passed on
        arn = f"arn:aws:secretsmanager:us-east-1:{account}:secret:{name}-AbCdEf"
        return self.store("AWS::SecretsManager::Secret", arn, account, **more)

    def key(
        self, name: str, account: str, *, policy: Statements | None, manager: str = "CUSTOMER"
    ) -> str:
        arn = f"arn:aws:kms:us-east-1:{account}:key/{name}"
        self.rows.append(
            Key(
                arn=arn,
                account=account,
                region="us-east-1",
                manager=manager,
                state="Enabled",
                aliases=(),
                tags={},
            )
        )
        self._resource_policy(arn, policy)
        return arn

    def grant(
        self,
        key: str,
        grantee: str,
        operations: tuple[str, ...],
        *,
        equals: tuple[str, ...] = (),
        subset: tuple[str, ...] = (),
    ) -> None:
        """`equals` and `subset` are constraints on the encryption context: `app=red`."""
        self.rows.append(
            KeyGrant(
                id=f"grant-{len(self.rows)}",
                key=key,
                grantee=grantee,
                retiring="",
                operations=operations,
                encryption_context_equals=equals,
                encryption_context_subset=subset,
            )
        )

    def workload(
        self,
        kind: str,
        resource: str,
        account: str,
        *,
        role: str = "",
        policy: Statements | None = None,
        related: Mapping[str, str] | None = None,
        called_by: str = "",
        **more: Any,  # noqa: ANN401 - passed on
    ) -> str:
        service, _, rest = resource.partition(":")
        arn = f"arn:aws:{service}:us-east-1:{account}:{rest}"
        made = workload(arn, kind, role=role, related=related or {})
        self.rows.append(replace(made, **more))
        if called_by:
            self.rows.append(Trigger(workload=arn, source=called_by))
        self._resource_policy(arn, policy)
        return arn

    def function(self, name: str, account: str, **more: Any) -> str:  # noqa: ANN401 - passed on
        return self.workload("AWS::Lambda::Function", f"lambda:function:{name}", account, **more)

    def instance(self, name: str, account: str, **more: Any) -> str:  # noqa: ANN401 - passed on
        return self.workload("AWS::EC2::Instance", f"ec2:instance/{name}", account, **more)

    def instance_profile(self, role: str, *, empty: bool = False) -> str:
        arn = role.replace(":role/", ":instance-profile/")
        held = "" if empty else role
        self.rows.append(InstanceProfile(arn=arn, account=account_of(role), role=held))
        return arn

    def credential(
        self,
        id_: str,
        lies_in: str,
        *,
        authenticates: str = "",
        key: str = "",
        field: str = "ENV",
        kind: str = "aws-access-key",
    ) -> str:
        self.rows.append(
            Credential(
                id=id_,
                lies_in=lies_in,
                field=field,
                kind=kind,
                authenticates=authenticates,
                key=key,
                length=40,
                account=account_of(lies_in),
            )
        )
        return id_

    def access_key(self, user: str, *, active: bool = True) -> None:
        self.rows.append(
            AccessKey(
                id=f"AKIA{len(self.rows):016}",
                principal=user,
                active=active,
                created="",
                last_used="",
            )
        )

    def directory(self, account: str, name: str) -> str:
        arn = f"arn:aws:iam::{account}:saml-provider/{name}"
        self.rows.append(
            IdentityProvider(arn=arn, account=account, type="saml", issuer="", audiences=())
        )
        return arn

    def provider(
        self, account: str, issuer: str, *, audiences: tuple[str, ...] = ("sts.amazonaws.com",)
    ) -> str:
        arn = f"arn:aws:iam::{account}:oidc-provider/{issuer}"
        self.rows.append(
            IdentityProvider(
                arn=arn, account=account, type="oidc", issuer=issuer, audiences=audiences
            )
        )
        return arn

    def share(self, resource: str, with_whom: str, *, via: str = "createVolumePermission") -> None:
        self.rows.append(
            Share(
                resource=resource,
                with_whom=with_whom,
                access="read",
                via=via,
                kind="test",
                record=resource,
            )
        )

    def delegation(self, account: str, service: str) -> None:
        self.rows.append(Delegation(account=account, service=service, organization=ORGANIZATION))

    def assignment(self, account: str, *, instance_account: str) -> None:
        instance = "arn:aws:sso:::instance/ssoins-1"
        self.rows.append(
            Assignment(
                account=account,
                permission_set="arn:aws:sso:::permissionSet/ssoins-1/ps-1",
                permission_set_name="Operators",
                instance=instance,
                instance_account=instance_account,
                holder_type="GROUP",
                holder="g-1",
            )
        )

    def block_public_access(self, target: str) -> None:
        self.rows.append(
            PublicAccessBlock(
                target=target,
                block_public_acls=True,
                ignore_public_acls=True,
                block_public_policy=True,
                restrict_public_buckets=True,
            )
        )

    def unread(
        self, account: str, action: str, *, kind: str = "", resource: str = "", region: str = ""
    ) -> None:
        service, _, operation = action.partition(":")
        self.rows.append(
            Unread(
                provider="aws",
                account=account,
                region=region,
                service=service,
                operation=operation,
                action=action,
                kind=kind,
                resource=resource,
                code="denied",
                reason="denied",
            )
        )

    def _resource_policy(self, arn: str, statements: Statements | None) -> None:
        if statements is not None:
            self.policy(
                f"{arn}#resource",
                statements,
                type_="resource",
                target=arn,
                use="resource",
                managed="inline",
            )

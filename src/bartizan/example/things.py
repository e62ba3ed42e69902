# SPDX-License-Identifier: Apache-2.0
"""How each section of a description becomes real things, one API call after another."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from bartizan.example.description import REGION, Part, document, trust
from bartizan.example.network_things import PLACES, SERVICES, placed
from bartizan.example.site import Make, Site, named, tags

_WHEN = (2026, 1, 1, 0, 0, 0)
"""The time inside the functions' archives, so that they are the same in every run."""


def _policy_arn(site: Site, name: str) -> str:
    return f"arn:aws:iam::{site.account}:policy/{name}"


def _role_arn(site: Site, name: str) -> str:
    return f"arn:aws:iam::{site.account}:role/{name}"


def _saml(site: Site, part: Part) -> None:
    entity = f"https://directory.example/{part['name']}"
    descriptor = f'<EntityDescriptor entityID="{entity}">{" " * 1000}</EntityDescriptor>'
    site.client("iam").create_saml_provider(SAMLMetadataDocument=descriptor, Name=part["name"])


def _oidc(site: Site, part: Part) -> None:
    site.client("iam").create_open_id_connect_provider(
        Url=part["url"], ClientIDList=[part["audience"]], ThumbprintList=["0" * 40]
    )


def _policy(site: Site, part: Part) -> None:
    site.client("iam").create_policy(PolicyName=part["name"], PolicyDocument=document(part))


def _role(site: Site, part: Part) -> None:
    iam = site.client("iam")
    more: dict[str, Any] = {"Tags": tags(part)} if "tags" in part else {}
    if "boundary" in part:
        more["PermissionsBoundary"] = _policy_arn(site, part["boundary"])
    iam.create_role(
        RoleName=part["name"],
        AssumeRolePolicyDocument=trust(part["trust"], account=site.account),
        **more,
    )
    for name in part.get("attached", ()):
        iam.attach_role_policy(RoleName=part["name"], PolicyArn=_policy_arn(site, name))
    if "allow" in part or "deny" in part:
        iam.put_role_policy(
            RoleName=part["name"], PolicyName=part["name"], PolicyDocument=document(part)
        )


def _user(site: Site, part: Part) -> None:
    iam, name = site.client("iam"), part["name"]
    iam.create_user(UserName=name)
    for policy in part.get("attached", ()):
        iam.attach_user_policy(UserName=name, PolicyArn=_policy_arn(site, policy))
    if "allow" in part:
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=document(part))
    if "access-key" in part:
        key = iam.create_access_key(UserName=name)["AccessKey"]
        site.keys[part["access-key"]] = (key["AccessKeyId"], key["SecretAccessKey"])
        if not part.get("access-key-active", True):
            iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")


def _key(site: Site, part: Part) -> None:
    lines: list[Part] = list(part.get("allow", ()))
    if part.get("delegated"):
        lines.append({"to": f"arn:aws:iam::{site.account}:root", "do": ["kms:*"]})
    kms = site.client("kms")
    key = kms.create_key(Description=part["name"], Policy=document({"allow": lines}))
    kms.create_alias(AliasName=f"alias/{part['name']}", TargetKeyId=key["KeyMetadata"]["KeyId"])


def _key_arn(site: Site, name: str) -> str:
    found = site.client("kms").describe_key(KeyId=f"alias/{name}")
    return str(found["KeyMetadata"]["Arn"])


def _bucket(site: Site, part: Part) -> None:
    s3, name = site.client("s3"), part["name"]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if "key" in part:
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": _key_arn(site, part["key"])}
        s3.put_bucket_encryption(
            Bucket=name,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": rule}]
            },
        )
    if "tags" in part:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(part)})
    if "allow" in part:
        s3.put_bucket_policy(Bucket=name, Policy=document(part))
    if private := part.get("private"):
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": private is True,
                "IgnorePublicAcls": private is True,
                "BlockPublicPolicy": private is True,
                "RestrictPublicBuckets": True,
            },
        )


def _secret(site: Site, part: Part) -> None:
    manager, name = site.client("secretsmanager"), part["name"]
    more = {"KmsKeyId": _key_arn(site, part["key"])} if "key" in part else {}
    arn = manager.create_secret(Name=name, SecretString="not a real secret", **more)["ARN"]
    if "allow" in part:
        manager.put_resource_policy(SecretId=name, ResourcePolicy=document(part, resource=arn))


def _table(site: Site, part: Part) -> None:
    site.client("dynamodb").create_table(
        TableName=part["name"],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=tags(part),
    )


def _function(site: Site, part: Part) -> None:
    variables = {"STAGE": "live"}
    if "environment-key" in part:
        public, secret = site.keys[part["environment-key"]]
        variables |= {"AWS_SYNC_KEY_ID": public, "AWS_SYNC_SECRET": secret}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr(zipfile.ZipInfo("main.py", _WHEN), "def handler(event, context): ...\n")
    site.client("lambda").create_function(
        FunctionName=part["name"],
        Runtime="python3.13",
        Handler="main.handler",
        Role=_role_arn(site, part["role"]),
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": variables},
    )


def _instance(site: Site, part: Part) -> None:
    iam, name = site.client("iam"), part["profile"]
    profile = f"profile:{site.account}/{name}"
    if profile not in site.made:
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
        site.made[profile] = name
    if "image" not in site.made:
        images = site.client("ec2").describe_images(Owners=["amazon"])["Images"]
        site.made["image"] = images[0]["ImageId"]
    made = site.client("ec2").run_instances(
        ImageId=site.made["image"],
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        IamInstanceProfile={"Name": name},
        TagSpecifications=named("instance", part),
        **placed(site, part),
    )["Instances"][0]
    site.made[f"instance:{part['name']}"] = made["InstanceId"]
    for interface in made["NetworkInterfaces"]:
        site.made[f"interface:{part['name']}"] = interface["NetworkInterfaceId"]


def _snapshot(site: Site, part: Part) -> None:
    ec2 = site.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(
        VolumeId=volume,
        Description=part["name"],
        TagSpecifications=named("snapshot", part),
    )["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=[part["shared"]],
    )


def _project(site: Site, part: Part) -> None:
    site.client("codebuild").create_project(
        name=part["name"],
        source={"type": "S3", "location": "harbour-builds/source.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=_role_arn(site, part["role"]),
    )


def _file_user(site: Site, part: Part) -> None:
    """Make a file server with one user; `session` is the policy that limits that user."""
    transfer = site.client("transfer")
    server = transfer.create_server(
        Domain="S3",
        EndpointType="PUBLIC",
        IdentityProviderType="SERVICE_MANAGED",
        Protocols=["SFTP"],
    )["ServerId"]
    transfer.create_user(
        ServerId=server,
        UserName=part["name"],
        Role=_role_arn(site, part["role"]),
        Policy=document(part["session"]),
        HomeDirectoryType="PATH",
        HomeDirectory=part["home"],
        SshPublicKeyBody=f"ssh-ed25519 AAAA {part['name']}",
    )


SECTIONS: Mapping[str, Make] = {
    "saml": _saml,
    "oidc": _oidc,
    "policy": _policy,
    "role": _role,
    "user": _user,
    "key": _key,
    "bucket": _bucket,
    "secret": _secret,
    "table": _table,
    "function": _function,
    **PLACES,
    "instance": _instance,
    "snapshot": _snapshot,
    "project": _project,
    "file-user": _file_user,
    **SERVICES,
}
"""Section of an account's file to what makes one entry of it; sections are made in this order."""


def guardrail(
    client: Any,  # noqa: ANN401 - boto3's clients have no types
    kind: str,
    part: Part,
    targets: Mapping[str, str],
) -> None:
    """Make an SCP or RCP and attach it to the units that `part` names."""
    policy = client.create_policy(
        Name=part["name"], Type=kind, Description=part["name"], Content=document(part)
    )
    for target in part["on"]:
        client.attach_policy(
            PolicyId=policy["Policy"]["PolicySummary"]["Id"], TargetId=targets[target]
        )

# SPDX-License-Identifier: Apache-2.0
"""Steps that could exist in what was not read, so that no path goes silently with it."""

from collections.abc import Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.facts.gap import Unread
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.authz.aws.estate.unread import name
from bartizan.reason.authz.aws.steps.actors import ANY_ACCOUNT
from bartizan.reason.authz.aws.steps.scene import Scene


def steps(scene: Scene) -> Iterator[Step]:
    """Yield a possible step for each account whose identities are hidden, in whole or in part."""
    estate = scene.estate
    for account in sorted(estate.accounts):
        missing = estate.gaps.of_principals(account)
        if not estate.accounts[account].collected:
            missing = (*missing, f"iam:GetAccountAuthorizationDetails of account {account}")
        if missing:
            fact = Evidence(subject=account, why="has identities that could not be read")
            yield Step(
                technique="unread-identities",
                needs=(ANY_ACCOUNT,),
                grants=Foothold(Ability.ADMINISTER.value, account),
                cost=1,
                evidence=(fact,),
                missing=tuple(sorted(set(missing))),
            )
            yield from _kept_for_some(scene, account, tuple(sorted(set(missing))))
        for row in estate.gaps.all_of(account):
            yield from _switch(row) if row.kind in _SWITCHES else _listing(row)


def _kept_for_some(scene: Scene, account: str, missing: tuple[str, ...]) -> Iterator[Step]:
    """What is closed even to administrators may be open to an identity that was not read, and
    whoever administers the account can act as that.
    """
    stores = (store for kind in sorted(scene.stores) for store in scene.stores_in(account, kind))
    things = [(Ability.READ, store.arn) for store in stores]
    keys = scene.within([account]).encryption_keys()
    things += [(Ability.DECRYPT, key.arn) for key in keys]
    for ability, thing in sorted(things, key=lambda one: one[1]):
        fact = Evidence(subject=thing, why="may be open to an identity that could not be read")
        yield Step(
            technique="unread-identities",
            needs=(Foothold(Ability.ADMINISTER.value, account),),
            grants=Foothold(ability.value, thing),
            cost=1,
            evidence=(fact,),
            missing=missing,
        )


def _switch(row: Unread) -> Iterator[Step]:
    """A switch that could not be read may be open to anybody."""
    if not row.resource:
        return
    yield Step(
        technique="read-share",
        needs=(ANY_ACCOUNT,),
        grants=Foothold(Ability.READ.value, row.resource),
        cost=1,
        evidence=(Evidence(subject=row.resource, why="may be shared"),),
        missing=(name(row),),
    )


def _listing(row: Unread) -> Iterator[Step]:
    """A listing that failed may hide a thing that anybody can read."""
    service = (row.action or row.service).split(":", 1)[0]
    ability = _HIDDEN.get(row.kind)
    if ability is None:
        return
    place = f"arn:aws:{service}:{row.region}:{row.account}:*"
    yield Step(
        technique="unread-listing",
        needs=(ANY_ACCOUNT,),
        grants=Foothold(ability.value, place),
        cost=1,
        evidence=(Evidence(subject=place, why="could not be listed"),),
        missing=(name(row),),
    )


_SWITCHES = frozenset({
    "AWS::EC2::SnapshotPermission",
    "AWS::EC2::ImageLaunchPermission",
    "AWS::RDS::DBSnapshotAttributes",
    "AWS::RDS::DBClusterSnapshotAttributes",
    "AWS::S3::BucketAcl",
})  # fmt: skip
"""Kinds of records that say to whom one thing is opened."""

_HIDDEN = {
    "AWS::S3::Bucket": Ability.READ,
    "AWS::SecretsManager::Secret": Ability.READ,
    "AWS::SSM::Parameter": Ability.READ,
    "AWS::DynamoDB::Table": Ability.READ,
    "AWS::DynamoDB::TableName": Ability.READ,
    "AWS::SQS::Queue": Ability.READ,
    "AWS::SQS::QueueUrl": Ability.READ,
    "AWS::SNS::Topic": Ability.READ,
    "AWS::SNS::TopicArn": Ability.READ,
    "AWS::ECR::Repository": Ability.READ,
    "AWS::EC2::Snapshot": Ability.READ,
    "AWS::RDS::DBInstance": Ability.READ,
    "AWS::KMS::Key": Ability.DECRYPT,
    "AWS::KMS::KeyListEntry": Ability.DECRYPT,
}
"""Kinds that a listing yields, and what a thing of it could give away."""

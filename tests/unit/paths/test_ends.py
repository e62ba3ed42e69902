# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store
from bartizan.model.facts.host import Host
from bartizan.model.facts.identity import IdentityProvider
from bartizan.model.facts.organization import Account
from bartizan.model.step import Foothold, Step
from bartizan.paths.ends import default_entries, default_jewels, hidden_jewels, host_ends
from tests.fakes.attack_steps import step

PROD, OUTSIDE = "222222222222", "999999999999"
GITHUB = f"arn:aws:iam::{PROD}:oidc-provider/token.actions.githubusercontent.com"
SAML = f"arn:aws:iam::{PROD}:saml-provider/staff"


def account(
    number: str, name: str, *, organization: str = "o-1", collected: bool = True
) -> Account:
    return Account(
        id=number,
        provider="aws",
        partition="aws",
        name=name,
        organization=organization,
        organization_path="",
        parent="",
        management=False,
        status="ACTIVE",
        regions=(),
        scp=True,
        rcp=True,
        collected=collected,
    )


def store(
    arn: str, kind: str, *, key: str = "", tags: dict[str, str] | None = None, owner: str = PROD
) -> Store:
    return Store(
        arn=arn,
        kind=kind,
        account=owner,
        region="",
        name=arn.rsplit(":", 1)[-1],
        key=key,
        tags=tags or {},
    )


def key(arn: str, manager: str, *, alias: str = "") -> Key:
    return Key(
        arn=arn,
        account=PROD,
        region="",
        manager=manager,
        state="Enabled",
        aliases=(alias,) if alias else (),
        tags={},
    )


def test_every_outside_place_that_a_step_starts_from_is_an_entry() -> None:
    provider = IdentityProvider(
        arn=GITHUB,
        account=PROD,
        type="oidc",
        issuer="token.actions.githubusercontent.com",
        audiences=(),
    )
    facts = Facts.of([account(PROD, "prod"), account("3" * 12, "gone", collected=False), provider])
    starts = {
        "internet": "the Internet",
        "any-aws-account": "any AWS account",
        OUTSIDE: f"the outside account {OUTSIDE}",
        f"{GITHUB}|repo:acme/app:*": "any workflow of acme/app (GitHub Actions)",
        f"{GITHUB}|*": "anyone at GitHub Actions",
        SAML: "the identity provider staff of prod",
        "o-9": "o-9",
    }
    steps = [step(f"start {place} > x") for place in (*starts, PROD, "3" * 12)]

    found = default_entries(facts, [*steps, step("y > x")])

    assert {entry.foothold.entity: entry.name for entry in found} == starts
    assert list(found) == sorted(found, key=lambda entry: entry.foothold)


def test_power_outranks_secrets_and_secrets_outrank_data() -> None:
    facts = Facts.of(
        [
            account(PROD, "prod"),
            account(OUTSIDE, "", organization=""),
            store("arn:aws:s3:::plain", "AWS::S3::Bucket"),
            store("arn:aws:s3:::pii", "AWS::S3::Bucket", tags={"Classification": "PII"}),
            store(f"arn:aws:secretsmanager:r:{PROD}:secret:s", "AWS::SecretsManager::Secret"),
            store(f"arn:aws:ssm:r:{PROD}:parameter/p", "AWS::SSM::Parameter", owner=""),
            store(f"arn:aws:ssm:r:{PROD}:parameter/q", "AWS::SSM::Parameter", key="k"),
            key("arn:k1", "CUSTOMER", alias="alias/one"),
            key("arn:k2", "AWS"),
        ]
    )

    found = default_jewels(facts)

    assert [(held.rank, str(held.foothold), held.owner) for held in found] == [
        (4, f"administer {PROD}", "o-1"),
        (4, f"administer {OUTSIDE}", ""),
        (4, "administer o-1", ""),
        (3, "read arn:aws:s3:::pii", PROD),
        (3, f"read arn:aws:secretsmanager:r:{PROD}:secret:s", PROD),
        (3, f"read arn:aws:ssm:r:{PROD}:parameter/q", PROD),
        (2, "decrypt arn:k1", PROD),
        (2, "read arn:aws:s3:::plain", PROD),
        (2, f"read arn:aws:ssm:r:{PROD}:parameter/p", PROD),
    ]
    assert found[0].name == f"administrator of account prod ({PROD})"
    assert found[1].name == f"administrator of account {OUTSIDE}"
    assert found[6].name == "what key one encrypts"


@pytest.mark.parametrize(
    ("tags", "rank"),
    [({"crown": ("yes",)}, 3), ({"crown": ()}, 3), ({"crown": ("no",)}, 2), ({"other": ()}, 2)],
)
def test_the_users_own_tags_raise_a_store_by_one(
    tags: dict[str, tuple[str, ...]], rank: int
) -> None:
    facts = Facts.of([store("arn:aws:s3:::b", "AWS::S3::Bucket", tags={"crown": "yes"})])

    (found,) = default_jewels(facts, tags=tags)

    assert found.foothold == Foothold("read", "arn:aws:s3:::b")
    assert found.rank == rank


def test_a_key_of_which_nothing_but_its_id_was_read_may_be_the_customers_own() -> None:
    facts = Facts.of([account(PROD, "prod"), key("arn:k1", ""), key("arn:k2", "AWS")])

    found = {jewel.foothold for jewel in default_jewels(facts)}
    assert Foothold("decrypt", "arn:k1") in found
    assert Foothold("decrypt", "arn:k2") not in found


def test_what_no_listing_told_of_is_a_jewel_where_a_possible_step_leads_to_it() -> None:
    facts = Facts.of([account(PROD, "prod")])
    secrets = Foothold("read", f"arn:aws:secretsmanager:eu-west-1:{PROD}:*")
    buckets = Foothold("read", f"arn:aws:s3::{PROD}:*")
    steps = [
        step(f"start x > {secrets}", missing=["secretsmanager:ListSecrets"]),
        step(f"start x > {buckets}", missing=["s3:ListAllMyBuckets"]),
        step(f"start x > read arn:aws:sqs:eu-west-1:{PROD}:*"),
    ]

    found = {jewel.foothold: (jewel.rank, jewel.owner) for jewel in hidden_jewels(facts, steps)}
    assert found == {secrets: (3, PROD), buckets: (2, PROD)}


def host(name: str) -> Host:
    return Host(
        id=name, source="puppet", names=(), addresses=(), system="", release="", kernel="",
        instance="", account="", environment="", whole=False,
    )  # fmt: skip


def test_of_hosts_alone_root_is_what_may_be_lost() -> None:
    alone = default_jewels(Facts.of([host("web1")]))
    beside = default_jewels(Facts.of([host("web1"), account("1", "one")]))

    assert [(jewel.name, jewel.rank) for jewel in alone] == [("root on web1", 2)]
    assert "root on web1" not in {jewel.name for jewel in beside}


def test_the_users_of_a_host_are_entries_where_they_are_asked_for() -> None:
    steps = [
        Step(technique="t", needs=(Foothold(ability, entity),), grants=Foothold("x", "y"), cost=1)
        for ability, entity in (
            ("run-code", "bob@web1"), ("run-code", "root@web1"), ("run-code", "web1"),
            ("run-code", "carl@web2"), ("act-as", "eve@web1"),
        )
    ]  # fmt: skip

    entries, jewels = host_ends(steps, {"web1"})

    assert [entry.name for entry in entries] == ["bob@web1"]
    assert [str(jewel.foothold) for jewel in jewels] == ["run-code root@web1"]

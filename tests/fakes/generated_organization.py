# SPDX-License-Identifier: Apache-2.0
"""Whole small organisations as facts: accounts, people, things, and all that is written of them.

Equal dice give an equal organisation. What can be in facts is in some of them: features that are
off, levels without policies, accounts that were not collected, documents that were not read.
"""

import json
from dataclasses import dataclass

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, PodIdentity, Store
from bartizan.model.facts.identity import IdentityProvider, Membership, Principal
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.facts.policy import Attachment, Policy, PublicAccessBlock
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate import caller
from tests.fakes.dice import Dice
from tests.fakes.generated_account import accounts
from tests.fakes.generated_condition import mentioned
from tests.fakes.generated_endpoint import endpoints
from tests.fakes.generated_gap import gaps
from tests.fakes.generated_key_grant import grant
from tests.fakes.generated_statement import document, statement
from tests.fakes.generated_words import ACTIONS_OF, ISSUER, SERVICES, STRANGER, TAGS, Words
from tests.fakes.known_rows import rows
from tests.fakes.rows import workload

_FULL = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"%s}}'
FULL_SCP, FULL_RCP = _FULL % "", _FULL % ',"Principal":"*"'


@dataclass(frozen=True, repr=False)
class Generated:
    """An organisation, who may ask in it, and what may be asked."""

    facts: Facts
    names: tuple[str, ...]
    """Callers of every kind, spelled as `Estate.caller` takes them."""
    words: Words
    mentioned: tuple[str, ...]
    """Condition keys that its policies mention."""

    def __repr__(self) -> str:
        """Write what tells one from another, since a failure prints it."""
        return "\n".join(str(row) for row in rows(self.facts))


def organization(dice: Dice, *, small: bool = False, crowd: int = 0) -> Generated:
    """Throw the dice for a whole organisation; a `small` one is quicker to make simpler, and in
    a `crowd` each account has so many more roles.
    """
    made = _Maker(dice, small=small)
    made.accounts()
    for account in made.words.accounts:
        made.people(account)
        made.things(account)
    made.crowd(crowd)
    made.words.things += _ASKED_ANYWHERE
    made.words.heat(dice, 4 if small else 8)
    keys = [("kms:Decrypt", arn) for kind, arn in made.words.things if kind == "key"]
    made.words.hot += keys[:1] * 2
    made.words.hot.append((dice.one(ACTIONS_OF["nothing"]), "*"))
    made.guardrails()
    made.identity()
    made.resources()
    names = made.callers()
    made.rows += gaps(dice, made.words, most=1 if small else 3)
    made.rows += endpoints(dice, made.words)
    facts = Facts.of(made.rows)
    return Generated(facts=facts, names=names, words=made.words, mentioned=mentioned(facts))


_STRANGE = "arn:aws:s3:::strange"
"""A bucket of which nothing says whose it is."""

_ASKED_ANYWHERE = [
    ("nothing", "*"),
    ("snapshot", "arn:aws:ec2:us-east-1::snapshot/snap-0"),
    ("policy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ("object", f"{_STRANGE}/k"),
    ("queue", f"arn:aws:sqs:us-east-1:{STRANGER}:q"),
    ("novelty", "arn:aws:lambda:us-east-1:111111111111:novelty:x"),
    ("novelty", "arn:aws:newservice:us-east-1:111111111111:thing/1"),
]


class _Maker:
    """Collects the rows of one organisation."""

    def __init__(self, dice: Dice, *, small: bool) -> None:
        self.dice = dice
        self.small = small
        self.rows: list[Row] = []
        self.principals: list[Principal] = []
        self.starters: list[tuple[str, str]] = []
        self.words = Words(accounts=(), organizations=(), paths=())
        self._policies = 0

    def accounts(self) -> None:
        """Make accounts in none, one or two organisations."""
        self.rows += accounts(self.dice, most=2 if self.small else 4)
        made = [row for row in self.rows if isinstance(row, Account)]
        self.words.accounts = tuple(row.id for row in made)
        paths = dict.fromkeys(row.organization_path for row in made)
        self.words.paths = tuple(path for path in paths if path)
        self.words.organizations = tuple(dict.fromkeys(path[:3] for path in self.words.paths))

    def people(self, account: str) -> None:
        """Make users, roles, a group, a root user and identity providers."""
        dice = self.dice
        users = dice.some(("u", "dev"), least=1, most=2)
        roles = dice.some(("r", "dev", "target"), least=1, most=1 if self.small else 3)
        for type_, name in [*(("user", n) for n in users), *(("role", n) for n in roles)]:
            self.principal(type_, name, account)
        self.principal("group", "g", account)
        if dice.chance(70):
            self.principal("root", "root", account)
        mine = [
            row.arn for row in self.principals if row.account == account and row.type == "user"
        ]
        group = f"arn:aws:iam::{account}:group/g"
        self.rows += [Membership(user=arn, group=group) for arn in mine if dice.chance(50)]
        for type_, issuer in (("oidc", ISSUER), ("saml", "")):
            arn = f"arn:aws:iam::{account}:{type_}-provider/{issuer or 'idp'}"
            self.rows.append(
                IdentityProvider(arn=arn, account=account, type=type_, issuer=issuer, audiences=())
            )

    def principal(self, type_: str, name: str, account: str) -> None:
        """Make a user, role, group or root user."""
        dice = self.dice
        path = "/team/" if type_ == "role" and dice.chance(25) else "/"
        linked = type_ == "role" and dice.chance(7)
        arn = f"arn:aws:iam::{account}:{type_}{path}{name}"
        arn = f"arn:aws:iam::{account}:root" if type_ == "root" else arn
        prefix = {"user": "AIDA", "role": "AROA", "group": "AGPA"}.get(type_, "")
        known = prefix != "" and not dice.chance(25)
        unique = f"{prefix}{name.upper()}{account}" if known else ""
        row = Principal(
            arn=arn,
            provider="aws",
            type=type_,
            account=account,
            name=name,
            path=path,
            unique_id=unique,
            tags={} if type_ in {"root", "group"} else self._tags(),
            service_linked=linked,
            max_session=3600,
            console=False,
            mfa=False,
            last_used="",
            created="",
        )
        self.principals.append(row)
        self.rows.append(row)
        if type_ in {"user", "role"}:
            self.words.principals.append(arn)
            self.words.things.append((type_, arn))
            self.words.ids += [unique] if unique else []

    def crowd(self, count: int) -> None:
        """Make many roles in each account, of which few policies speak."""
        words = self.words
        named, things = len(words.principals), len(words.things)
        for account in words.accounts:
            for number in range(count):
                self.principal("role", f"c{number}", account)
        del words.principals[2 * named :], words.things[things + 2 :]

    def _tags(self) -> dict[str, str]:
        dice = self.dice
        found = {}
        if dice.chance(65):
            found[dice.one(("team", "team", "Team"))] = dice.one(TAGS)
        if dice.chance(20):
            found["stage"] = dice.one((*TAGS, "*"))
        return found

    def things(self, account: str) -> None:
        """Make some of the things that carry policies, and name what may be asked of them."""
        short = account[:1]
        here = f"us-east-1:{account}"
        bucket = f"arn:aws:s3:::b{short}"
        queue, topic = f"arn:aws:sqs:{here}:q", f"arn:aws:sns:eu-central-1:{account}:q-topic"
        table = f"arn:aws:dynamodb:{here}:table/red"
        secret = f"arn:aws:secretsmanager:{here}:secret:red-AbCdEf"
        self._store("AWS::S3::Bucket", bucket, account, region="us-east-1")
        self.words.things += [("bucket", bucket), ("object", f"{bucket}/k")]
        self.words.things += [
            ("object", f"{bucket}/{n}/k") for n in (*TAGS, "u", "*", account)[: self.dice.below(7)]
        ]
        for kind, name, arn in (
            ("AWS::SQS::Queue", "queue", queue),
            ("AWS::SNS::Topic", "topic", topic),
            ("AWS::DynamoDB::Table", "table", table),
            ("AWS::SecretsManager::Secret", "secret", secret),
        ):
            if self.dice.chance(50):
                self._store(kind, arn, account, region=arn.split(":")[3])
                self.words.things.append((name, arn))
        if ("table", table) in self.words.things:
            self.words.things.append(("table", f"{table}/index/i"))
        if self.dice.chance(75):
            self._key(f"arn:aws:kms:{here}:key/k{short}", account)
        if self.dice.chance(50):
            self._function(f"arn:aws:lambda:{here}:function:f", account)
        self.words.things += [
            ("instance", f"arn:aws:ec2:{here}:instance/i-{short}"),
            ("policy", f"arn:aws:iam::{account}:policy/shared"),
            ("nothing", "*"),
        ][: self.dice.below(4)]

    def _store(self, kind: str, arn: str, account: str, *, region: str) -> None:
        self.rows.append(
            Store(
                arn=arn,
                kind=kind,
                account="" if kind == "AWS::S3::Bucket" and self.dice.chance(4) else account,
                region=region,
                name=arn.rsplit(":", 1)[-1],
                key="",
                tags=self._tags(),
            )
        )

    def _key(self, arn: str, account: str) -> None:
        self.words.things.append(("key", arn))
        self.rows.append(
            Key(
                arn=arn,
                account=account,
                region="us-east-1",
                manager="AWS" if self.dice.chance(12) else "CUSTOMER",
                state="Enabled",
                aliases=(),
                tags=self._tags(),
            )
        )

    def _function(self, arn: str, account: str) -> None:
        role = next((r.arn for r in self.principals if r.account == account), "")
        self.rows.append(workload(arn, "AWS::Lambda::Function", role=role, related={}))
        self.words.things += [("function", arn), ("function", f"{arn}:live")]

    def guardrails(self) -> None:
        """Attach guardrails at every level: mostly full access, sometimes more, or none at all."""
        units = [row.id for row in self.rows if isinstance(row, Unit)]
        members = [row.id for row in self.rows if isinstance(row, Account) and row.organization]
        for target in (*units, *members):
            for use, full in (("scp", FULL_SCP), ("rcp", FULL_RCP)):
                if not self.dice.chance(6):
                    self._policy(f"p-full-{use}", full, use, target=target)
                if self.dice.chance(20):
                    text = document(self.dice, self.words, type_=use)
                    self._policy(f"p-{use}-{self._policies}", text, use, target=target)

    def identity(self) -> None:
        """Write identity policies, boundaries and trust; some policies are shared."""
        dice = self.dice
        shared = f"arn:aws:iam::{dice.one(self.words.accounts)}:policy/shared"
        text = document(dice, self.words, type_="identity")
        for row in self.principals:
            if row.type == "root":
                continue
            for number in range(dice.one((1, 1, 2, 0))):
                inline = document(dice, self.words, type_="identity")
                self._policy(f"{row.arn}#inline/{number}", inline, "identity", target=row.arn)
            if dice.chance(25):
                self._policy(shared, text, "identity", target=row.arn)
            if dice.chance(20) and row.type != "group":
                limit = document(dice, self.words, type_="identity")
                bound = f"arn:aws:iam::{row.account}:policy/bound-{self._policies}"
                self._policy(bound, limit, "identity", target=row.arn, use="boundary")
            if dice.chance(2):
                self.rows.append(
                    Attachment(
                        policy="arn:aws:iam::aws:policy/Gone", target=row.arn, use="identity"
                    )
                )
            if row.type == "role" and not dice.chance(4):
                trust = document(dice, self.words, type_="trust")
                self._policy(f"{row.arn}#trust", trust, "trust", target=row.arn)
        self._sessions()

    def _sessions(self) -> None:
        """Let pods and file servers start sessions under session policies."""
        roles = [row for row in self.principals if row.type == "role"]
        for number, row in enumerate(roles):
            if not self.dice.chance(30):
                continue
            here = f"us-east-1:{row.account}"
            pod = f"arn:aws:eks:{here}:podidentityassociation/c/a-{number}"
            user = f"arn:aws:transfer:{here}:user/s-1/u{number}"
            starter = self.dice.one((pod, user))
            self.rows.append(
                PodIdentity(arn=pod, cluster="c", namespace="n", service_account="s", role=row.arn)
                if starter == pod
                else workload(
                    user, "AWS::Transfer::User", role=row.arn, related={"home": "/b1/red"}
                )
            )
            if not self.dice.chance(20):
                text = document(self.dice, self.words, type_="identity")
                if starter == user and self.dice.chance(60):
                    text = self._home()
                self._policy(f"{starter}#session", text, "session", target=starter)
            self.starters.append((row.arn, starter))

    def _home(self) -> str:
        """Return a session policy with variables of a file server."""
        name = self.dice.one(("HomeDirectory", "UserName", "HomeBucket", "Nothing"))
        body = statement(self.dice, self.words, type_="identity")
        body.pop("NotResource", None)
        body["Resource"] = [f"arn:aws:s3:::${{transfer:{name}}}/*", "arn:aws:sqs:*"]
        return json.dumps({"Version": "2012-10-17", "Statement": body})

    def resources(self) -> None:
        """Write resource policies, key grants and blocks of public access."""
        dice = self.dice
        carriers = [row.arn for row in self.rows if isinstance(row, (Store, Key))]
        carriers += [arn for kind, arn in self.words.things if kind == "function"][:1]
        for arn in carriers:
            if dice.chance(90 if ":kms:" in arn else 75):
                text = document(dice, self.words, type_="resource")
                self._policy(f"{arn}#resource", text, "resource", target=arn)
        if dice.chance(8):
            # Code gives a bucket a policy that is itself written elsewhere.
            text = document(dice, self.words, type_="resource")
            self._policy(f"{_STRANGE}#resource", text, "resource", target=_STRANGE)
        for kind, arn in self.words.things:
            if kind == "key":
                self.rows += [
                    grant(dice, self.words, arn, n) for n in range(dice.one((1, 2, 0, 3)))
                ]
        targets = [*self.words.accounts, *(a for k, a in self.words.things if k == "bucket")]
        for target in targets:
            if dice.chance(35):
                on = dice.chance(70)
                self.rows.append(
                    PublicAccessBlock(
                        target=target,
                        block_public_acls=on,
                        ignore_public_acls=on,
                        block_public_policy=on,
                        restrict_public_buckets=on,
                    )
                )

    def callers(self) -> tuple[str, ...]:
        """Name everybody who may ask, those of our own naming included."""
        people = [row for row in self.principals if row.type != "group"]
        found = [row.arn for row in people]
        found += [caller.limited(role, starter) for role, starter in self.starters]
        for row in people:
            if row.type == "root" or not self.dice.chance(25):
                continue
            found.append(caller.escalated(row.arn))
            if row.type == "user":
                found.append(caller.member(row.arn, f"arn:aws:iam::{row.account}:group/g"))
                found.append(f"arn:aws:sts::{row.account}:federated-user/f")
            else:
                found.append(f"arn:aws:sts::{row.account}:assumed-role/{row.name}/other")
        account = self.words.accounts[0]
        found += [
            *("anonymous", *SERVICES, ISSUER, f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"),
            *(f"arn:aws:iam::{account}:saml-provider/idp", f"arn:aws:iam::{account}:role/nobody"),
            *(caller.administrator(account, partition="aws"), caller.outsider(), ""),
        ]
        return tuple(dict.fromkeys(found))

    def _policy(
        self, id_: str, text: str | None, type_: str, *, target: str, use: str = ""
    ) -> None:
        self._policies += 1
        self.rows.append(Attachment(policy=id_, target=target, use=use or type_))
        if any(isinstance(row, Policy) and row.id == id_ for row in self.rows):
            return
        self.rows.append(
            Policy(
                id=id_,
                provider="aws",
                type=type_,
                account="",
                name=id_,
                managed="customer",
                document=text,
                default_version="",
                kind="test",
                record=id_.partition("#")[0],
            )
        )

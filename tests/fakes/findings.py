# SPDX-License-Identifier: Apache-2.0
"""Findings like those of a real company: three paths, a possible one, and three gaps."""

import hashlib
from collections.abc import Iterable

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Comparison, Findings
from bartizan.model.path import Cut, CutRemedy, Entry, Jewel, Path
from bartizan.model.remedy import DropStatement, Forbid, Remedy, RemoveCredential, Untrust
from bartizan.model.step import Ask, Breaker, Condition, Foothold, Step
from tests.fakes.technique_notes import NOTES

PROD, DATA, CI, WEB = "111111111111", "222222222222", "333333333333", "444444444444"
NAMES = {PROD: "prod", DATA: "data", CI: "ci", WEB: "web"}

SNAPSHOT = "9f2c4e1ab07d55c8e1f6a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"

INTERNET = Entry(foothold=Foothold("start", "internet"), name="the Internet")
GITHUB = Entry(
    foothold=Foothold(
        "start", f"arn:aws:iam::{CI}:oidc-provider/token.actions.githubusercontent.com"
    ),
    name="GitHub Actions of any repository",
)
VENDOR = Entry(foothold=Foothold("act-as", "999999999999"), name="the vendor account 999999999999")


def role(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def jewel(ability: str, entity: str, name: str, rank: int) -> Jewel:
    return Jewel(foothold=Foothold(ability, entity), name=name, rank=rank)


def path(entries: Iterable[Entry], goal: Jewel, steps: Iterable[Step], **more: object) -> Path:
    steps, entries = tuple(steps), tuple(entries)
    parts = [str(part) for step in steps for part in (step.technique, *step.needs, step.grants)]
    return Path(
        id=hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:12],
        entries=entries,
        jewel=goal,
        steps=steps,
        cost=sum(step.cost for step in steps),
        **more,  # type: ignore[arg-type] # the caller names fields of Path
    )


def drop(policy: str, statement: int, sid: str, *, title: str) -> Remedy:
    change = DropStatement(policy=policy, statement=statement, sid=sid)
    return Remedy(change=change, title=title, cost=2)


URL = f"arn:aws:lambda:eu-west-1:{WEB}:function:thumbnailer"
CLOSE_URL = drop(
    f"{URL}:policy",
    0,
    "FunctionURLAllowPublicAccess",
    title="Take the public statement off thumbnailer",
)
CLOSE_TRUST = Remedy(
    change=Untrust(
        policy=f"{role(PROD, 'deploy')}:trust", statement=0, principal=f"arn:aws:iam::{WEB}:root"
    ),
    title="Stop trusting the whole account web in the trust policy of deploy",
    cost=3,
)
PIN_SUBJECT = Remedy(
    change=Untrust(
        policy=f"{role(CI, 'builder')}:trust",
        statement=0,
        principal="token.actions.githubusercontent.com",
    ),
    title="Stop trusting GitHub Actions without a subject in builder",
    cost=2,
)
DENY_DECRYPT = Remedy(
    change=Forbid(
        principal=role(DATA, "reporting"),
        actions=("kms:Decrypt",),
        resources=(f"arn:aws:kms:eu-west-1:{DATA}:key/5b1f",),
    ),
    title="Deny kms:Decrypt to reporting",
    cost=4,
)
REVOKE_KEY = Remedy(
    change=RemoveCredential(lies_in=URL, field="Environment.DB_ADMIN_KEY"),
    title="Revoke the access key in the environment of thumbnailer",
    cost=1,
)

CALL_URL = Step(
    technique="function-url",
    needs=(INTERNET.foothold,),
    grants=Foothold("run-code", URL),
    cost=2,
    conditions=(
        Condition(
            text="the function has a flaw that lets a caller run code",
            key="assume:flaw",
            effort=1,
        ),
    ),
    evidence=(
        Evidence(
            subject=f"{URL}:policy",
            statement="FunctionURLAllowPublicAccess",
            why="allows `lambda:InvokeFunctionUrl` to everybody",
            excerpt='{"Action":"lambda:InvokeFunctionUrl","Effect":"Allow","Principal":"*",'
            f'"Resource":"{URL}","Sid":"FunctionURLAllowPublicAccess"}}',
        ),
        Evidence(subject=URL, why="its URL asks for no authentication"),
    ),
    breakers=(Breaker(remedies=(CLOSE_URL,)),),
)
FUNCTION_ROLE = Step(
    technique="function-role",
    needs=(CALL_URL.grants,),
    grants=Foothold("act-as", role(WEB, "thumbnailer")),
    cost=1,
    evidence=(Evidence(subject=URL, why=f"runs as {role(WEB, 'thumbnailer')}"),),
)
ASSUME_DEPLOY = Step(
    technique="assume-role",
    needs=(FUNCTION_ROLE.grants,),
    grants=Foothold("act-as", role(PROD, "deploy")),
    cost=1,
    conditions=(
        Condition(
            text="sends the external id `acme-deploy`",
            key="sts:ExternalId",
            values=("acme-deploy",),
        ),
    ),
    evidence=(
        Evidence(
            subject=role(PROD, "deploy"),
            statement="#0",
            why=f"trusts every principal of {WEB}",
            excerpt=f'{{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{WEB}:root"}}}}',
        ),
        Evidence(
            subject=f"{role(WEB, 'thumbnailer')}/policy/inline",
            statement="AssumeAnything",
            why="allows `sts:AssumeRole` on `*`",
            excerpt='{"Action":"sts:AssumeRole","Effect":"Allow","Resource":"*","Sid":"AssumeAnything"}',
        ),
    ),
    asks=(
        Ask(
            principal=role(WEB, "thumbnailer"),
            action="sts:AssumeRole",
            resource=role(PROD, "deploy"),
            context=(("sts:ExternalId", "acme-deploy"),),
        ),
    ),
    breakers=(Breaker(remedies=(CLOSE_TRUST,)),),
)
ATTACH = Step(
    technique="attach-administrator",
    needs=(ASSUME_DEPLOY.grants,),
    grants=Foothold("administer", PROD),
    cost=2,
    evidence=(
        Evidence(
            subject=f"arn:aws:iam::{PROD}:policy/deploy",
            statement="ManageRoles",
            why="allows `iam:AttachRolePolicy` on `*`",
        ),
    ),
    asks=(
        Ask(
            principal=role(PROD, "deploy"),
            action="iam:AttachRolePolicy",
            resource=role(PROD, "deploy"),
        ),
    ),
)
GITHUB_BUILDER = Step(
    technique="web-identity",
    needs=(GITHUB.foothold,),
    grants=Foothold("act-as", role(CI, "builder")),
    cost=2,
    evidence=(
        Evidence(
            subject=role(CI, "builder"),
            statement="#0",
            why="trusts the provider and asks for no `sub`",
        ),
    ),
    breakers=(Breaker(remedies=(PIN_SUBJECT,)),),
)
BUILDER_REPORTING = Step(
    technique="pass-role-function",
    needs=(GITHUB_BUILDER.grants,),
    grants=Foothold("act-as", role(DATA, "reporting")),
    cost=3,
    evidence=(
        Evidence(
            subject=f"{role(CI, 'builder')}/policy/build",
            statement="#1",
            why="allows `iam:PassRole` and `lambda:CreateFunction` on `*`",
        ),
    ),
)
BUCKET = "arn:aws:s3:::acme-customer-records"
KEY = f"arn:aws:kms:eu-west-1:{DATA}:key/5b1f"
SEALED = Step(
    technique="read-object",
    needs=(BUILDER_REPORTING.grants,),
    grants=Foothold("read-sealed", BUCKET),
    cost=1,
    evidence=(
        Evidence(subject=f"{BUCKET}:policy", statement="Reporting", why="allows `s3:GetObject`"),
    ),
)
UNSEAL = Step(
    technique="decrypt",
    needs=(BUILDER_REPORTING.grants,),
    grants=Foothold("decrypt", KEY),
    cost=1,
    evidence=(Evidence(subject=f"{KEY}:policy", statement="#2", why="allows `kms:Decrypt`"),),
    breakers=(Breaker(remedies=(DENY_DECRYPT,)),),
)
READ_RECORDS = Step(
    technique="read-object",
    needs=(UNSEAL.grants, SEALED.grants),
    grants=Foothold("read", BUCKET),
    cost=1,
    evidence=(Evidence(subject=BUCKET, why=f"is encrypted with {KEY}"),),
)
TAKE_KEY = Step(
    technique="environment-credential",
    needs=(CALL_URL.grants,),
    grants=Foothold("act-as", f"arn:aws:iam::{DATA}:user/db-admin"),
    cost=1,
    evidence=(
        Evidence(
            subject=URL,
            why="its environment holds an access key of db-admin",
            excerpt="Environment.DB_ADMIN_KEY: aws-access-key-id, 20 characters",
        ),
    ),
    breakers=(Breaker(remedies=(REVOKE_KEY,)),),
)
SECRET = f"arn:aws:secretsmanager:eu-west-1:{DATA}:secret:ledger-AbCdEf"
READ_SECRET = Step(
    technique="read-object",
    needs=(TAKE_KEY.grants,),
    grants=Foothold("read", SECRET),
    cost=1,
    evidence=(
        Evidence(
            subject=f"{SECRET}:policy",
            statement="Admins",
            why="allows `secretsmanager:GetSecretValue`",
        ),
    ),
)
VENDOR_READ = Step(
    technique="assume-role",
    needs=(VENDOR.foothold,),
    grants=Foothold("read", "arn:aws:s3:::acme-logs"),
    cost=2,
    missing=(f"s3:GetBucketPolicy on arn:aws:s3:::acme-logs in {DATA}",),
    evidence=(
        Evidence(subject=role(DATA, "vendor-readonly"), statement="#0", why="trusts the vendor"),
    ),
)

ADMIN_PROD = jewel("administer", PROD, f"administrator of account prod ({PROD})", 4)
RECORDS = jewel("read", BUCKET, "the customer records (acme-customer-records)", 4)
LEDGER = jewel("read", SECRET, "the secret ledger in data", 3)
LOGS = jewel("read", "arn:aws:s3:::acme-logs", "the bucket acme-logs", 2)
CONFIG = jewel("read", "arn:aws:s3:::acme-config", "the bucket acme-config", 1)

UNREAD = (
    Unread(
        provider="aws",
        account=DATA,
        region="",
        service="s3",
        operation="GetBucketPolicy",
        action="s3:GetBucketPolicy",
        kind="AWS::S3::BucketPolicy",
        resource="arn:aws:s3:::acme-logs",
        code="denied",
        reason="AccessDenied: not authorized to perform s3:GetBucketPolicy",
    ),
    Unread(
        provider="aws",
        account=WEB,
        region="me-south-1",
        service="ec2",
        operation="DescribeInstances",
        action="ec2:DescribeInstances",
        kind="AWS::EC2::Instance",
        resource="",
        code="not-enabled",
        reason="OptInRequired",
    ),
    Unread(
        provider="aws",
        account=PROD,
        region="eu-west-1",
        service="glue",
        operation="GetJobs",
        action="glue:GetJobs",
        kind="AWS::Glue::Job",
        resource="",
        code="unsupported",
        reason="The action GetJobs is not implemented",
    ),
)

TO_ADMIN = path(
    [INTERNET],
    ADMIN_PROD,
    [CALL_URL, FUNCTION_ROLE, ASSUME_DEPLOY, ATTACH],
    conditions=CALL_URL.conditions + ASSUME_DEPLOY.conditions,
    folded={role(WEB, "thumbnailer"): tuple(role(WEB, f"resizer-{n}") for n in range(1, 6))},
    implies=(CONFIG,),
)
TO_RECORDS = path(
    [GITHUB], RECORDS, [GITHUB_BUILDER, BUILDER_REPORTING, SEALED, UNSEAL, READ_RECORDS]
)
TO_LEDGER = path(
    [INTERNET], LEDGER, [CALL_URL, TAKE_KEY, READ_SECRET], conditions=CALL_URL.conditions
)
TO_LOGS = path([VENDOR], LOGS, [VENDOR_READ])


def acme() -> Findings:
    """Three proved paths, one of which joins two footholds, one possible path, three gaps."""
    cut = Cut(
        remedies=(
            CutRemedy(
                remedy=CLOSE_URL,
                closes=tuple(sorted((TO_ADMIN.id, TO_LEDGER.id))),
                command="aws lambda remove-permission --region eu-west-1 "
                f"--function-name {URL} --statement-id FunctionURLAllowPublicAccess",
            ),
            CutRemedy(
                remedy=PIN_SUBJECT,
                closes=(TO_RECORDS.id,),
                command="aws iam update-assume-role-policy --role-name builder "
                "--policy-document file://builder-trust.json",
                terraform='resource "aws_iam_role" "builder" {\n'
                "  assume_role_policy = data.aws_iam_policy_document.builder_trust.json\n}\n",
            ),
        ),
        cost=4,
        lower_bound=4,
        optimal=True,
        paths_left=0,
    )
    return Findings(
        snapshot=SNAPSHOT,
        tool_version="0.1.0",
        read_at="2026-03-02T04:05:06Z",
        estate={"accounts": 8, "principals": 312, "stores": 42, "steps": 12_040},
        names=NAMES,
        entries=(INTERNET, GITHUB, VENDOR),
        jewels=(ADMIN_PROD, RECORDS, LEDGER, LOGS, CONFIG),
        proved=(TO_ADMIN, TO_RECORDS, TO_LEDGER),
        possible=(TO_LOGS,),
        cut=cut,
        unread=UNREAD,
        techniques=NOTES,
    )


def compared() -> Comparison:
    """One path came, one went, and something can no longer be read."""
    return Comparison(
        old="0" * 64,
        new=SNAPSHOT,
        appeared=(TO_RECORDS,),
        gone=(TO_LEDGER,),
        unchanged=7,
        unread_appeared=UNREAD[:1],
        unread_gone=UNREAD[1:2],
        names=NAMES,
    )


def many_gaps(number: int) -> tuple[Unread, ...]:
    """Return as many different things that were not read."""
    return tuple(
        structs.replace(UNREAD[0], operation=f"Get{place}", action=f"s3:Get{place}")
        for place in range(number)
    )

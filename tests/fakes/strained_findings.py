# SPDX-License-Identifier: Apache-2.0
"""Findings that strain a report: none, hostile ones, and as many as one asks for."""

from bartizan.model.evidence import Evidence
from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Findings, TechniqueNote
from bartizan.model.path import Cut, CutRemedy, Entry, Jewel, Path
from bartizan.model.step import Ask, Breaker, Condition, Foothold, Step
from tests.fakes.findings import (
    ADMIN_PROD,
    CALL_URL,
    CI,
    DATA,
    FUNCTION_ROLE,
    INTERNET,
    NAMES,
    PROD,
    SNAPSHOT,
    WEB,
    acme,
    drop,
    jewel,
    path,
    role,
)
from tests.fakes.technique_notes import NOTES

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[2J\x1b]0;owned\x07",
    "\u202eevil\u2028next\u2029 \x85 \x9b31m",
    "`|*_[x](javascript:alert(1))<!--\n# heading",
    "{{7*7}}{% raw %} ${1} {0}",
    "\udce9 lone surrogate",
    "::error file=x::workflow command",
)


def empty() -> Findings:
    """Nothing found, nothing unread."""
    return Findings(
        snapshot=SNAPSHOT,
        tool_version="0.1.0",
        estate={"accounts": 1},
        names={},
        entries=(INTERNET,),
        jewels=(ADMIN_PROD,),
        proved=(),
        possible=(),
        cut=None,
        unread=(),
    )


def hostile() -> Findings:
    """Every free string is an attack on some report."""
    junk = " ".join(HOSTILE)
    bad = f"arn:aws:iam::{PROD}:role/{junk}"
    remedy = drop(bad, 0, junk, title=f"Drop {junk}")
    step = Step(
        technique=junk,
        needs=(Foothold("start", junk),),
        grants=Foothold(junk, bad),
        cost=1,
        conditions=(Condition(text=junk, key=junk, values=(junk,)),),
        evidence=(Evidence(subject=bad, statement=junk, why=junk, excerpt=junk),),
        asks=(Ask(principal=bad, action=junk, resource=bad, context=((junk, junk),)),),
        breakers=(Breaker(remedies=(remedy,)),),
    )
    entry = Entry(foothold=step.needs[0], name=junk)
    goal = Jewel(foothold=step.grants, name=junk, rank=4)
    only = path(
        [entry], goal, [step], conditions=step.conditions, folded={bad: (junk,)}, implies=(goal,)
    )
    chosen = CutRemedy(remedy=remedy, closes=(only.id,), command=junk, terraform=junk)
    note = TechniqueNote(id=junk, title=junk, attack=junk, reference=junk, explanation=junk)
    return Findings(
        snapshot=SNAPSHOT,
        tool_version="0.1.0",
        estate={junk: 1},
        names={junk: junk, PROD: junk},
        entries=(entry,),
        jewels=(goal,),
        proved=(only,),
        possible=(),
        cut=Cut(
            remedies=(chosen,),
            cost=2,
            lower_bound=1,
            optimal=False,
            paths_left=1,
            uncut=(only.id,),
        ),
        unread=(_gap(junk),),
        techniques={junk: note},
    )


def _gap(junk: str) -> Unread:
    return Unread(
        provider=junk,
        account=junk,
        region=junk,
        service=junk,
        operation=junk,
        action=junk,
        kind=junk,
        resource=junk,
        code=junk,
        reason=junk,
    )


def many(number: int) -> Findings:
    """As many different paths as asked, over shared steps, in every level."""
    paths = [_one_of_many(index) for index in range(number)]
    paths.sort(key=lambda one: (-one.jewel.rank, one.cost, one.id))
    base = acme()
    return Findings(
        snapshot=SNAPSHOT,
        tool_version="0.1.0",
        read_at=base.read_at,
        estate={**base.estate, "stores": number},
        names=NAMES,
        entries=base.entries,
        jewels=tuple(one.jewel for one in paths),
        proved=tuple(paths),
        possible=base.possible,
        cut=base.cut,
        unread=base.unread,
        techniques=NOTES,
    )


def _one_of_many(index: int) -> Path:
    account = (PROD, DATA, CI, WEB)[index % 4]
    bucket = f"arn:aws:s3:::acme-{index:05d}-{('orders', 'backup', 'exports', 'media')[index % 4]}"
    middle = role(account, f"service-{index % 200:03d}")
    hop = Step(
        technique="assume-role",
        needs=(FUNCTION_ROLE.grants,),
        grants=Foothold("act-as", middle),
        cost=1 + index % 3,
        evidence=(
            Evidence(subject=middle, statement="#0", why=f"trusts every principal of {WEB}"),
        ),
    )
    last = Step(
        technique="read-object",
        needs=(hop.grants,),
        grants=Foothold("read", bucket),
        cost=1,
        evidence=(
            Evidence(subject=f"{bucket}:policy", statement="#0", why="allows `s3:GetObject`"),
        ),
    )
    goal = jewel("read", bucket, f"the bucket {bucket[13:]}", 1 + index % 4)
    return path([INTERNET], goal, [CALL_URL, FUNCTION_ROLE, hop, last])

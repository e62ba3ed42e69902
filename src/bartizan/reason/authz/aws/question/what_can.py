# SPDX-License-Identifier: Apache-2.0
"""What can a caller do? The kernel decides all actions at once, the definition says why.

The inverse of `who_can`: on a thing of the estate, and for a known action, both give one answer.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field, structs

from bartizan.errors import UsageError
from bartizan.model.access import Access, AccessAnswer, Asked, Certainty, Witness
from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import catalogue, masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.pattern import instance
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.requests import Reach
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.arn_pattern import resource_pattern
from bartizan.reason.authz.aws.question.answer import Answer, Answers, stated
from bartizan.reason.authz.aws.question.crops import Crop
from bartizan.reason.authz.aws.question.engine import ALLOWED, DENIED, UNKNOWN, disagreement
from bartizan.reason.authz.aws.question.expand import actions as expanded
from bartizan.reason.authz.aws.question.expand import is_pattern, rest
from bartizan.reason.authz.aws.question.fold import access, explained, in_order, relation
from bartizan.reason.authz.aws.question.inventory import Inventory
from bartizan.reason.authz.aws.question.lots import Held, first, gathered, products
from bartizan.reason.authz.aws.question.shares import Share, Shares
from bartizan.reason.authz.aws.question.things import Others, Things, others, with_objects


def what_can(kernel: Kernel, asked: Asked) -> AccessAnswer:
    """Answer what `asked.principal` can do, among the actions and things that are asked for.

    Raises:
        UsageError: the question makes no sense.
        DisagreementError: kernel and definition answer otherwise.
    """
    if asked.action:
        expanded(asked.action)
    if asked.resource and asked.resource != "*" and not asked.resource.startswith("arn:"):
        raise UsageError(f"neither an ARN nor `*`: `{asked.resource}`")
    elsewhere = _others(kernel, asked)
    search = _Search(kernel, asked, elsewhere)
    groups = in_order(search.groups())
    reached = sum(group.requests for group in groups)
    requests = search.requests
    left = f"{elsewhere.left_out:,} more things of other accounts, whose policies are open to many"
    return AccessAnswer(
        asked=asked,
        groups=groups,
        callers=1,
        requests=requests,
        never=requests - reached,
        incomplete=(*((left,) if elsewhere.left_out else ()), *search.unread()),
        notes=tuple(_notes(asked)),
        names=search.names,
    )


def _others(kernel: Kernel, asked: Asked) -> Others:
    """Return what elsewhere is asked about beside the things of the caller's account."""
    if asked.resource and not is_pattern(asked.resource):
        return Others((asked.resource,), (), 0)
    found = others(kernel.elsewhere, kernel.caller(asked.principal))
    if not asked.resource or asked.resource == "*":
        return found
    # As `who_can` has it, where nothing that is there fits a pattern an example of it is asked.
    fits, inside = resource_pattern(asked.resource), rest(asked.resource)
    estate = kernel.estate((asked.principal,), found.named)
    own = Things(estate, estate.caller(asked.principal), found.named, inside=inside).held
    if any(map(fits, (*own, *with_objects((arn for _, arn in found.open), inside)))):
        return found
    return structs.replace(found, named=(*found.named, instance(asked.resource)))


class _Told(Struct):
    """Requests with one explanation."""

    where: str
    answer: Answer
    parts: dict[Crop, Mask] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    """By action and thing, what the definition said of single requests."""

    def add(self, parts: Iterable[tuple[Crop, Mask]]) -> None:
        """Add requests."""
        for crop, mask in parts:
            self.parts[crop] = self.parts.get(crop, 0) | mask

    def products(self) -> Iterator[Held]:
        """Yield the requests in parts of which every action goes with every thing that it acts
        on.
        """
        every = (held for crop, mask in self.parts.items() for held in crop.held(mask))
        yield from products(gathered(every))


class _Search:
    """Answers one question."""

    def __init__(self, kernel: Kernel, asked: Asked, elsewhere: Others) -> None:
        self._kernel, self._asked, self._name = kernel, asked, asked.principal
        self._chosen = stated(asked.context)
        self.estate = kernel.estate((self._name,), elsewhere.named)
        _check_known(self.estate, self._name)
        self._reach = self._kernel.reach(
            self._name, self.estate, chosen=self._chosen, complete=asked.complete
        )
        self._far = frozenset(arn for _, arn in elsewhere.open)
        self._inventory = Inventory(
            kernel, self._reach, self.estate, asked=asked, elsewhere=elsewhere
        )
        self._under: dict[tuple[tuple[str, str], ...], Reach] = {}
        self._wide: dict[str, Answers] = {}
        self._witnesses: dict[Hashable, Witness] = {}
        self._apart: dict[tuple[int, int], tuple[Crop, Sequence[tuple[Crop, Mask]]]] = {}
        self._open: dict[int, Mask] = {}
        self._spoken = set[str]()

    @property
    def requests(self) -> int:
        """Requests that are asked about."""
        return self._inventory.requests

    def unread(self) -> Iterator[str]:
        """Name accounts whose things nobody has read, the caller's own too."""
        yield from (f"things of account {account}" for account in self.estate.uncollected)

    @property
    def names(self) -> Mapping[str, str]:
        """What people call the accounts that the groups speak of."""
        spoken = (account_of(self._name), *sorted(self._spoken))
        held = (self.estate.accounts.get(account) for account in spoken)
        return {row.id: row.name for row in held if row is not None}

    def groups(self) -> Iterator[Access]:
        """Yield the groups of requests that are not denied."""
        shares = Shares(self._name)
        crops = tuple(self._inventory.crops())
        if far := self._inventory.far:
            self._wide |= dict.fromkeys(far, self._answers_on(self._inventory.afar))
            self._far |= far
        for crop in crops:
            where = self._relation(crop.first, crop.estate)
            for heard in crop.judge(self._reach, crop.actions):
                shares.add(crop, heard, where=where)
        for told in self._explained(tuple(shares)):
            yield from self._folded(told)

    def _relation(self, thing: str, estate: Estate) -> str:
        owner = estate.ownership.of(thing).account or account_of(thing)
        if thing == "*":
            owner = account_of(self._name)
        return relation(self._name, owner=owner, accounts=estate.accounts)

    def _explained(self, shares: Sequence[Share]) -> Iterable[_Told]:
        """Explain each share by its first request, and put those together that are told as one."""
        found: dict[object, _Told] = {}
        waiting = deque((share, share.first()) for share in shares)
        self._read_for(thing for _, (_, thing, _) in waiting)
        for whole, mask in (part for share in shares for part in share.parts):
            self._open[id(whole)] = self._open.get(id(whole), 0) | mask
        while waiting:
            share, (action, thing, estate) = waiting.popleft()
            answer = self._answer(action, thing, share)
            parts = share.parts
            if answer.certainty is Certainty.MAY:
                parts, rest = self._parted(share, answer.witness)
                if rest.parts:
                    waiting.append((rest, rest.first()))
                if not any(mask & masks.matching(action) for _, mask in parts):
                    raise self._disagreement(action, thing, DENIED, answer)
            where = self._relation(thing, estate)
            key = (where, *explained(answer, self._name, thing))
            told = found.setdefault(key, _Told(where, answer))
            told.add(parts)
            told.answers[action, thing] = answer
        return found.values()

    def _answer(self, action: str, thing: str, share: Share) -> Answer:
        """Answer one request by the definition, and hold it against the kernel's answer."""
        answer = self._answers(thing)(self._name, action, thing, asks=share.asks)
        wanted = _CODES[answer.certainty]
        if wanted != share.code:
            raise self._disagreement(action, thing, share.code, answer)
        return answer

    def _parted(self, share: Share, witness: Witness) -> tuple[list[tuple[Crop, Mask]], Share]:
        """Part a share into what the kernel allows under a witness, and the rest."""
        reach = self._reach_under(witness)
        kept: list[tuple[Crop, Mask]] = []
        rest = Share(share.code, [])
        for whole, mask in share.parts:
            for crop, allowed in self._judged(reach, whole, mask):
                asked = mask & crop.actions
                if held := asked & allowed:
                    kept.append((crop, held))
                if left := asked & ~allowed:
                    rest.parts.append((crop, left))
        return kept, rest

    def _judged(self, reach: Reach, whole: Crop, mask: Mask) -> Sequence[tuple[Crop, Mask]]:
        """Return the parts of a crop that are alike to `reach`, each with what it allows of all
        that waits to be explained, `mask` included; several shares have parts of one crop.
        """
        key = (id(reach), id(whole))
        if key not in self._apart:
            waiting = self._open.get(id(whole), 0) | mask
            found = []
            for crop in whole.apart(reach, self._reach):
                heard = crop.judge(reach, waiting & crop.actions)
                found.append((crop, masks.joined(one.allowed for one in heard)))
                self._open[id(crop)] = waiting
            self._apart[key] = (whole, found)
        return self._apart[key][1]

    def _reach_under(self, witness: Witness) -> Reach:
        """Return what decides requests that hold what a witness says, and no other key."""
        said = witness.context
        if said not in self._under:
            self._under[said] = self._reach.under(stated(said))
        return self._under[said]

    def _folded(self, told: _Told) -> Iterator[Access]:
        """Yield groups of which every action goes with every thing that it acts on."""
        parts = tuple(told.products())
        firsts = [first(part) for part in parts]
        self._read_for(thing for _, thing in firsts)
        for part, (action, thing) in zip(parts, firsts, strict=True):
            answer = told.answers.get((action, thing)) or self._again(told, action, thing)
            found = access(self._name, part, answer, where=told.where, checked=1)
            self._spoken.update(*(lot.accounts() for lot in part))
            things = frozenset(found.resources)
            held = [one for one in told.answers if one[1] in things]
            yield structs.replace(found, checked=len({(action, thing), *held}))

    def _again(self, told: _Told, action: str, thing: str) -> Answer:
        """Answer another request of those that are told as one."""
        answers, known = self._answers(thing), told.answer
        found: Answer | None
        if known.certainty is Certainty.MAY:
            found = answers.under(known.witness, self._name, action, thing)
        else:
            found = answers(self._name, action, thing)
        if found is None or found.certainty is not known.certainty:
            code = UNKNOWN if known.certainty is Certainty.UNKNOWN else ALLOWED
            raise self._disagreement(action, thing, code, found or known)
        return found

    def _disagreement(self, action: str, thing: str, code: int, answer: Answer) -> Exception:
        rule = answer.decision.rule
        return disagreement(
            self._name, action, thing, kernel=code, definition=answer.word, rule=rule
        )

    def _read_for(self, things: Iterable[str]) -> None:
        """Read at once what the definition needs to decide requests for things elsewhere."""
        wanted = {self._carrier(thing) for thing in things}
        far = sorted(wanted & self._far - self._wide.keys())
        if far:
            estate = self._kernel.estate((self._name,), far)
            self._wide |= dict.fromkeys(far, self._answers_on(estate))

    def _answers(self, thing: str) -> Answers:
        carrier = self._carrier(thing)
        if carrier in self._far:
            self._read_for((carrier,))
            return self._wide[carrier]
        if "" not in self._wide:
            self._wide[""] = self._answers_on(self.estate)
        return self._wide[""]

    def _carrier(self, thing: str) -> str:
        """Return the thing elsewhere that is asked about: the bucket of an object."""
        return next((one for one in carriers(thing) if one in self._far), thing)

    def _answers_on(self, estate: Estate) -> Answers:
        return Answers(estate, self._chosen, complete=self._asked.complete, found=self._witnesses)


_CODES = {
    None: DENIED,
    Certainty.MUST: ALLOWED,
    Certainty.MAY: UNKNOWN,
    Certainty.UNKNOWN: UNKNOWN,
}


def _check_known(estate: Estate, principal: str) -> None:
    """Refuse a principal that would be known if there were one of that name."""
    account = estate.accounts.get(account_of(principal))
    if account is None or not account.collected or estate.gaps.of_principals(account.id):
        return
    if not estate.knows(principal):
        raise UsageError(
            f"no principal `{principal}` in this snapshot",
            hint="give the ARN of a user, a role, a role's session or an account's root",
        )


def _notes(asked: Asked) -> Iterator[str]:
    yield (
        f"asked for the actions of the catalogue of {catalogue.date()}; what services have added "
        "since was not asked for"
    )
    if not asked.resource or is_pattern(asked.resource):
        yield (
            "a thing called `bartizan` stands for those that the snapshot does not hold, and `*` "
            "for requests that name none, of which callers of other accounts are not asked"
        )

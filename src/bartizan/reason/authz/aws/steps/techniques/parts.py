# SPDX-License-Identifier: Apache-2.0
"""Parts of buckets that policies name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bartizan.model.facts.estate import Store
from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.steps.objects import filled
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor

_PARTS = 4
"""Parts of one bucket that are tried."""


def named_parts(scene: Scene, actor: Actor) -> Iterator[tuple[Store, str]]:
    """Yield patterns of objects that a caller might read, each with its bucket, where the whole
    bucket cannot be read.
    """
    for arn, texts in sorted(_named(scene, actor).items()):
        store = scene.bucket(arn)
        if store is None or not _could_let_in(scene, actor.who.account, store):
            continue
        if scene.attempts(actor.name, "s3:GetObject", arn + "/*") is None:
            named = {filled(text, actor.who) for text in texts}
            yield from ((store, text) for text in sorted(named)[:_PARTS])


def _named(scene: Scene, actor: Actor) -> Mapping[str, set[str]]:
    """Return what a caller's own policies name, and those of buckets of which something is open
    to the caller, by the bucket.
    """
    found: dict[str, set[str]] = {}
    for written in scene.objects.named_by(actor.name):
        text = filled(written, actor.who)
        found.setdefault(text.partition("/")[0], set()).add(text)
    account = actor.who.account
    spoken = scene.once(("parts of buckets", account), _spoken_of)
    crowd = scene.attempts.crowd(actor.name)
    open_: Iterable[str] = spoken
    if crowd is not None:
        open_ = scene.once(("open parts", account), _open_to).get(actor.name, ())
    for arn in {*open_, *(spoken.keys() & found.keys())}:
        found.setdefault(arn, set()).update(spoken[arn])
    return found


def _open_to(scene: Scene, account: str) -> Mapping[str, Sequence[str]]:
    """Return for each user and role of an account, by name, the buckets of whose spoken parts
    some is open to them.
    """
    found: dict[str, list[str]] = {}
    for arn, texts in scene.once(("parts of buckets", account), _spoken_of).items():
        for name in scene.attempts.open_among(
            account, "s3:GetObject", map(pattern.instance, texts)
        ):
            found.setdefault(name, []).append(arn)
    return found


def _spoken_of(scene: Scene, account: str) -> Mapping[str, frozenset[str]]:
    """Return the objects, or patterns of them, that policies of buckets open, by the bucket: of
    those that could let a caller of an account in.
    """
    found = {}
    for store in scene.stores_of("AWS::S3::Bucket"):
        policy = scene.estate.resource_policy(store.arn, False)  # noqa: FBT003 - cached by position
        if policy is not None and _could_let_in(scene, account, store):
            held = scene.objects.of((policy,))
            found[store.arn] = frozenset(one for one in held if one.startswith(store.arn + "/"))
    return {arn: held for arn, held in found.items() if held}


def _could_let_in(scene: Scene, account: str, store: Store) -> bool:
    return store.account == account or scene.admission.could(account, store.arn)

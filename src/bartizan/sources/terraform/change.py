# SPDX-License-Identifier: Apache-2.0
"""Plans in files as one proposed change."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field, structs

from bartizan.errors import FixError, InputError, Location, SourceError
from bartizan.files import content, document
from bartizan.model.code_fix import EditedFile
from bartizan.model.code_place import CodePlace
from bartizan.model.code_plan import CodePlan
from bartizan.model.json_text import SIZE
from bartizan.model.laid import Laid
from bartizan.model.record import Records
from bartizan.model.remedy import Remedy
from bartizan.sources.terraform import ignored
from bartizan.sources.terraform.code_plan import evaluated, of_code
from bartizan.sources.terraform.fix.remedy import fix
from bartizan.sources.terraform.fix.site import revised
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.place import Place, given, places
from bartizan.sources.terraform.plan import Plan, read
from bartizan.sources.terraform.resolve import fill
from bartizan.sources.terraform.source.define import CannotFixError
from bartizan.sources.terraform.source.find import find
from bartizan.sources.terraform.source.module import Code
from bartizan.sources.terraform.unmade.told import unmade
from bartizan.sources.terraform.unseen import unseen

Evaluate = Callable[[Plan, Mapping[str, Place]], CodePlan]
"""Evaluates the code of a plan, whose providers' objects lie in places."""


class PlannedChange(Struct, frozen=True, kw_only=True):
    """What some plans do together."""

    plans: tuple[Plan, ...]
    said: Mapping[str, Place]
    """Where the objects of providers lie, by the user's word."""
    key: bytes
    """Key of the fingerprints that stand in for secrets."""
    code: Code | None = None
    """The source text, where it is at hand."""
    unevaluated: tuple[str, ...] = ()
    """Why code was not evaluated, or what of it says otherwise than its plan."""
    names_of: Mapping[Path, str] = field(default_factory=dict)
    """Files that fixes have changed to what people call them."""

    @classmethod
    def read(
        cls,
        files: Sequence[Path],
        *,
        accounts: Mapping[str, str],
        key: bytes,
        source: Path | None = None,
        code_plan: Callable[[Path], CodePlan],
        state: Path | None = None,
        evaluate: Evaluate | None = None,
    ) -> "PlannedChange":
        """Read plan files; `accounts` is the user's word on where providers lie, and `source` the
        folder in which the code was planned. A folder among them is planned by `code_plan`,
        over `state` where there is one. With `evaluate`, which evaluates the code of a plan, what
        the plan hides is filled in.

        Raises:
            InputError: a file is no plan, or there is no code in the folder.
            UsageError: an account is none.
        """
        plans = tuple(
            _of_code(place, code_plan, blind=state is None)
            if place.is_dir()
            else read(document(place, most=SIZE), str(place))
            for place in files
        )
        code = None if source is None else Code.read(source)
        found = cls(plans=plans, said=given(accounts), key=key, code=code)
        return found if evaluate is None else found._evaluated(evaluate)

    def _evaluated(self, evaluate: Evaluate) -> "PlannedChange":
        """Return the change with what its plans hide, as far as their code says it."""
        plans: list[Plan] = []
        notes: list[str] = []
        for plan in self.plans:
            try:
                made = evaluate(plan, places(plan, self.said))
            except (InputError, SourceError) as error:
                notes.append(f"{plan.name}: the code cannot be evaluated: {error.message}")
                plans.append(plan)
                continue
            filled = fill(plan, evaluated(made, plan.name))
            plans.append(filled.plan)
            notes += [f"{one}: the code says otherwise than the plan" for one in filled.other]
        return structs.replace(self, plans=tuple(plans), unevaluated=tuple(notes))

    @property
    def names(self) -> tuple[str, ...]:
        """What people call the files."""
        return tuple(plan.name for plan in self.plans)

    @property
    def partial(self) -> tuple[str, ...]:
        """Why the plans are not whole."""
        return tuple(f"{plan.name}: {reason}" for plan in self.plans for reason in plan.partial)

    @property
    def drift(self) -> tuple[str, ...]:
        """Addresses of what changed by itself before, sorted."""
        return tuple(sorted({one.address for plan in self.plans for one in plan.drift}))

    @property
    def unread_code(self) -> tuple[str, ...]:
        """What of the source text could not be read."""
        unread = () if self.code is None else self.code.unread.values()
        return (*unread, *self.unevaluated)

    def place(self, address: str, attribute: str = "") -> CodePlace | None:
        """Return where an object, or an attribute of it, is written; None where the text is not
        at hand.
        """
        found = None if self.code is None else find(self.code, address, attribute)
        return None if found is None else found.place

    def fixed(self, remedy: Remedy, touched: Mapping[str, tuple[str, ...]]) -> "PlannedChange":
        """Return the change as it would be with one edit of its code, which does a remedy;
        `touched` says which addresses change which records.

        Raises:
            FixError: no edit of this code does it, or none that does nothing else.
        """
        if self.code is None:
            raise FixError("the code is not at hand", hint="name its folder with `--source DIR`")
        try:
            found = fix(remedy, self.plans, self.code, touched)
            edited = found.edit.applied()
        except CannotFixError as error:
            at = None if error.at is None else Location(error.at.file, error.at.line)
            raise FixError(error.reason, at=at) from error
        contents = {**self.code.contents, found.edit.file.path: edited}
        return structs.replace(
            self,
            plans=tuple(revised(plan, found.revised) for plan in self.plans),
            code=Code.read(self.code.root, contents),
            names_of={**self.names_of, found.edit.file.path: found.edit.file.name},
        )

    @property
    def edited(self) -> tuple[EditedFile, ...]:
        """The files that fixes have changed, sorted by name."""
        if self.code is None:
            return ()
        return tuple(
            sorted(
                (
                    EditedFile(
                        name=self.names_of[place], before=content(place, most=SIZE), after=after
                    )
                    for place, after in self.code.contents.items()
                ),
                key=lambda one: one.name,
            )
        )

    def write(self) -> None:
        """Write the files that fixes have changed, each as a whole or not at all.

        Raises:
            InputError: one cannot be written.
        """
        for place, held in sorted(self.code.contents.items()) if self.code else ():
            _write(place, held)

    def over(self, records: Records) -> Laid:
        """Lay all plans over the records of a snapshot, as one change."""
        laid = lay(self.plans, records, said=self.said, key=self.key)
        return structs.replace(
            laid, gaps=(*laid.gaps, *unseen(laid, records), *unmade(laid, records))
        )


def _of_code(folder: Path, code_plan: Callable[[Path], CodePlan], *, blind: bool) -> Plan:
    found = of_code(code_plan(folder), str(folder), blind=blind)
    return ignored.noted(found, Code.read(folder)) if blind and any(folder.glob("*.tf")) else found


def _write(place: Path, held: bytes) -> None:
    try:
        mode = place.stat().st_mode
        handle, beside = tempfile.mkstemp(dir=place.parent, prefix=".bartizan-")
        with os.fdopen(handle, "wb") as file:
            file.write(held)
        Path(beside).chmod(mode)
        Path(beside).replace(place)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'error').lower()}"
        raise InputError(message, at=Location(str(place))) from error

# SPDX-License-Identifier: Apache-2.0
"""Classes and places where lines of addresses are cut more finely."""

import numpy as np
from msgspec.structs import replace

from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Rows, combined
from bartizan.reason.network.aws.kernel.seats import Addresses, Seats


def part_classes(seats: Seats, addresses: Addresses, *, fine: Line, moved: Ints) -> Seats | None:
    """Part classes on a fine line whose cuts have `moved`; None where a range that one interface
    has was cut.
    """
    split = np.flatnonzero(np.diff(moved) > 1)
    shown = _shown(seats.public, moved)
    touched = np.isin(seats.fine, split) | np.isin(seats.public, split)
    if not touched.any():
        return replace(seats, fine=moved[seats.fine], public=shown)
    rows = np.flatnonzero(touched[seats.seat_class])
    own = addresses.own.at(seats.address[rows])
    public = addresses.public[seats.address[rows]]
    # Few cuts are new, so it is enough to ask how many of these lie before an address.
    fresh = np.delete(fine.cuts, moved[:-1])
    before = np.searchsorted(fresh, own.low, "right").astype(np.int32)
    if (before < np.searchsorted(fresh, own.end)).any():
        return None
    old = seats.seat_class[rows]
    ahead = np.searchsorted(fresh, public, "right").astype(np.int32)
    stretches = (
        seats.fine[old] + before,
        np.where(public != b"", seats.public[old] + ahead, -1).astype(np.int32),
    )
    return _renumbered(seats, rows, touched, stretches, kept=(moved[seats.fine], shown))


def part_places(seats: Seats, *, coarse: Line, moved: Ints, fine: Line) -> Seats:
    """Part places on a coarse line whose cuts have `moved`; the fine one is cut there, too."""
    split = np.flatnonzero(np.diff(moved) > 1)
    touched = np.isin(seats.place_stretch, split) | np.isin(seats.place_public, split)
    stretch, public = moved[seats.place_stretch], _shown(seats.place_public, moved)
    if not touched.any():
        return replace(seats, place_stretch=stretch, place_public=public)
    # Which stretches the classes of these places are in now; the first keeps the place's number.
    rows = np.flatnonzero(touched[seats.place])
    own, shown = coarse.stretch(fine.cuts[seats.fine[rows]]), seats.public[rows]
    shown = np.where(shown >= 0, coarse.stretch(fine.cuts[shown]), -1).astype(np.int32)
    part, first = combined([seats.place[rows], own, shown])
    parents = seats.place[rows[first]]
    fresh = np.diff(parents, prepend=-1) == 0
    number = parents.copy()
    number[fresh] = seats.places + np.arange(np.count_nonzero(fresh))
    every = np.append(np.arange(seats.places), parents[fresh])
    stretch, public, place = stretch[every], public[every], seats.place.copy()
    stretch[number], public[number], place[rows] = own[first], shown[first], number[part]
    return replace(
        seats, place=place, place_subnet=seats.place_subnet[every], place_stretch=stretch,
        place_public=public, place_denies=seats.place_denies[every],
        place_contested=seats.place_contested[every],
    )  # fmt: skip


def _shown(stretches: Ints, moved: Ints) -> Ints:
    """Return where stretches have `moved`; -1 for none."""
    return np.where(stretches >= 0, moved[stretches], -1).astype(np.int32)


def _renumbered(
    seats: Seats, rows: Rows, touched: Flags, stretches: tuple[Ints, Ints], *,
    kept: tuple[Ints, Ints],
) -> Seats:  # fmt: skip
    """Number classes anew in the order of their stretches; those that were `touched` are parted
    by the stretches of their seats.
    """
    part, first = combined([seats.seat_class[rows], *stretches])
    whole_ = np.flatnonzero(~touched)
    parents = np.concatenate([whole_, seats.seat_class[rows[first]]])
    fine, public = (
        np.concatenate([old[whole_], new[first]]) for old, new in zip(kept, stretches, strict=True)
    )
    order = _in_order(seats, parents, fine, public, parted=len(first))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    number = np.zeros(len(touched), dtype=np.int32)
    number[whole_] = rank[: len(whole_)]
    seat_class = number[seats.seat_class]
    seat_class[rows] = rank[len(whole_) + part]
    parents = parents[order]
    place = seats.place[parents]
    return replace(
        seats, seat_class=seat_class, place=place, fine=fine[order], public=public[order],
        groups=seats.groups[parents], sends=seats.sends[parents], takes=seats.takes[parents],
        listens=seats.listens[parents],
    )  # fmt: skip


def _in_order(seats: Seats, parents: Ints, fine: Ints, public: Ints, *, parted: int) -> Rows:
    """Order classes as they are where all are compiled: by their stretches, and where one that
    was `parted`, which are the last ones, has the stretch of others, by all that they differ in.
    """
    beside = np.isin(fine, fine[len(fine) - parted :])
    held = np.flatnonzero(beside)
    own = parents[held]
    _, sorted_ = combined([
        fine[held], seats.place[own], public[held], seats.groups[own], seats.sends[own],
        seats.takes[own], seats.listens[own],
    ])  # fmt: skip
    ahead = np.concatenate([np.flatnonzero(~beside), held[sorted_]])
    found: Rows = ahead[np.argsort(fine[ahead], kind="stable")]
    return found

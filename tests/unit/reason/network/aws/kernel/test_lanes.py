# SPDX-License-Identifier: Apache-2.0
import numpy as np

from bartizan.reason.network.aws.kernel.lanes import Lanes, joined, merged


def _lanes(subnets: list[int], yes: list[int]) -> Lanes:
    size = len(subnets)
    masks = np.array([yes], dtype=np.uint64)
    return Lanes(
        origin=np.arange(size, dtype=np.int32),
        network=0,
        subnet=np.array(subnets, dtype=np.int32),
        source=0,
        sender=-1,
        shown=-1,
        target=1,
        goal=2,
        inside=1,
        behind=-1,
        denies=np.array([n % 2 for n in subnets], dtype=np.int32),
        memory=np.arange(size, dtype=np.int32),
        row=np.arange(size, dtype=np.int32),
        yes=masks,
        maybe=masks,
    ).begun()


def test_a_column_that_no_step_changed_is_that_of_those_that_began() -> None:
    lanes = _lanes([5, 6, 7], [1, 2, 4])
    some = lanes.at_rows(np.array([False, True, True])).but(network=9)

    assert some.of("subnet").tolist() == [6, 7]
    assert some.of("network").tolist() == [9, 9]
    assert lanes.of("network").tolist() == [0, 0, 0]


def test_what_an_answer_remembers_is_kept_with_those_that_began() -> None:
    some = _lanes([5, 6, 7], [1, 2, 4]).at_rows(np.array([1, 2]))

    assert some.of("memory").tolist() == [1, 2]
    assert some.of("denies").tolist() == [0, 1]


def test_packets_in_one_state_are_put_together_with_all_that_passes_in_any() -> None:
    lanes = _lanes([5, 6], [1, 2])
    moved = lanes.but(subnet=np.array([8, 8], dtype=np.int32))
    other = lanes.but(subnet=np.array([8, 9], dtype=np.int32), yes=lanes.yes << np.uint64(4))
    found = merged(joined([moved, other.but(maybe=other.yes)]))

    states = zip(
        found.row.tolist(), found.of("subnet").tolist(), found.yes[0].tolist(), strict=True
    )
    assert sorted(states) == [(0, 8, 17), (1, 8, 2), (1, 9, 32)]

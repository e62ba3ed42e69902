# SPDX-License-Identifier: Apache-2.0
import pyarrow as pa

from bartizan.reason.network.aws.kernel.addresses import Line, spans


def test_both_families_lie_on_one_line_that_is_cut_where_ranges_begin_and_end() -> None:
    held = spans(
        pa.array(["10.0.0.0/8", "2600::/12", "0.0.0.0/0", "10.1.2.3", "255.255.255.255/32"])
    )
    line = Line([held.low, held.end])
    first, end = line.stretch(held.low), line.ends(held.end)

    assert line.blocks(int(first[0]), int(end[0])) == ["10.0.0.0/8"]
    assert line.blocks(int(first[1]), int(end[1])) == ["2600::/12"]
    assert (int(first[2]), int(end[2])) == (0, line.six)
    assert first[0] <= first[3] < end[0]
    assert line.blocks(int(first[4]), int(end[4])) == ["255.255.255.255/32"]


def test_what_is_no_range_is_known_as_such() -> None:
    held = spans(pa.array(["10.0.0.1", "10.0.0.256", "sg-1", "", "::1/129", "1.2.3.4/8"]))

    assert held.known.tolist() == [True, False, False, False, False, True]
    assert held.length.tolist()[5] == 8

# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.host_part import HostFile
from bartizan.reason.host.people import People, Who
from bartizan.reason.host.tree import Tree, above
from tests.fakes.hosts import WEB, file, folder, member, user

PEOPLE = People(WEB, [user("bob", uid=1500)], (), [member("bob", "ops")])
BOB, CARL = PEOPLE.who("bob"), PEOPLE.who("carl")
RUN = "/usr/local/bin/run"


def changes(who: Who, path: str, *rows: HostFile) -> bool | None:
    """Return whether somebody surely may change a file; None where nothing says so."""
    found = Tree(WEB, rows).changes(who, path)
    return None if found is None else not found.missing


@pytest.mark.parametrize(
    ("row", "may"),
    [
        (file(RUN), None),
        (file(RUN, owner="bob", mode=0o444), True),
        (file(RUN, owner="1500"), True),
        (file(RUN, group="ops", mode=0o664), True),
        (file(RUN, group="ops", mode=0o644), None),
        (file(RUN, group="ops", mode=0o602), None),
        (file(RUN, mode=0o646), True),
        (file(RUN, mode=None), None),
        (file(RUN, mode=0o646, unknown=("mode",)), False),
        (file(RUN, owner="bob", state="unknown"), False),
        (file(RUN, owner="bob", state="absent"), None),
        (file(RUN, owner="bob", kind="link"), None),
        (file(RUN, owner=""), None),
    ],
    ids=repr,
)
def test_owner_group_and_mode_say_who_writes(row: HostFile, *, may: bool | None) -> None:
    assert changes(BOB, RUN, row) is may


@pytest.mark.parametrize(
    ("row", "may"),
    [
        (folder("/usr/local/bin", owner="bob"), True),
        (folder("/usr/local/bin", mode=0o777), True),
        (folder("/usr/local/bin", mode=0o1777), None),
        (folder("/usr/local/bin", owner="bob", mode=0o1777), True),
        (folder("/usr/local/bin", group="ops", mode=0o775), True),
        (folder("/usr/local/bin", group="ops", mode=0o765), None),
        (folder("/usr/local/bin", owner="bob", kind="link"), None),
        (folder("/usr/local", owner="bob"), True),
    ],
    ids=repr,
)
def test_whoever_writes_a_directory_replaces_what_is_in_it(
    row: HostFile, *, may: bool | None
) -> None:
    assert changes(BOB, RUN, row) is may


def test_a_directory_that_nobody_may_search_keeps_all_out() -> None:
    shut = folder("/srv/app", mode=0o700)
    open_file = file("/srv/app/run", mode=0o666)

    assert changes(BOB, "/srv/app/run", shut, open_file) is None
    assert changes(BOB, "/srv/app/run", folder("/srv/app"), open_file) is True
    assert changes(BOB, "/srv/app/run", open_file) is False
    assert changes(BOB, "/srv/app/x/run", shut, folder("/srv/app/x", owner="bob")) is None


def test_what_holds_for_all_that_lies_in_a_directory_holds_for_a_file() -> None:
    inside = folder("/srv/app", owner="bob", inside=True)

    assert changes(BOB, "/srv/app/lib/run", inside) is True
    assert changes(CARL, "/srv/app/lib/run", inside) is None
    assert Tree(WEB, [folder("/srv", inside=True), inside]).row("/srv/app/x") == inside
    assert Tree(WEB, [folder("/srv", inside=True, state="absent")]).row("/srv/x") is None


def test_reading_goes_by_the_same_rules() -> None:
    tree = Tree(WEB, [file("/etc/key", mode=0o640, group="ops"), file("/etc/own", owner="bob")])

    assert tree.reads(BOB, "/etc/key") is not None
    assert tree.reads(CARL, "/etc/key") is None
    assert tree.reads(CARL, "/etc/none") is None


def test_a_sure_way_goes_before_one_that_is_not() -> None:
    unsure = file(RUN, owner="bob", state="unknown")

    assert changes(BOB, RUN, unsure, folder("/usr/local/bin", owner="bob")) is True
    assert changes(BOB, RUN, unsure) is False


def test_the_row_is_the_evidence() -> None:
    found = Tree(WEB, [file(RUN, owner="bob")]).changes(BOB, RUN)

    assert found is not None
    assert found.evidence.why == "its owner bob may write /usr/local/bin/run"


def test_a_path_leads_through_all_directories_above_it() -> None:
    assert list(above("/a/b/c")) == ["/a/b", "/a", "/"]
    assert list(above("x")) == ["/"]

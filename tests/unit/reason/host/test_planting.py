# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.host.planting import programs
from tests.fakes.hosts import derived, file, folder, job, mount, told

RUN = "/usr/local/bin/backup"
MINE = file(RUN, owner="bob", mode=0o755)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/usr/bin/a -x /etc/b", {"/usr/bin/a"}),
        ("bash /opt/a.sh /opt/b", {"/opt/a.sh"}),
        ("/usr/bin/env -i /opt/a /opt/b", {"/usr/bin/env", "/opt/a"}),
        ("test -x /opt/a && /opt/a", {"/opt/a"}),
        ('sh -c "/opt/a; /opt/b"', {"/opt/a", "/opt/b"}),
        ("/opt/a > /var/log/a", {"/opt/a"}),
        ("timeout ? /opt/a", {"/opt/a"}),
        ("cat > /var/log/a", set()),
    ],
)
def test_what_a_command_runs_is_told_from_what_it_names(command: str, expected: set[str]) -> None:
    assert programs(command) == expected


def test_whoever_writes_what_a_job_runs_is_whom_it_runs_as() -> None:
    found = derived(job(RUN, RUN), MINE)

    assert told(found, "change-job") == [("bob", "root", True)]
    assert told(derived(job(RUN, RUN, user="app"), MINE), "change-job") == [("bob", "app", True)]
    assert told(derived(job(RUN, RUN, user="bob"), MINE), "change-job") == []


@pytest.mark.parametrize(
    "rows",
    [
        (job(RUN, RUN), file(RUN)),
        (job(RUN, RUN),),
        (job(RUN, RUN, state="absent"), MINE),
        (job(f"rsync {RUN}", RUN), file(RUN, owner="bob", mode=0o644)),
        (job("rsync /srv/www", "/srv/www"), folder("/srv", owner="bob")),
    ],
    ids=repr,
)
def test_a_job_whose_programs_are_roots_gives_no_step(rows: tuple[object, ...]) -> None:
    assert told(derived(*rows), "change-job") == []  # type: ignore[arg-type]


def test_a_program_that_is_named_only_may_be_run() -> None:
    found = derived(job(f"parallel {RUN}", RUN), MINE)

    assert told(found, "change-job") == [("bob", "root", False)]


def test_a_job_that_is_not_sure_is_possible() -> None:
    found = derived(job(RUN, RUN, unknown=("user",)), MINE)

    assert told(found, "change-job") == [("bob", "root", False)]


def test_what_puppet_runs_sometimes_is_a_condition() -> None:
    (step,) = [
        one
        for one in derived(job(RUN, RUN, kind="exec", conditional=True), MINE)
        if one.technique == "change-job"
    ]

    assert [held.text for held in step.conditions] == [f"Puppet runs {RUN} on web1"]
    assert step.evidence[1].why == f"Puppet runs {RUN} as root"


@pytest.mark.parametrize(
    ("path", "waits"),
    [
        ("/etc/systemd/system/a.service", True),
        ("/etc/systemd/system/a.service.d/b.conf", True),
        ("/etc/init.d/a", True),
        ("/etc/passwd", False),
        ("/etc/ld.so.preload", False),
    ],
)
def test_whoever_writes_what_the_system_goes_by_is_root(path: str, *, waits: bool) -> None:
    found = derived(file(path, owner="bob"), folder("/etc/systemd/system/a.service.d"))

    assert told(found, "change-system-file") == [("bob", "root", True)]
    assert any(step.conditions for step in found) is waits


@pytest.mark.parametrize("path", ["/etc/motd", "/etc/sudoers", "/etc/cron.d/a"])
def test_other_files_are_not_gone_by_unless_they_are_roots(path: str) -> None:
    assert told(derived(file(path, owner="bob")), "change-system-file") == []


def test_a_file_of_the_system_that_is_roots_gives_no_step() -> None:
    assert told(derived(file("/etc/passwd"), file(RUN, owner="bob")), "change-system-file") == []


def setuid(path: str, *rows: object, **more: object) -> list[tuple[str, str, bool]]:
    found = derived(file(path, **({"mode": 0o4755} | more)), *rows)  # type: ignore[arg-type]
    return list(told(found, "setuid-program"))


def test_a_setuid_program_that_runs_others_is_its_owner() -> None:
    assert setuid("/usr/bin/find") == [("web1", "root", True)]
    assert setuid("/usr/bin/find", owner="0") == [("web1", "root", True)]
    assert setuid("/usr/bin/find", owner="app") == [("web1", "app", True)]


def test_a_setuid_program_that_nobody_knows_may_be() -> None:
    assert setuid("/usr/local/bin/own") == [("web1", "root", False)]
    assert setuid("/opt/find") == [("web1", "root", False)]


def test_setuid_programs_of_the_system_are_so_on_purpose() -> None:
    assert setuid("/usr/bin/sudo") == []
    assert setuid("/usr/bin/find", mode=0o755) == []
    assert setuid("/usr/bin/find", mode=None) == []
    assert setuid("/usr/bin/find", owner="") == []
    assert setuid("/usr/bin/find", mode=0o4750) == []


def test_only_those_of_the_group_start_what_is_the_groups() -> None:
    from tests.fakes.hosts import member  # noqa: PLC0415 - for this one test

    found = setuid("/usr/bin/find", member("bob", "ops"), mode=0o4750, group="ops")

    assert found == [("%ops", "root", True), ("bob", "root", True)]


def test_a_file_system_without_setuid_takes_no_notice_of_it() -> None:
    assert setuid("/srv/find", mount("/srv", "nosuid")) == []
    assert setuid("/usr/bin/find", mount("/srv", "nosuid")) == [("web1", "root", True)]
    assert setuid("/usr/bin/find", mount("/usr", "ro")) == [("web1", "root", True)]
    assert setuid("/usr/bin/find", mount("/", "nosuid"), mount("/usr")) == [("web1", "root", True)]


def test_a_mount_that_is_not_sure_leaves_it_open() -> None:
    unsure = mount("/usr", "nosuid", mounted=None)

    assert setuid("/usr/bin/find", unsure) == [("web1", "root", False)]
    assert setuid("/usr/bin/find", mount("/usr", unknown=("options",))) == [
        ("web1", "root", False)
    ]
    assert setuid("/usr/bin/find", mount("/usr", "nosuid", state="absent")) == [
        ("web1", "root", True)
    ]

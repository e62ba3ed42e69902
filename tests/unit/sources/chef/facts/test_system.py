# SPDX-License-Identifier: Apache-2.0
"""Jobs, services, packages, mounts and settings that recipes make.

Expected values: https://docs.chef.io/resources/ and the page of each resource below it.
"""

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host_part import (
    HostJob,
    HostMount,
    HostPackage,
    HostService,
    HostSysctl,
)
from tests.fakes.chef import of_recipe

HASH = "$6$abcdefgh$1234567890123456789012345678901234567890"
KEYS = "/srv/app/.ssh/authorized_keys"


def reasons(found: Facts) -> list[str]:
    return [row.reason for row in found.rows(Unread)]


def test_jobs_have_their_times_and_no_words_that_may_be_secrets() -> None:
    found = of_recipe(
        "cron 'a' do\n minute '5'\n user 'bob'\n command '/x hunter2'\nend\n"
        "cron 'b' do\n time :daily\n command '/y'\nend\n"
        "cron_d 'c' do\n predefined_value '@weekly'\n command '/z'\n action :delete\nend\n"
        "cron 'd' do\n hour foo\n command '/w'\nend\n"
    )

    assert [(row.schedule, row.user, row.command, row.state, row.unknown)
            for row in found.rows(HostJob)] == [
        ("5 * * * *", "bob", "/x ?", "present", ("command",)),
        ("@daily", "root", "/y", "present", ()),
        ("* * * * *", "root", "/w", "present", ("schedule",)),
        ("@weekly", "root", "/z", "absent", ()),
    ]  # fmt: skip


def test_what_chef_runs_itself_is_a_job_as_well() -> None:
    found = of_recipe(
        "execute '/opt/a --now'\n"
        "execute 'b' do\n command '/opt/b'\n user 'bob'\n creates '/x'\nend\n"
        "bash 'c' do\n code <<-EOH\n   /opt/c hunter2\n EOH\nend\n"
        "execute '/opt/d' do\n action :nothing\nend\n"
        "execute '/opt/e' do\n only_if 'x'\nend\n"
        "execute '/opt/f' if foo\n"
        "execute '/opt/g' do\n user foo\nend\n"
    )

    told = [
        (row.command.replace("; ", "").replace(" ;", ""), row.user, row.conditional, row.state)
        for row in found.rows(HostJob)
    ]
    assert sorted(told) == [
        ("/opt/a --now", "root", False, "present"),
        ("/opt/b", "bob", True, "present"),
        ("/opt/c ?", "root", False, "present"),
        ("/opt/d", "root", True, "present"),
        ("/opt/e", "root", True, "present"),
        ("/opt/f", "root", False, "unknown"),
        ("/opt/g", "", False, "present"),
    ]


def test_services_run_and_start_as_their_actions_say() -> None:
    found = of_recipe(
        "service 'a' do\n action [:enable, :start]\nend\n"
        "service 'b' do\n service_name 'real'\n action [:stop, :disable]\nend\n"
        "systemd_unit 'c.service' do\n action :mask\nend\n"
        "service 'd' do\n action :start\n only_if 'x'\nend\n"
        "service 'e'\n"
        "service foo\n"
    )

    assert sorted((row.name, row.running, row.enabled, row.state)
                  for row in found.rows(HostService)) == [
        ("a", True, True, "present"),
        ("c", None, None, "absent"),
        ("d", None, None, "unknown"),
        ("e", None, None, "present"),
        ("real", False, False, "present"),
    ]  # fmt: skip
    assert any("which service it is about is not known" in one for one in reasons(found))


def test_packages_may_be_named_together() -> None:
    found = of_recipe(
        "package %w(a b) do\n version ['1', '2']\nend\n"
        "apt_package 'c' do\n action :upgrade\nend\n"
        "package 'd' do\n version '4'\n action :purge\nend\n"
        "package foo\n"
    )

    assert [(row.name, row.version, row.manager, row.state)
            for row in found.rows(HostPackage)] == [
        ("c", "latest", "apt", "present"),
        ("a", "1", "", "present"),
        ("b", "2", "", "present"),
        ("d", "4", "", "absent"),
    ]  # fmt: skip
    assert any("which package it is about is not known" in one for one in reasons(found))


def test_mounts_and_settings_are_told() -> None:
    found = of_recipe(
        "mount '/a' do\n device '//u:p@host/x'\n fstype 'cifs'\n"
        " options 'nosuid,password=hunter2'\n action [:mount, :enable]\nend\n"
        "mount '/b' do\n device '/dev/b'\n options %w(ro)\n action :enable\nend\n"
        "mount '/c' do\n device '/dev/c'\n action :umount\nend\n"
        "mount '/d' do\n device '/dev/d'\n only_if 'x'\nend\n"
        "sysctl 'kernel.a' do\n value 1\nend\n"
        "sysctl 'kernel.b' do\n value foo\n action :remove\nend\n"
    )

    assert [(row.path, row.device, row.options, row.mounted) for row in found.rows(HostMount)] == [
        ("/a", "//host/x", ("nosuid", "password=?"), True),
        ("/b", "/dev/b", ("ro",), None),
        ("/c", "/dev/c", (), False),
        ("/d", "/dev/d", (), None),
    ]
    assert [(row.name, row.value, row.state, row.unknown) for row in found.rows(HostSysctl)] == [
        ("kernel.a", "1", "present", ()),
        ("kernel.b", "", "absent", ("value",)),
    ]

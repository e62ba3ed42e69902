# SPDX-License-Identifier: Apache-2.0
import gzip
import json
from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.aws.usage import observed as room
from bartizan.sources.aws.usage.observed import observed
from tests.fakes.observed_use import HOME, ROLE, SESSION, day, event, log, report

OBJECT = "arn:aws:s3:::b/k"


def _file(folder: Path, text: str, name: str = "a.json") -> Path:
    place = folder / name
    place.write_text(text)
    return place


def test_calls_of_one_kind_are_counted_with_their_days_and_resources(tmp_path: Path) -> None:
    first = event("GetObject", number=1, resources=[{"ARN": OBJECT}, {"type": "AWS::S3::Object"}])
    place = _file(tmp_path, log(first, event("GetObject", number=3), event("ListBuckets")))

    found = observed([place]).logs

    assert [(one.name, one.count) for one in found.calls] == [("GetObject", 2), ("ListBuckets", 1)]
    assert (found.calls[0].first, found.calls[0].last) == (day(1), day(3))
    assert found.calls[0].resources == (OBJECT,)
    assert (found.calls[0].principal, found.events) == (ROLE, 3)
    assert found.days == {HOME: frozenset({day(1), day(3), day(4)})}


def test_calls_of_others_tell_only_how_far_the_log_reaches(tmp_path: Path) -> None:
    other = event("ListBuckets", number=9, userIdentity={"type": "IAMUser", "arn": "arn:u"})
    place = _file(tmp_path, log(event("GetObject"), other))

    found = observed([place], principals=[ROLE]).logs

    assert [one.name for one in found.calls] == ["GetObject"]
    assert found.days[HOME] == {day(4), day(9)}


def test_a_session_without_its_issuer_is_known_by_the_name_of_its_role(tmp_path: Path) -> None:
    bare = event("GetObject", userIdentity={"type": "AssumedRole", "arn": SESSION})

    found = observed([_file(tmp_path, log(bare))], principals=[ROLE]).logs

    assert [one.principal for one in found.calls] == [SESSION]


def test_what_aws_did_itself_is_no_call(tmp_path: Path) -> None:
    place = _file(tmp_path, log(event("RotateKey", eventType="AwsServiceEvent")))

    assert observed([place]).logs.calls == ()


def test_folders_packed_files_and_the_answer_of_lookup_events_are_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.json.gz").write_bytes(gzip.compress(log(event("GetObject")).encode()))
    looked = {"Events": [{"CloudTrailEvent": json.dumps(event("ListBuckets"))}]}
    _file(tmp_path, json.dumps(looked), "b.json")
    _file(tmp_path, "no log", "readme.txt")

    found = observed([tmp_path]).logs

    assert [one.name for one in found.calls] == ["GetObject", "ListBuckets"]


def test_a_report_of_last_access_is_read_with_its_tracked_actions(tmp_path: Path) -> None:
    told = {
        "ServiceNamespace": "s3",
        "LastAuthenticated": f"{day(7)}T00:00:00Z",
        "LastAuthenticatedEntity": ROLE,
        "TrackedActionsLastAccessed": [
            {"ActionName": "ListAllMyBuckets", "LastAccessedTime": f"{day(7)}T00:00:00Z"},
            {"ActionName": "PutBucketWebsite"},
        ],
    }

    (found,) = observed([_file(tmp_path, report(told))]).advice

    (service,) = found.services
    assert (found.until, service.service, service.last) == (day(100), "s3", day(7))
    assert service.actions == {"ListAllMyBuckets": day(7), "PutBucketWebsite": ""}
    assert service.entities == (ROLE,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (report(JobStatus="IN_PROGRESS"), "the report is in_progress"),
        (report(IsTruncated=True), "only the first page"),
        ("{}", "none that is understood"),
        ("{", "not as it should be"),
        ('{"Records": [{"eventName": 3}]}', "not as it should be"),
        ('{"x": ' + "[" * 100_000, "nested too deep"),
        (log(event("GetObject", eventTime="yesterday")), "no time: `yesterday`"),
    ],
)
def test_a_file_that_cannot_be_relied_on_is_an_error(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        observed([_file(tmp_path, text)])


def test_a_place_without_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no file ends in"):
        observed([tmp_path])
    with pytest.raises(InputError, match="no such file"):
        observed([tmp_path / "none"])


def test_more_kinds_of_calls_than_can_be_kept_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_CALLS", 1)
    place = _file(tmp_path, log(event("GetObject"), event("PutObject")))

    with pytest.raises(InputError, match="more than 1 kinds"):
        observed([place])

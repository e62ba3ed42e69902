# SPDX-License-Identifier: Apache-2.0
"""What watches an account: trails, recorders, detectors and analyzers.

The ARNs are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_TRAIL, _LOGGING = "AWS::CloudTrail::Trail", "AWS::CloudTrail::TrailStatus"
_DETECTOR, _DETECTOR_ID = "AWS::GuardDuty::Detector", "AWS::GuardDuty::DetectorId"
_HUB, _ANALYZER = "AWS::SecurityHub::Hub", "AWS::AccessAnalyzer::Analyzer"
_RECORDER = "AWS::Config::ConfigurationRecorder"
_RECORDING = "AWS::Config::ConfigurationRecorderStatus"


def _on(thing: Thing, name: str) -> bool:
    """Return a switch that is on unless the code says otherwise."""
    return thing.flag(name) if thing.said(name) else True


def _trail_arn(thing: Thing) -> str:
    return thing.arn("cloudtrail", f"trail/{thing.identity('name')}")


def _trail(thing: Thing, draft: Draft) -> None:
    arn = _trail_arn(thing)
    body: Body = {
        "Name": thing.identity("name"),
        "TrailARN": arn,
        "HomeRegion": thing.place.region,
        "IsMultiRegionTrail": thing.flag("is_multi_region_trail"),
        "IsOrganizationTrail": thing.flag("is_organization_trail"),
    }
    keep(thing, draft, _TRAIL, arn, body=body, service="cloudtrail")
    logging: Body = {"IsLogging": _on(thing, "enable_logging")}
    keep(thing, draft, _LOGGING, arn, body=logging, service="cloudtrail")


def _detector_id(thing: Thing) -> str:
    held = thing.values.get("id")
    return held if isinstance(held, str) and held else thing.made("detector").rpartition("-")[2]


def _detector_arn(thing: Thing) -> str:
    return thing.arn("guardduty", f"detector/{_detector_id(thing)}")


def _detector(thing: Thing, draft: Draft) -> None:
    arn = _detector_arn(thing)
    listed: Body = {"DetectorId": _detector_id(thing)}
    body: Body = {"Status": "ENABLED" if _on(thing, "enable") else "DISABLED"}
    keep(thing, draft, _DETECTOR_ID, arn, body=listed, service="guardduty")
    keep(thing, draft, _DETECTOR, arn, body=body, service="guardduty")


def _hub_arn(thing: Thing) -> str:
    return thing.arn("securityhub", "hub/default")


def _hub(thing: Thing, draft: Draft) -> None:
    arn = _hub_arn(thing)
    keep(thing, draft, _HUB, arn, body={"HubArn": arn}, service="securityhub")


def _analyzer_arn(thing: Thing) -> str:
    return thing.arn("access-analyzer", f"analyzer/{thing.identity('analyzer_name')}")


def _analyzer(thing: Thing, draft: Draft) -> None:
    arn = _analyzer_arn(thing)
    body: Body = {"arn": arn, "name": thing.identity("analyzer_name"), "status": "ACTIVE"}
    keep(thing, draft, _ANALYZER, arn, body=body, service="accessanalyzer")


def _recorder_name(thing: Thing) -> str:
    return thing.identity("name") if thing.said("name") else "default"


def _recorder_arn(thing: Thing) -> str:
    """Return the id that a scan gives to a recorder, by its name."""
    return thing.here("config", f"recorder/{_recorder_name(thing)}")


def _recorder(thing: Thing, draft: Draft) -> None:
    arn, name = _recorder_arn(thing), _recorder_name(thing)
    fresh = not draft.peek(_RECORDER, arn)
    keep(thing, draft, _RECORDER, arn, body={"name": name}, service="config")
    if fresh:
        # Nothing is recorded before somebody starts it.
        _set(thing, draft, recording=False)


def _set(thing: Thing, draft: Draft, *, recording: bool) -> None:
    arn, name = _recorder_arn(thing), _recorder_name(thing)
    body: Body = {"name": name, "recording": recording}
    keep(thing, draft, _RECORDING, arn, body=body, service="config")


def _drop(draft: Draft, arn: str, *kinds: str) -> None:
    for kind in kinds:
        draft.drop(kind, arn)


KINDS = (
    Kind(
        type="aws_cloudtrail",
        put=_trail,
        take=lambda thing, draft: _drop(draft, _trail_arn(thing), _TRAIL, _LOGGING),
        record=_TRAIL,
        service="cloudtrail",
        names=lambda thing: {"arn": _trail_arn(thing), "id": _trail_arn(thing)},
    ),
    Kind(
        type="aws_guardduty_detector",
        put=_detector,
        take=lambda thing, draft: _drop(draft, _detector_arn(thing), _DETECTOR, _DETECTOR_ID),
        record=_DETECTOR,
        service="guardduty",
        names=lambda thing: {"id": _detector_id(thing), "arn": _detector_arn(thing)},
    ),
    Kind(
        type="aws_securityhub_account",
        put=_hub,
        take=lambda thing, draft: _drop(draft, _hub_arn(thing), _HUB),
        record=_HUB,
        service="securityhub",
    ),
    Kind(
        type="aws_accessanalyzer_analyzer",
        put=_analyzer,
        take=lambda thing, draft: _drop(draft, _analyzer_arn(thing), _ANALYZER),
        record=_ANALYZER,
        service="accessanalyzer",
    ),
    Kind(
        type="aws_config_configuration_recorder",
        put=_recorder,
        take=lambda thing, draft: _drop(draft, _recorder_arn(thing), _RECORDER, _RECORDING),
        record=_RECORDER,
        service="config",
    ),
    Kind(
        type="aws_config_configuration_recorder_status",
        put=lambda thing, draft: _set(thing, draft, recording=thing.flag("is_enabled")),
        take=lambda thing, draft: _set(thing, draft, recording=False),
        record=_RECORDING,
        service="config",
        part=True,
    ),
)

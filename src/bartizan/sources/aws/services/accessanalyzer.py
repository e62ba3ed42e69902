# SPDX-License-Identifier: Apache-2.0
"""IAM Access Analyzer: analyzers and whether they analyse."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Detector
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.service import Service

ANALYZER = "AWS::AccessAnalyzer::Analyzer"

_CALLS = (
    Call(
        service="accessanalyzer",
        operation="ListAnalyzers",
        kind=ANALYZER,
        scope=Scope.REGION,
        action="access-analyzer:ListAnalyzers",
        items="analyzers",
        id="item.arn",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive detectors.

    Source: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_AnalyzerSummary.html
    """
    yield from rows(records, ANALYZER, _analyzer)


def _analyzer(record: Record) -> Iterator[Row]:
    yield Detector(
        arn=record.id,
        kind=ANALYZER,
        account=record.account,
        region=record.region,
        on=text(record.body, "status") == "ACTIVE",
    )


SERVICE = Service(name="Access Analyzer", calls=_CALLS, normalise=normalise)

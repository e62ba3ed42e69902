# SPDX-License-Identifier: Apache-2.0
"""One file per AWS service; the list below is all that the source reads."""

from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import (
    iam,
    s3,
)

SERVICES: tuple[Service, ...] = (
    iam.SERVICE,
    s3.SERVICE,
)
"""Every service, in the order in which it is shown."""

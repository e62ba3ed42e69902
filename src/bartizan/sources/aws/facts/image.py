# SPDX-License-Identifier: Apache-2.0
"""Images of ECR that something takes by a tag: whoever moves the tag decides what it runs.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html, sections on the
endpoints of clients, and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html, `image`
"""

import re
from collections.abc import Iterable

from msgspec import structs

from bartizan.model.facts.estate import Workload

_ADDRESS = re.compile(
    r"^(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)"
    r"\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)"
    r"/(?P<name>[^:@]+)(?::(?P<tag>[^@]+))?$"
)
_LATEST = "latest"
"""The tag of an image that is named without one."""


def taking(row: Workload, images: Iterable[str]) -> Workload:
    """Return a workload with those of the `images` that it is started from, as it names them,
    which lie in private registries of ECR and are named by a tag.
    """
    partition = row.arn.split(":", 2)[1] if row.arn.startswith("arn:") else "aws"
    found = {
        f"arn:{partition}:ecr:{at['region']}:{at['account']}:repository/{at['name']}"
        f":{at['tag'] or _LATEST}"
        for image in images
        if (at := _ADDRESS.match(image))
    }
    return structs.replace(row, images=tuple(sorted(found)))

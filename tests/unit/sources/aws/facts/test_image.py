# SPDX-License-Identifier: Apache-2.0
"""Which images are named by a tag of a private registry."""

import pytest

from bartizan.sources.aws.facts.image import taking
from tests.fakes.rows import workload

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = "sha256:" + "0" * 64
ARN = "ecr:eu-west-1:123456789012:repository"


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (f"{HOST}/app:live", f"arn:aws:{ARN}/app:live"),
        (f"{HOST}/team/app:1.2-rc_3", f"arn:aws:{ARN}/team/app:1.2-rc_3"),
        # A client takes `latest` where no tag is named.
        (f"{HOST}/app", f"arn:aws:{ARN}/app:latest"),
        (f"{HOST.replace('ecr', 'ecr-fips')}/app:live", f"arn:aws:{ARN}/app:live"),
        ("123456789012.dkr-ecr.eu-west-1.on.aws/app:live", f"arn:aws:{ARN}/app:live"),
        (f"{HOST}/app@{DIGEST}", ""),
        (f"{HOST}/app:live@{DIGEST}", ""),
        ("public.ecr.aws/acme/app:live", ""),
        ("nginx:latest", ""),
        (f"{HOST}.evil.example/app:live", ""),
        ("", ""),
    ],
)
def test_an_image_is_kept_where_its_name_can_come_to_mean_another(image: str, wanted: str) -> None:
    """The forms are those of the vendor's page on endpoints, and of images of containers."""
    row = workload("arn:aws:ecs:eu-west-1:1:task/c/1", "AWS::ECS::Task", role="", related={})

    assert taking(row, [image]).images == ((wanted,) if wanted else ())


def test_a_registry_is_in_the_partition_of_what_takes_images_from_it() -> None:
    row = workload("arn:aws-cn:ecs:cn-north-1:1:task/c/1", "AWS::ECS::Task", role="", related={})
    image = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:live"

    (found,) = taking(row, [image]).images

    assert found == "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app:live"

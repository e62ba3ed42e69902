# SPDX-License-Identifier: Apache-2.0
"""Where code comes from, and who decides which version of it is taken."""

import pytest

from bartizan.sources.terraform.pipeline import origin

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("source", "version", "name", "taken", "unsure"),
    [
        ("github.com/acme/vpc", "", "github.com/acme/vpc", "", False),
        ("github.com/acme/vpc//small?ref=main", "", "github.com/acme/vpc", "", True),
        (f"github.com/acme/vpc?ref={COMMIT}", "", "github.com/acme/vpc", COMMIT, False),
        ("git@github.com:acme/vpc.git", "", "github.com/acme/vpc", "", False),
        ("git::ssh://bob:secret@git.acme.org/vpc.git//a", "", "git.acme.org/vpc", "", False),
        ("git::https://GIT.acme.org/vpc.git?ref=v1.2.0", "", "git.acme.org/vpc", "", True),
        (f"hg::http://acme.org/vpc?rev={COMMIT}", "", "acme.org/vpc", COMMIT, False),
        ("acme/vpc/aws", "", "registry.terraform.io/acme/vpc/aws", "", False),
        ("acme/vpc/aws//small", "= 1.2.3", "registry.terraform.io/acme/vpc/aws", "1.2.3", False),
        ("app.terraform.io/acme/vpc/aws", ">= 1.2.3", "app.terraform.io/acme/vpc/aws", "", False),
        ("https://acme.org/vpc.zip", "", "acme.org/vpc.zip", "", False),
        ("https://acme.org/v.zip?checksum=sha256:ab", "", "acme.org/v.zip", "sha256:ab", False),
        ("s3::https://s3.amazonaws.com/acme/v.zip", "", "s3.amazonaws.com/acme/v.zip", "", False),
        ("oci://acme.org/vpc", "", "acme.org/vpc", "", True),
    ],
)  # fmt: skip
def test_a_module_comes_from_whoever_publishes_it(
    source: str, version: str, name: str, taken: str, *, unsure: bool
) -> None:
    found = origin.module(source, version)

    assert (found.name, found.version, found.unsure) == (name, taken, unsure)


@pytest.mark.parametrize(
    ("constraint", "version"),
    [("1.2.3", "1.2.3"), ("= 1.2.3", "1.2.3"), (" v1.2.3-rc1 ", "1.2.3-rc1"), ("~> 1.2.3", ""),
     ("!= 1.2.3", ""), ("1.2.3, < 2", ""), ("1.2", ""), ("", "")],
)  # fmt: skip
def test_only_one_whole_version_is_exact(constraint: str, version: str) -> None:
    assert origin.exact(constraint) == version


def test_a_provider_without_a_host_is_of_the_public_registry() -> None:
    assert origin.provider("Acme/Chart") == "registry.terraform.io/acme/chart"
    assert origin.provider("acme.org/a/chart") == "acme.org/a/chart"


def test_a_lock_decides_and_then_the_constraint() -> None:
    lock = {"registry.terraform.io/acme/a": "1.0.0"}

    assert origin.locked("registry.terraform.io/acme/a", "~> 1.0", lock).version == "1.0.0"
    assert origin.locked("registry.terraform.io/acme/b", "2.0.0", lock).version == "2.0.0"
    assert origin.locked("registry.terraform.io/acme/b", "~> 2.0", lock).version == ""

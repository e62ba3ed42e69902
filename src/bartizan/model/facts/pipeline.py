# SPDX-License-Identifier: Apache-2.0
"""What runs the code of an estate: jobs, the folders that they run, and what those take in."""

from typing import ClassVar

from bartizan.model.table import Row


class CodeRoot(Row, frozen=True):
    """A folder of code that is planned and applied as one."""

    table: ClassVar[str] = "code_root"

    id: str
    """Its path in the repository, with slashes; `.` for the repository itself."""
    store: str
    """ARN of the bucket that its state lies in; empty where that is elsewhere or not known."""
    state: str
    """ARN of the object that its state is; empty as `store`."""
    roles: tuple[str, ...]
    """ARNs of roles that its providers take on, sorted."""
    file: str
    """File that says so."""
    line: int
    """Line in it."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class CodeInput(Row, frozen=True):
    """Code from elsewhere that runs whenever a folder is planned or applied."""

    table: ClassVar[str] = "code_input"

    root: str
    """Id of the folder."""
    kind: str
    """`module` or `provider`."""
    name: str
    """Where it comes from, as far as that tells who publishes it: `github.com/acme/vpc`,
    `registry.terraform.io/hashicorp/aws`."""
    version: str
    """The one version that is taken; empty where whoever publishes it decides which."""
    file: str
    """File that says so."""
    line: int
    """Line in it."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class CodeSecret(Row, frozen=True):
    """Credentials that code makes, which its state then holds in plain text."""

    table: ClassVar[str] = "code_secret"

    root: str
    """Id of the folder."""
    user: str
    """Name of the user that they are of; empty where it could not be read."""
    file: str
    """File that says so."""
    line: int
    """Line in it."""


class PipelineJob(Row, frozen=True):
    """A job of a pipeline, which runs code of a repository."""

    table: ClassVar[str] = "pipeline_job"

    id: str
    """File and job: `.github/workflows/plan.yml#plan`."""
    system: str
    """Which system runs it: `github`, `gitlab`, `atlantis`, `terraform-cloud`."""
    repository: str
    """Its repository, `acme/infra`; empty where nobody says."""
    proposals: bool
    """It may run what somebody proposes in a pull request who may not write to the repository."""
    doubts: tuple[str, ...]
    """What would have to be known for that to be sure, sorted."""
    folders: tuple[str, ...]
    """Ids of the folders that it plans or applies, sorted; `*` for some that could not be read."""
    issuer: str
    """Host of whoever signs the tokens that it may ask for; empty where it may not."""
    subjects: tuple[str, ...]
    """Subjects of those tokens when it runs otherwise; `*` stands for what is not told."""
    proposed_subjects: tuple[str, ...]
    """Subjects of those tokens when it runs what somebody proposes: one of these."""
    machines: tuple[str, ...]
    """ARNs of the machines that it runs on, where they are the organisation's own; sorted."""
    runners: tuple[str, ...]
    """Labels of machines that it runs on and of which nobody says which they are; sorted."""
    secrets: tuple[str, ...]
    """Names of the secrets that it is given, sorted."""
    file: str
    """File that says so."""
    line: int
    """Line in it."""


class PipelineWriter(Row, frozen=True):
    """Somebody who decides what a job runs, or with which settings."""

    table: ClassVar[str] = "pipeline_writer"

    job: str
    """Id of the job."""
    who: str
    """Whom an attacker would have to be: `team:acme/interns`."""
    why: str
    """By which right, a phrase."""
    file: str
    """File that says so."""
    line: int
    """Line in it."""

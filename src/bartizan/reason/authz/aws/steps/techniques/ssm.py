# SPDX-License-Identifier: Apache-2.0
"""Techniques over hosts that Systems Manager manages.

Of an association it is asked which document it names, and not which hosts: those that its targets
choose are not looked at.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-state-manager-iam.html
"""

from collections.abc import Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ability
from bartizan.reason.authz.aws.steps.associations import (
    AGENT,
    ALL,
    DEFAULT,
    INSTANCE,
    LATEST,
    associations,
    documents,
    places,
    written,
)
from bartizan.reason.authz.aws.steps.hidden import shown
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.over import managed_instances
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Binding, Need, Over, Technique
from bartizan.reason.authz.aws.steps.techniques.passing import changing, handing

_SHELL = "arn:{partition}:ssm:{region}::document/AWS-RunShellScript"
_PLACE = "arn:{partition}:ssm:{region}:{account}:"


def _places(scene: Scene, account: str) -> Iterator[Binding]:
    """Try the regions in which the account has instances."""
    for place in places(scene, account):
        yield Binding(names={"place": place, "region": place.split(":")[3]})


def _associations(scene: Scene, account: str) -> Iterator[Binding]:
    """Try every association of the account."""
    for row, missing in associations(scene, account):
        place = row.arn.partition("association/")[0]
        fact = Evidence(subject=shown(row.arn), why="is an association")
        names = {"association": row.arn, "place": place.rstrip(":"), "region": row.region}
        yield Binding(names=names, evidence=(fact,), missing=missing)


def _documents(version: str) -> Over:
    """Try the documents of the account of which some association runs this version."""

    def over(scene: Scene, account: str) -> Iterator[Binding]:
        for (document, runs), missing in sorted(documents(scene, account).items()):
            if runs == version:
                yield Binding(
                    names={
                        "document": document,
                        "written": written(document, version),
                        "region": document.split(":")[3],
                    },
                    missing=missing,
                )

    return Offered(bindings=over)


def _choosing(id_: str, title: str, *needs: Need, over: Over) -> Technique:
    return Technique(
        id=id_,
        title=title,
        attack="T1651",
        explanation="An association runs a document on all the hosts that it names, as root, "
        "whatever the policy says of those hosts. Close it by denying the call, or by naming the "
        "documents that it may run.",
        effort=1,
        over=over,
        needs=needs,
        grants=Ability.WRITE,
        entity="{place}:" + ALL,
    )


def _writing(id_: str, title: str, *actions: str, version: str) -> Technique:
    return Technique(
        id=id_,
        title=title,
        attack="T1651",
        explanation="An association runs the version of the document on its hosts, as root. Close "
        "it by denying the call to all but those who keep these hosts, or by associations with a "
        "fixed version.",
        effort=1,
        over=_documents(version),
        needs=tuple(Need(action=action, resource="{document}") for action in actions),
        grants=Ability.WRITE,
        entity="{written}",
        administrator=True,
    )


TECHNIQUES = (
    changing(
        "ssm-start-session",
        "Open a session on an instance",
        Need(action="ssm:StartSession", resource="{workload}"),
        kind=INSTANCE,
        refs=("ssm-001",),
        attack="T1021.008",
        effort=1,
        over=managed_instances,
        conditions=(AGENT,),
        how="The agent opens a shell for the caller; from there the role's credentials are read.",
    ),
    changing(
        "ssm-send-command",
        "Run a command on an instance",
        Need(action="ssm:SendCommand", resource="{workload}"),
        Need(
            action="ssm:SendCommand",
            resource="arn:{partition}:ssm:{region}::document/AWS-RunShellScript",
        ),
        kind=INSTANCE,
        refs=("ssm-002",),
        attack="T1651",
        effort=1,
        over=managed_instances,
        conditions=(AGENT,),
        how="The agent runs the command as root.",
    ),
    _choosing(
        "ssm-create-association",
        "Make an association that runs a command on instances",
        Need(action="ssm:CreateAssociation", resource=_PLACE + "association/{each}"),
        Need(action="ssm:CreateAssociation", resource=_SHELL),
        over=Offered(bindings=_places),
    ),
    _choosing(
        "ssm-create-associations",
        "Make a batch of associations that run a command on instances",
        Need(action="ssm:CreateAssociationBatch", resource=_SHELL),
        over=Offered(bindings=_places),
    ),
    _choosing(
        "ssm-update-association",
        "Let an association run a command on instances",
        Need(action="ssm:UpdateAssociation", resource="{association}"),
        Need(action="ssm:UpdateAssociation", resource=_SHELL),
        over=Offered(bindings=_associations),
    ),
    _writing(
        "ssm-update-document",
        "Change what a document that an association runs does",
        "ssm:UpdateDocument",
        "ssm:UpdateDocumentDefaultVersion",
        version=DEFAULT,
    ),
    _writing(
        "ssm-add-document-version",
        "Add a version to a document of which an association runs the latest",
        "ssm:UpdateDocument",
        version=LATEST,
    ),
    handing(
        "ssm-new-automation",
        "Make an automation and run it as the role",
        Need(action="ssm:CreateDocument", resource=_PLACE + "document/{new}"),
        Need(action="ssm:StartAutomationExecution", resource=_PLACE + "document/{new}"),
        Need(
            action="ssm:StartAutomationExecution", resource=_PLACE + "automation-execution/{each}"
        ),
        service="ssm.amazonaws.com",
        refs=(),
        attack="T1651",
        how="A script in an automation runs with the credentials of the role that it is handed.",
    ),
)

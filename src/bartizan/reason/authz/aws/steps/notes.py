# SPDX-License-Identifier: Apache-2.0
"""What a report says of every technique, those included that need no request."""

from collections.abc import Mapping

from bartizan.model.finding import TechniqueNote, notes_of
from bartizan.reason.authz.aws.steps.federation import OIDC, SAML
from bartizan.reason.authz.aws.steps.techniques import (
    ADMINISTRATION,
    OF_FILE_USERS,
    OF_SERVICES,
    OF_TAGS,
    TECHNIQUES,
)

_STRUCTURE = (
    ("workload-credentials", "Take the credentials that a workload acts with", "T1552.005",
     ("Whatever runs code as a role holds the role's temporary credentials. Close it by giving "
      "role no more than the workload needs.")),
    ("run-planted-code", "Call what was planted", "T1648",
     "Whoever may call the function runs the code that somebody else has placed in it."),
    ("wait-for-call", "Wait until what was planted is called", "T1546",
     "An event source or those who use it call the function; its new code runs as its role."),
    ("run-pushed-image", "Wait until a pushed image runs", "T1525",
     ("What takes an image by a tag runs whatever lies under the tag when it is next deployed, "
      "started or built. Close it by naming the image by its digest.")),
    ("run-document", "Let a document run on an instance", "T1651",
     ("The agent of Systems Manager runs, as root, what the document says that an association "
      "names for the instance.")),
    ("anonymous-call", "Call a function without signing in", "T1190",
     "The function's address takes calls from anyone. Close it by asking for a signature."),
    ("cluster-access", "Run pods in a cluster that lets one in", "T1610",
     ("An access entry lets the principal run pods of its choice. Close it by a narrower access "
      "policy.")),
    ("pod-identity", "Act as the role of a pod", "T1552.005",
     "Whoever runs pods in the cluster takes the service account that is tied to the role."),
    ("pod-web-identity", "Act as a role that trusts the cluster's tokens", "T1550.001",
     "Whoever runs pods in the cluster takes a service account whose token the role trusts."),
    ("one-of-many", "Be one of many who may do the same", "T1078.004",
     ("In a large organisation, those who may do the same to the same many things are told as one "
      "circle. Close it by what lets its members in, or by what opens the things to all.")),
    ("find-credential", "Find a credential", "T1552.001",
     ("A credential lies where the attacker can read. Close it by revoking it and keeping it in a "
      "store for secrets.")),
    ("unseal-credential", "Decrypt a credential", "T1552.001",
     "The credential lies encrypted; whoever can also decrypt with its key has it."),
    ("use-credential", "Sign in with a credential", "T1078.004",
     "The credential signs in as its principal. Close it by revoking it."),
    ("read-share", "Read what is shared", "T1530",
     "A switch, not a policy, opens the thing to others. Close it by switching it off."),
    ("use-written-policy", "Act under a policy that was rewritten", "T1098.003",
     ("Whoever acts as the holder of the rewritten policy may then do everything that no boundary "
      "or guardrail forbids.")),
    ("management-account", "Administer the organisation", "T1078.004",
     ("An administrator of the management account controls guardrails and stack sets of all "
      "accounts. Close it by keeping the management account empty.")),
    ("organization-member", "Administer a member account", "T1072",
     "Stack sets with service-managed permissions build what they are told in every member."),
    ("unread-identities", "Something unread may let anybody in", "",
     "The identities of the account could not be read, so nothing can be excluded there."),
    ("unread-listing", "Something unread may be open", "",
     "A listing could not be read, so something in it may be open to anybody."),
)  # fmt: skip


def notes() -> Mapping[str, TechniqueNote]:
    """Return the note of every technique that a step can name."""
    found = {
        technique.id: TechniqueNote(
            id=technique.id,
            title=technique.title,
            attack=technique.attack,
            reference=", ".join(technique.references),
            explanation=technique.explanation,
        )
        for technique in (
            *ADMINISTRATION,
            *TECHNIQUES,
            *OF_TAGS,
            *OF_FILE_USERS,
            *OF_SERVICES,
            OIDC,
            SAML,
        )
    }
    return {**found, **notes_of(_STRUCTURE)}

# SPDX-License-Identifier: Apache-2.0
"""What the made-up findings say about their techniques."""

from bartizan.model.finding import TechniqueNote

NOTES = {
    note.id: note
    for note in (
        TechniqueNote(
            id="function-url",
            title="Call a function through its public URL",
            attack="T1190",
            reference="",
            explanation="A function URL without authentication answers anybody. Switch its "
            "authentication to AWS_IAM, or take the public statement out of its policy.",
        ),
        TechniqueNote(
            id="function-role",
            title="Run code as a function's role",
            attack="T1078.004",
            reference="",
            explanation="Code in a function signs its requests with the function's role.",
        ),
        TechniqueNote(
            id="assume-role",
            title="Assume a role that trusts the caller",
            attack="T1078.004",
            reference="",
            explanation="The trust policy names the caller. Narrow it to who needs it.",
        ),
        TechniqueNote(
            id="web-identity",
            title="Exchange an outside token for a role's session",
            attack="T1199",
            reference="",
            explanation="An identity provider's token is exchanged for a session. Pin `sub`.",
        ),
        TechniqueNote(
            id="pass-role-function",
            title="Pass a role to a new function",
            attack="T1098.003",
            reference="lambda-001",
            explanation="Whoever may create a function and pass it a role holds that role.",
        ),
        TechniqueNote(
            id="read-object",
            title="Read objects and decrypt them",
            attack="T1530",
            reference="",
            explanation="Reading an encrypted object needs the object and its key.",
        ),
        TechniqueNote(
            id="decrypt",
            title="Decrypt with a key",
            attack="",
            reference="",
            explanation="The key's policy lets the caller decrypt.",
        ),
        TechniqueNote(
            id="environment-credential",
            title="Take a credential from a function's environment",
            attack="T1552.001",
            reference="",
            explanation="An access key in plain sight of whoever may read the configuration.",
        ),
        TechniqueNote(
            id="attach-administrator",
            title="Attach the administrator policy to oneself",
            attack="T1098.003",
            reference="iam-009",
            explanation="Whoever may attach policies to a role he holds can do everything.",
        ),
    )
}

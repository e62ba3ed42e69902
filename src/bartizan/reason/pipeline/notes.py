# SPDX-License-Identifier: Apache-2.0
"""What a report says of every technique on a pipeline."""

from collections.abc import Mapping

from bartizan.model.finding import TechniqueNote, notes_of
from bartizan.reason.pipeline import derivation, token

_NOTES = (
    (derivation.INPUT, "Publish code that a plan runs as it comes", "T1195.002",
     ("The code takes a module or provider in whatever version is published, and planning runs "
      "it. Close it by a commit or an exact version, and by a lock file that is reviewed.")),
    (derivation.STATE, "Change the state of code", "T1565.001",
     ("Planning loads the providers that the state names, and acts by what it says. Close it by "
      "letting only the pipeline write the object.")),
    (derivation.ROLE, "Take the role of code that is planned", "T1528",
     ("What a plan runs has the credentials of its providers. Close it by planning with a role "
      "that reads alone, and by applying reviewed plans elsewhere.")),
    (derivation.KEY, "Take a key from a state", "T1552.001",
     ("A state holds what its code makes, in plain text: also the secret of an access key. Close "
      "it by a role in the place of the key, or by `pgp_key`.")),
    (derivation.PROPOSE, "Propose code that a pipeline runs", "T1677",
     ("The job runs what a pull request brings, and has rights that its author does not have. "
      "Close it by running proposed code without secrets, tokens or machines of one's own, or "
      "after somebody has approved it.")),
    (derivation.RUN, "Be planned by a pipeline", "T1072",
     "Whoever decides what a folder of code does runs code in the job that plans it."),
    (derivation.MACHINE, "Be on the machine that runs a job", "T1552.005",
     ("A job runs on a machine of one's own, and has what that machine has. Close it by machines "
      "that are made for one job, without a role.")),
    (derivation.WRITER, "Change the settings of a job", "T1098",
     ("Whoever writes the variables of a workspace decides whom its runs sign in as, and what "
      "they load. Close it by letting few write them.")),
    (token.TOKEN, "Ask for the token of a job", "T1528",
     ("A job that may write `id-token` asks for a token that says which workflow of which "
      "repository it is. Close it by leaving the permission out.")),
)  # fmt: skip


def notes() -> Mapping[str, TechniqueNote]:
    """Return the note of every technique that a step on a pipeline can name."""
    return notes_of(_NOTES)

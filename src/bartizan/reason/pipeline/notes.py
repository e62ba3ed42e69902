# SPDX-License-Identifier: Apache-2.0
"""What a report says of every technique on a pipeline."""

from collections.abc import Mapping

from bartizan.model.finding import TechniqueNote, notes_of
from bartizan.reason.pipeline import derivation

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
)  # fmt: skip


def notes() -> Mapping[str, TechniqueNote]:
    """Return the note of every technique that a step on a pipeline can name."""
    return notes_of(_NOTES)

# SPDX-License-Identifier: Apache-2.0
"""What a report says of every technique on a host."""

from collections.abc import Mapping

from bartizan.model.finding import TechniqueNote, notes_of
from bartizan.reason.host import (
    bag,
    cloud,
    control,
    derivation,
    keys,
    permission,
    planting,
    power,
    rest,
    sudoing,
)

_NOTES = (
    (derivation.BECOME, "Be anybody, or somebody, on a host", "T1078.003",
     "Root starts programs as any user, and every user is somebody on the host."),
    (derivation.SAME_NUMBER, "Be root by another name", "T1078.003",
     "The kernel knows users by number, and number 0 is root. Give the user a number of its own."),
    (sudoing.SUDO, "Run a command as another user by sudo", "T1548.003",
     ("A rule of sudo lets the user run a program that runs others, writes any file, or is the "
      "user's own to change. Close it by a rule that names a command with all its arguments, "
      "which does one thing.")),
    (sudoing.WITH_PASSWORD, "Run a command as another user by sudo, with a password", "T1548.003",
     ("The same by a rule that asks for a password. That an attacker knows it is assumed, and "
      "shown as a condition.")),
    (power.GROUP, "Be root by a group", "T1611",
     ("Whoever may command the daemon of containers, or read and write the disk, is root. Close "
      "it by taking the user out of the group.")),
    (power.READ, "Read what a group may read", "T1003.008",
     "The group may read the file, which may hold what one guesses passwords from."),
    (planting.JOB, "Change a program that a job runs", "T1053.003",
     ("The job runs a file that the user may write, or that lies where the user may put another "
      "in its place. Close it by giving the file and its directories to root.")),
    (planting.FILE, "Change a file that the system goes by", "T1543.002",
     ("The user may write a unit, a start script, or a file that says who may do what. Close it "
      "by giving it to root.")),
    (planting.SETUID_PROGRAM, "Start a program that runs as its owner", "T1548.001",
     ("The file has the set-user-id bit, and what it does is its caller's choice. Close it by "
      "taking the bit away.")),
    (keys.STOLEN, "Steal a computer with a key on it", "T1552.004",
     ("Whoever has the private key has what it opens. That somebody has is assumed, and shown as "
      "a condition. Close it by keys that leave no hardware, or by certificates that expire.")),
    (keys.SIGN_IN, "Sign in with a key", "T1021.004",
     ("The key is listed for the user. Close it by taking it off the list, or by letting fewer "
      "reach the port.")),
    (keys.ACCESS_KEY, "Take an access key from a file of a host", "T1552.001",
     ("The file holds an access key of the cloud. Close it by giving the host a role, and the key "
      "up.")),
    (cloud.ON_MACHINE, "Be on the machine that a host runs on", "T1552.005",
     ("What runs on the host asks the cloud's metadata service for the credentials of the "
      "machine's role. Close it by a role that can do little.")),
    (cloud.ON_HOST, "Be on the host that runs on a machine", "T1021",
     "Code that runs on the cloud's machine runs on the host, as some user."),
    (control.CODE, "Change the code that hosts get", "T1072",
     ("Whoever may write the repository of a tool's code, or one part of it, runs code as root on "
      "every host that gets it. Close it by review that nobody can pass, and by few who may.")),
    (control.SERVER, "Be where the code comes from", "T1072",
     ("Root on the server that compiles for hosts changes what they get; every host that is "
      "looked after sends packets to it.")),
    (control.MODULE, "Publish a module that is taken as it comes", "T1195.002",
     ("The code takes the newest version of a module, so whoever publishes one changes the code. "
      "Close it by naming one version, or one commit.")),
    (control.SIGN, "Sign a certificate for a host", "T1649",
     "Whoever has the key of the authority is any host, and is told what that one is told."),
    (control.SIGNED, "Ask for a certificate that is signed unseen", "T1649",
     ("Any host may ask under any name, and the authority signs the names on its list. Close it "
      "by signing what was checked: a program that knows a secret of each new host.")),
    (control.INVENTORY, "Ask the inventory what hosts are told", "T1213",
     ("The inventory answers with all that hosts are told. Close it by a list of those who may "
      "ask, and by no port without certificates.")),
    (control.SECRETS, "Take the key of encrypted data", "T1552.004",
     "The server has the private key that opens the secrets in data, and so has root on it."),
    (control.READ, "Take an access key from what a host is told", "T1552",
     "What a tool tells a host holds an access key of the cloud."),
    (permission.CLIENT, "Sign requests with a host's key", "T1552.004",
     "Root on a host has the key with which it asks the server of its tool, and is its client."),
    (permission.STOLEN, "Steal a computer with a key of a tool on it", "T1552.004",
     ("Whoever has the workstation of a user has the key that signs for them. That somebody has "
      "is assumed, and shown as a condition.")),
    (permission.GROUP, "Be in a group on a tool's server", "T1078",
     "Members of a group, and of groups in it, may what the group may."),
    (permission.CHANGE, "Change what a tool's server keeps", "T1072",
     ("Whoever may update a thing changes it, and whoever may grant takes that right. Close it by "
      "taking the group from the permissions of the thing.")),
    (permission.REGISTER, "Register a client of one's own", "T1136",
     ("The key of a validator makes clients, and new clients may what all clients may. Close it "
      "by deleting the validator: workstations register nodes with keys of their own.")),
    (permission.SUPERUSER, "Be the superuser of a tool's server", "T1078",
     "The server asks its superuser for no permission."),
    (bag.READ, "Read a data bag", "T1213",
     ("Clients may read data bags unless somebody took that from them, so what is plain in one is "
      "on no host alone. Close it by permissions, or by a vault.")),
    (bag.OPEN, "Open a data bag with the shared secret", "T1552",
     "Every host that opens it has the same secret, so one host opens what is for all."),
    (bag.SECRET, "Take the secret that opens data bags", "T1552.001",
     "The secret lies in a file that root reads."),
    (bag.VAULT, "Open a vault", "T1552", "The item is encrypted for this client or user."),
    (bag.REFRESH, "Meet the search that a vault trusts", "T1552",
     ("A vault is encrypted for the nodes that a search finds, and a node writes of itself what "
      "is asked. Close it by naming clients, or by nodes that may not update themselves.")),
    (bag.INSIDE, "Take an access key from a data bag", "T1552",
     "An item of a data bag holds an access key of the cloud."),
    (rest.REST, "Be root by what is not told of a host", "T1068",
     ("A tool tells what it looks after. Whether something else on the host makes its users root "
      "was not read.")),
)  # fmt: skip


def notes() -> Mapping[str, TechniqueNote]:
    """Return the note of every technique that a step on a host can name."""
    return notes_of(_NOTES)

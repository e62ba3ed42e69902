# SPDX-License-Identifier: Apache-2.0
"""The forms of well-known credentials, as patterns that take time linear in the text.

Every repetition is bounded, and every pattern starts where a word starts, so that a text made to
slow the search down costs no more than any other of its length.
"""

import re

from msgspec import Struct

_WORD = r"(?<![A-Za-z0-9_-])"
_END = r"(?![A-Za-z0-9_-])"


class Pattern(Struct, frozen=True):
    """One form of credential."""

    kind: str
    """As markers and the `credential` table name it."""
    hint: str
    """What people call it."""
    expression: re.Pattern[str]
    group: int = 0
    """The group that is the secret itself."""
    whole: bool = True
    """It can be a whole value, not only a part of a longer text."""


def _word(kind: str, hint: str, expression: str) -> Pattern:
    return Pattern(kind, hint, re.compile(_WORD + expression + _END))


PATTERNS: tuple[Pattern, ...] = (
    _word("aws-access-key-id", "an AWS access key id", r"(?:AKIA|ASIA)[A-Z0-9]{16,32}"),
    Pattern(
        "private-key",
        "a private key",
        re.compile(
            r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
            r"[^-]{0,20000}(?:-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)?"
        ),
    ),
    _word("github-token", "a GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _word("github-token", "a GitHub token", r"github_pat_[A-Za-z0-9_]{36,255}"),
    _word("gitlab-token", "a GitLab token", r"gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_.-]{20,300}"),
    _word("slack-token", "a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}"),
    Pattern(
        "slack-token",
        "a Slack webhook",
        re.compile(r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{20,200}"),
    ),
    _word("stripe-key", "a Stripe key", r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}"),
    _word("google-api-key", "a Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    _word("npm-token", "an npm token", r"npm_[A-Za-z0-9]{36}"),
    _word("pypi-token", "a PyPI token", r"pypi-AgE[A-Za-z0-9_-]{50,1000}"),
    _word("sendgrid-key", "a SendGrid key", r"SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}"),
    _word(
        "jwt",
        "a JSON Web Token",
        r"eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,2000}",
    ),
    Pattern(
        "kms-ciphertext",
        "text that an AWS KMS key must decrypt first",
        re.compile(r"(?<![A-Za-z0-9+/=])AQ[EI]CAH[A-Za-z0-9+/]{40,8000}={0,2}"),
    ),
    Pattern(
        "connection-string",
        "an address with a password in it",
        re.compile(
            r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}://"
            r"[^\s:/@]{0,100}:([^\s:/@]{1,200})@[^\s@]{1,1000}"
        ),
        group=1,
    ),
    Pattern(
        "connection-string",
        "an address with a password in it",
        re.compile(
            r"(?i)(?:[A-Z][A-Z ]{1,30}=[^;=]{1,200};){1,20}"
            r"(?:password|pwd|accountkey|sharedaccesskey)=([^;]{1,200})(?:;[^\s]{0,1000})?"
        ),
        group=1,
    ),
    Pattern(
        "password",
        "something that is called a password",
        re.compile(
            r"(?i)(?<!:)(?:passwo?r?d|passphrase|secret|token|api[_-]?key)[A-Z0-9_]{0,20}[\"']?"
            r"[ \t]{0,3}[:=][ \t]{0,3}[\"']?([^\s\"'`$<>{}(),;&:=]{6,200})"
        ),
        group=1,
        whole=False,
    ),
)
"""Every form that is recognised; the first that fits the whole value names it."""

SECRET_KEY = re.compile(r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
"""The form of an AWS secret access key, which a digest or a path may have too."""

"""Whether a text is worth a closer look: does it speak of a licence, or grant one?"""

from __future__ import annotations

import re

_SPEAKS = re.compile(
    r"licen[cs]|copyright|©|spdx|permission|redistribut|public domain|warrant|all rights reserved"
    r"|terms (?:and conditions|of use)|许可|版权|授权|协议|ライセンス",
    re.IGNORECASE,
)
# Sentences that give or limit a right, as opposed to prose about licences.
_GRANTS = re.compile(
    r"\blicen[cs]ed\s+(?:\w+\s+){0,3}?(?:under|by|to|for)\b"
    r"|\b(?:released|distributed|available|provided|covered|governed|published)\s+"
    r"(?:\w+\s+){0,4}?under\b(?=.{0,80}\b(?:licen[cs]e|terms|agreement))"
    r"|\bunder (?:the )?terms\b|\bunder (?:the|a|an) (?:[\w.+-]+ ){0,6}licen[cs]e\b"
    r"|\bpermission (?:is (?:hereby )?(?:granted|given)|to (?:use|copy|modify|(?:re)?distribute))\b"
    r"|\bredistributions? (?:and|of|in|with|or)\b.{0,40}\b(?:use|source|binary|code)\b"
    r"|\bsubject to (?:the )?(?:terms|following)\b"
    r"|\b(?:may|must|shall|can) not be (?:used|copied|modified|distributed|sold|reproduced)\b"
    r"|\b(?:in|to|into) the public domain\b|\bproprietary and confidential\b"
    r"|\bnon-?commercial (?:use|purposes?)\b|\bunauthori[sz]ed (?:copying|use|distribution)\b"
    r"|许可证|授权|协议",
    re.IGNORECASE,
)
# "See the LICENSE file in the root directory": what it says is said there.
_POINTS = re.compile(
    r"\b(?:licen[cs]es?|copying|notice|copyright)(?: \w{2,4})? (?:file|document)s?\b"
    r"|\b(?:see|found in|described in|specified in|refer to|file|accompanying) (?:\w+ ){0,3}?"
    r"(?:licen[cs]e|copying|notice|readme)(?: \w{2,4})? (?:file\b|for\b|in\b|at\b|that\b)",
    re.IGNORECASE,
)


def points_elsewhere(text: str) -> bool:
    """Say whether words of a header refer to a file that has the terms."""
    return _POINTS.search(text) is not None


def speaks_of_licence(text: str) -> bool:
    """Say whether a text has a word that texts about licences have."""
    return _SPEAKS.search(text) is not None


def grants_or_limits(text: str) -> bool:
    """Say whether a text has a phrase that gives or limits a right of use."""
    return _GRANTS.search(text) is not None

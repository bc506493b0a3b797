"""git's many ways of failing, each as one sentence with advice.

git has one exit status for nearly all of them, so its words are all there is to go by; it is run
with ``LC_ALL=C``, in which they are English.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model import Absence
from lineage.sources.gitprocess import GitError
from lineage.sources.links import without_credentials
from lineage.sources.revision import is_commit
from lineage.sources.snapshot import UnreachableError

_QUOTE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class _Failure:
    reason: str
    advice: str
    #: Words of git that mean it, in lower case.
    words: tuple[str, ...]
    absence: Absence = Absence.FAILED


_REVISION = ("couldn't find remote ref", "needed a single revision", "expected commit type")
#: Said of a commit that was asked for by its id; for a branch it means that the host lost it.
_COMMIT = ("not our ref", "unadvertised object")
_CREDENTIAL = (
    "for a private repository give git a credential (a credential helper, an SSH key, or "
    "http.extraHeader by GIT_CONFIG_COUNT)"
)
#: The first that fits is the reason.
_FAILURES = (
    _Failure(
        "its host cannot be found",
        "check the name and the network",
        ("could not resolve", "name or service not known", "temporary failure in name resolution"),
    ),
    _Failure(
        "it is private or missing, or the host refuses the credential",
        _CREDENTIAL,
        (
            "could not read username",
            "could not read password",
            "authentication failed",
            "terminal prompts disabled",
            "permission denied",
            "returned error: 401",
            "returned error: 403",
            "host key verification",
        ),
        Absence.MISSING,
    ),
    _Failure(
        "there is no room for its clone",
        "set TMPDIR to a place with room",
        ("no space left", "disk quota exceeded"),
    ),
    _Failure(
        "it belongs to another user",
        "allow git to read it: git config --global --add safe.directory PATH",
        ("dubious ownership",),
    ),
    _Failure(
        "there is no such repository, or it is private",
        f"check the address; {_CREDENTIAL}",
        (
            "returned error: 404",
            "returned error: 410",
            "repository not found",
            "does not exist",
            "not appear to be a git repository",
            "not a git repository",
            "no such file",
            "' not found",
        ),
        Absence.MISSING,
    ),
    _Failure(
        "it leads to a transport that is not used",
        "https, ssh and file are",
        ("not allowed",),
    ),
    _Failure(
        "the host's certificate was not accepted",
        "check http.sslCAInfo and the clock",
        ("certificate", "ssl", "gnutls"),
    ),
    _Failure(
        "its host cannot be reached",
        "check the network and the proxy",
        (
            "failed to connect",
            "couldn't connect",
            "could not connect",
            "connection refused",
            "connection reset",
            "timed out",
            "unreachable",
            "no route to host",
        ),
    ),
    _Failure(
        "it names its objects by SHA-256, which is not supported",
        "audit a checked-out copy instead",
        ("mismatched algorithms",),
    ),
    _Failure(
        "what its host sends is damaged or incomplete",
        "try again; if it lasts, git fsck tells its owner more",
        (
            "bad object",
            "bad pack",
            "bad tree",
            "corrupt",
            "did not send all",
            "early eof",
            "error in object",
            "fsck",
            "hung up",
            "index-pack",
            "inflate",
            "missing blob",
            "missing commit",
            "missing tree",
            "not a tree object",
            *_COMMIT,
            "premature",
            "unable to read",
            "unexpected disconnect",
        ),
    ),
)


def is_about_revision(error: GitError, revision: str) -> bool:
    """Say whether git failed for want of the revision alone."""
    return _says(error, _REVISION) or (is_commit(revision) and _says(error, _COMMIT))


def unreachable(target: str, error: GitError, revision: str = "HEAD") -> UnreachableError:
    """Return the failure as one sentence with advice; git's own words only where none fits."""
    if error.stalled:
        return UnreachableError(target, "its host did not go on in time", "try again later")
    if is_about_revision(error, revision):
        return _without(target, revision)
    for failure in _FAILURES:
        if _says(error, failure.words):
            return UnreachableError(target, failure.reason, failure.advice, absence=failure.absence)
    said = without_credentials(str(error))[:_QUOTE_LIMIT]
    return UnreachableError(target, "git could not fetch it", f"it says {said!r}")


def _without(target: str, revision: str) -> UnreachableError:
    if revision == "HEAD":
        return UnreachableError(
            target,
            "it is empty, or has no default branch",
            "name a branch with --revision if it has one",
            absence=Absence.MISSING,
        )
    return UnreachableError(
        target,
        f"it has no revision {revision!r}",
        "give a branch, a tag or the full id of a commit",
        absence=Absence.MISSING,
    )


def _says(error: GitError, words: tuple[str, ...]) -> bool:
    said = error.said.lower()
    return any(word in said for word in words)

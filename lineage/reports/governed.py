"""What a report says of the policy that an audit went by, and of its waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.phrases import counted, quoted

if TYPE_CHECKING:
    from lineage.pipeline import Audit


def policy_sentence(audit: Audit) -> str:
    """Return which policy it was, and how many of its waivers apply; "" where there was none.

    "lineage.yaml, preset no-copyleft; 3 waivers, of which 2 apply (the oldest is 40 days old)"
    """
    policy, use = audit.policy, audit.waivers
    if policy is None:
        return ""
    presets = "".join(f", preset {name}" for name in policy.presets)
    said = [f"{quoted(policy.source)}{presets}"]
    if use.waivers:
        applied = counted(use.applied, "applies", "apply") if use.applied else "none applies"
        said.append(f"{counted(use.waivers, 'waiver')}, of which {applied}")
        if use.oldest_days is not None:
            said[-1] += f" (the oldest is {counted(use.oldest_days, 'day')} old)"
        if expired := len(use.expired) + use.expired_unused:
            said[-1] += f" and {counted(expired, 'has', 'have')} expired"
    return "; ".join(said)


def waiver_remarks(audit: Audit) -> list[str]:
    """Return what is to be said of waivers that have expired, or that have long to run."""
    use = audit.waivers
    said = [*use.expired, *use.far]
    if use.expired_unused:
        said.append(
            f"{counted(use.expired_unused, 'waiver has', 'waivers have')} expired and would waive "
            "nothing here."
        )
    return said

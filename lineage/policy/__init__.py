"""What an organisation allows, what it has waived, and what gates a release."""

from __future__ import annotations

from lineage.policy.gating import DEFAULT_FAIL_ON, Exit, exit_code, gating
from lineage.policy.terms import Policy

__all__ = ["DEFAULT_FAIL_ON", "Exit", "Policy", "exit_code", "gating"]

"""How long a test waits for what must come."""

STUCK_AFTER = 120.0
"""Seconds after which it is stuck. No requirement: a busy machine or a slow disk may take ten times its usual time."""

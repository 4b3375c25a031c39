"""Redacted, realistic vendor answers.

``estate`` is an evidence folder that fills every field of every AWS record; ``MaxSessionDuration`` in it comes from no
authorization details of today but from tools that merge ``ListRoles`` into them.
"""

from pathlib import Path

PAYLOADS = Path(__file__).parent
ESTATE = PAYLOADS / "estate"

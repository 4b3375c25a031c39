"""Other companies' applications in the tenant, and what was consented to.

Input: a ``Tenant``. Output: objects in it. Not handled: the company's own applications.
"""

from __future__ import annotations

from sample_data._make.entra.names import guid
from sample_data._make.entra.tenant import Tenant

__all__ = ["add_third_parties"]


def add_third_parties(tenant: Tenant) -> None:
    """Add vendors' applications, each beside the twin that looks alike."""
    # An unverified publisher reads everybody's mail, and has not come back since.
    tenant.principal("MailMerge Pro", home=guid("tenant", "mailmerge.example"), created=420, seen=None)
    tenant.consent("MailMerge Pro", "openid offline_access Mail.Read Mail.Send")
    tenant.principal("Meetwell", home=guid("tenant", "meetwell.example"), created=380, seen=1, publisher="Meetwell AB")
    tenant.consent("Meetwell", "openid profile User.Read Calendars.Read", person="petra.nowak")
    tenant.consent("Meetwell", "openid profile User.Read Calendars.Read", person="jonas.weber")
    # Whoever consented has left; the grant has not.
    tenant.principal("Notely", home=guid("tenant", "notely.example"), created=610, seen=97, publisher="Notely Inc")
    tenant.consent("Notely", "openid offline_access Files.ReadWrite.All", person="tom.ziegler")
    # A carrier's application with a permission that reads the whole directory.
    tenant.principal("Carrier Gateway", home=guid("tenant", "carrier.example"), created=250, seen=3)
    tenant.app_role("Carrier Gateway", "Directory.Read.All", days=250)

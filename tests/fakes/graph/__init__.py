"""A tenant behind Microsoft Graph's HTTP interface, on this machine, with the rules of Graph that a collector meets."""

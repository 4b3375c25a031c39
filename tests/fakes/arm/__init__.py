"""An Azure behind Resource Manager's HTTP interface, on this machine, with the rules of ARM that a collector meets."""

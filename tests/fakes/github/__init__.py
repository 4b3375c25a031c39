"""A GitHub behind its HTTP interface, on this machine, with the rules of REST and GraphQL that a collector meets."""

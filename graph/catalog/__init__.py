"""Facts about the world as data: edge kinds, techniques, impact classes, administrator probes (TOML)."""

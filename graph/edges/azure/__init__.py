"""Azure edges."""

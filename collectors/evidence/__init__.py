"""The evidence form: layout, reading, writing, redaction, coverage and what people declare."""

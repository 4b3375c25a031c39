"""Output: one answer in the form that was asked for; standard output carries data alone."""

"""Two snapshots side by side: what is only in one, and what is in both and says something else."""

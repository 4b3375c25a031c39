"""Case corpora as readable data, and their loaders."""

"""What pipelines of GitLab and Bitbucket have in common: records, their YAML, answers about variables."""

"""AWS: fetching (boto3, imported when used) and SDK-free records from evidence."""

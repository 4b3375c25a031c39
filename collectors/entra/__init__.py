"""Microsoft Entra ID: evidence of Microsoft Graph into records."""

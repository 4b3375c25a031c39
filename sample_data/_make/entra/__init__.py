"""The company's Entra tenant, as Microsoft Graph answers about it."""

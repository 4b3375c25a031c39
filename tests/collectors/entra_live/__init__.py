"""Collecting a tenant from a server that answers as Microsoft Graph does, with the real client."""

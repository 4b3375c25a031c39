"""Third-party visibility: applications that others wrote, what they were consented to, who did, and how risky that is."""

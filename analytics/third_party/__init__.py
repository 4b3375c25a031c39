"""Third-party visibility: applications, what they were consented to and by whom, how far they get, how risky it is."""

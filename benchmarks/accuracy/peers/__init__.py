"""Other tools: what each is asked, and the scripts that ask it within an environment of its own.

Input: none. Output: modules ``registry`` (what is asked) and one script a tool.
Not handled: importing a tool here; the scripts run outside the project's environment and import nothing of it.
"""

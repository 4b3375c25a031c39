"""The generator of the sample evidence: the company written down as Python, rendered as AWS answers.

Input: none; every id is derived from a name, every time from one fixed moment. Output: the files of
``sample_data/evidence``. Not handled: anything random, and any account but Nordlicht's four.
"""

"""Show: pages over one snapshot, run by ``nhi dashboard``.

Input: the workspace named by ``NHI_WORKSPACE``. Output: a Streamlit application, ``app.py``.
Not handled: judging, which ``analytics`` does; changing anything anywhere.
"""

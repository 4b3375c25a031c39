"""The pages; each file is a script that Streamlit runs, not a module to import."""

"""Dialogue scripts: what is said by whom and how, from YAML, JSON and tables; README.md has the language."""

"""Edits of the roster in the browser: what will happen, the gaps to be ticked, done."""

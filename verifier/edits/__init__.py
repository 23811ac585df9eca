"""Edits: exact changes of source text, made where the text leaves no doubt and refused everywhere else."""

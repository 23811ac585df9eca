"""Judging: the pytest plug-in, findings, causes."""

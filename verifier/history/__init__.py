"""Runs over time: what is new, resolved and unchanged since an earlier one."""

"""Effective Azure RBAC: what the assignments of a principal come to on a scope."""

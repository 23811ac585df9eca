"""The tool: which files, which variables, which modules, which instances. Knows hcl; nothing of Azure."""

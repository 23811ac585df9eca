"""Regular expressions as Terraform has them: RE2's syntax, its choice of match, and time linear in the text."""

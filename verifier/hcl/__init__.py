"""The language: HCL as Terraform uses it. Knows nothing of Terraform's modules, nothing of Azure."""

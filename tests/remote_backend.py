"""An azurerm backend, and the blob in which it keeps the state."""

from __future__ import annotations

BACKEND = """
terraform {
  backend "azurerm" {
    resource_group_name  = "rg-state"
    storage_account_name = "sttfstate"
    container_name       = "tfstate"
    key                  = "dev.tfstate"
    use_azuread_auth     = true
  }
}
"""
BLOB = "sttfstate/tfstate/dev.tfstate"
SECRET = "c2VjcmV0LWtleQ=="
"""What a state may hold, and nothing that is written ever does."""

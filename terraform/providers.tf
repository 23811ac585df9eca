provider "azurerm" {
  subscription_id = var.subscription_id

  # With shared keys off, the provider itself has to reach storage with a token.
  storage_use_azuread = true

  features {}
}

provider "azapi" {
  subscription_id = var.subscription_id
}

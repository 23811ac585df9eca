output "resource_group" {
  description = "Resource group of the environment."
  value = {
    id       = azurerm_resource_group.main.id
    name     = azurerm_resource_group.main.name
    location = azurerm_resource_group.main.location
  }
}

output "storage_account" {
  description = "Storage account behind the workspace's datastores."
  value = {
    id   = azurerm_storage_account.main.id
    name = azurerm_storage_account.main.name
  }
}

output "container_registry" {
  description = "Registry of the workspace's and the team's images."
  value = {
    id           = azurerm_container_registry.main.id
    login_server = azurerm_container_registry.main.login_server
  }
}

output "ml_workspace" {
  description = "Azure ML workspace."
  value = {
    id   = azapi_resource.workspace.id
    name = azapi_resource.workspace.name
  }
}

output "ml_identity" {
  description = "Identity that training jobs and the team's applications act as."
  value = {
    id           = azurerm_user_assigned_identity.ml.id
    principal_id = azurerm_user_assigned_identity.ml.principal_id
    client_id    = azurerm_user_assigned_identity.ml.client_id
  }
}

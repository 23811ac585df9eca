output "client_id" {
  description = "AZURE_CLIENT_ID of the CI job."
  value       = azurerm_user_assigned_identity.verifier.client_id
}

output "tenant_id" {
  description = "AZURE_TENANT_ID of the CI job."
  value       = azurerm_user_assigned_identity.verifier.tenant_id
}

output "principal_id" {
  description = "Object id, for grants outside of this module."
  value       = azurerm_user_assigned_identity.verifier.principal_id
}

output "actions" {
  description = "ARM actions that the verifier was granted."
  value       = one(azurerm_role_definition.reader.permissions[*].actions)
}

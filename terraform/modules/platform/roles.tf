locals {
  grants = {
    blob-data = {
      role  = "Storage Blob Data Contributor"
      scope = azurerm_storage_account.main.id
    }
    # Code snapshots and notebooks lie in the account's file share; the SMB role does not reach it over REST.
    file-data = {
      role  = "Storage File Data Privileged Contributor"
      scope = azurerm_storage_account.main.id
    }
    image-pull = {
      role  = "AcrPull"
      scope = azurerm_container_registry.main.id
    }
  }

  grantees = merge(
    {
      ml = {
        principal_id   = azurerm_user_assigned_identity.ml.principal_id
        principal_type = "ServicePrincipal"
        grants         = ["blob-data", "file-data", "image-pull"]
      }
    },
    {
      for name, contributor in var.data_contributors : name => {
        principal_id   = contributor.principal_id
        principal_type = contributor.principal_type
        grants         = ["blob-data", "file-data"]
      }
    },
  )

  role_assignments = merge([
    for name, grantee in local.grantees : {
      for grant in grantee.grants : "${name}-${grant}" => {
        principal_id   = grantee.principal_id
        principal_type = grantee.principal_type
        role           = local.grants[grant].role
        scope          = local.grants[grant].scope
      }
    }
  ]...)
}

# The workspace's own identity is not in here: the service grants it what it needs, and a second grant fails.
resource "azurerm_role_assignment" "data" {
  for_each = local.role_assignments

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = each.value.principal_id
  principal_type       = each.value.principal_type
}

locals {
  suffix  = "${var.resource_prefix}-${var.environment}-${var.instance}"
  compact = "${var.resource_prefix}${var.environment}${var.instance}"
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "main" {
  name     = "rg-${local.suffix}"
  location = var.location
  tags     = var.tags
}

resource "azurerm_log_analytics_workspace" "main" {
  name                = "log-${local.suffix}"
  resource_group_name = azurerm_resource_group.main.name
  location            = azurerm_resource_group.main.location
  sku                 = "PerGB2018"
  retention_in_days   = var.environment == "prd" ? 90 : 30
  tags                = var.tags
}

resource "azurerm_application_insights" "main" {
  name                = "appi-${local.suffix}"
  resource_group_name = azurerm_resource_group.main.name
  location            = azurerm_resource_group.main.location
  application_type    = "web"
  workspace_id        = azurerm_log_analytics_workspace.main.id
  tags                = var.tags
}

resource "azurerm_storage_account" "main" {
  name                            = "st${local.compact}"
  resource_group_name             = azurerm_resource_group.main.name
  location                        = azurerm_resource_group.main.location
  account_kind                    = "StorageV2"
  account_tier                    = "Standard"
  account_replication_type        = var.environment == "prd" ? "ZRS" : "LRS"
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = var.should_enable_storage_shared_access_key
  default_to_oauth_authentication = true
  tags                            = var.tags
}

resource "azurerm_container_registry" "main" {
  name                = "acr${local.compact}"
  resource_group_name = azurerm_resource_group.main.name
  location            = azurerm_resource_group.main.location
  sku                 = "Standard"
  admin_enabled       = false
  tags                = var.tags
}

resource "azurerm_key_vault" "main" {
  name                       = "kv-${local.suffix}"
  resource_group_name        = azurerm_resource_group.main.name
  location                   = azurerm_resource_group.main.location
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  rbac_authorization_enabled = true
  purge_protection_enabled   = var.environment == "prd"
  soft_delete_retention_days = 7
  tags                       = var.tags
}

# Training jobs and the team's applications act as this identity.
resource "azurerm_user_assigned_identity" "ml" {
  name                = "id-ml-${local.suffix}"
  resource_group_name = azurerm_resource_group.main.name
  location            = azurerm_resource_group.main.location
  tags                = var.tags
}

# azurerm_machine_learning_workspace cannot say systemDatastoresAuthMode.
resource "azapi_resource" "workspace" {
  type      = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
  name      = "mlw-${local.suffix}"
  parent_id = azurerm_resource_group.main.id
  location  = azurerm_resource_group.main.location
  tags      = var.tags

  identity {
    type = "SystemAssigned"
  }

  body = {
    kind = "Default"
    sku = {
      name = "Basic"
      tier = "Basic"
    }
    properties = merge(
      {
        friendlyName        = "mlw-${local.suffix}"
        storageAccount      = azurerm_storage_account.main.id
        keyVault            = azurerm_key_vault.main.id
        applicationInsights = azurerm_application_insights.main.id
        containerRegistry   = azurerm_container_registry.main.id
        publicNetworkAccess = "Enabled"
      },
      var.system_datastores_auth_mode == null ? {} : {
        systemDatastoresAuthMode = var.system_datastores_auth_mode
      },
    )
  }

  # The service answers "Identity" where "identity" was sent.
  ignore_casing = true
}

locals {
  suffix = "${var.resource_prefix}-${var.environment}-${var.instance}"

  node_pools = { for name, pool in var.node_pools : name => pool if pool.max_count > 0 }

  # AKS puts this taint and label on spot nodes; saying so keeps the next plan empty.
  spot_key = "kubernetes.azure.com/scalesetpriority"
}

resource "azurerm_kubernetes_cluster" "main" {
  name                = "aks-${local.suffix}"
  resource_group_name = var.resource_group.name
  location            = var.resource_group.location
  dns_prefix          = "aks-${local.suffix}"
  kubernetes_version  = var.kubernetes_version
  sku_tier            = var.environment == "prd" ? "Standard" : "Free"

  oidc_issuer_enabled       = true
  workload_identity_enabled = true

  # Azure ML attaches with the cluster's local account, unless Trusted Access is set up.
  local_account_disabled = false

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled = true
  }

  default_node_pool {
    name                 = "system"
    vm_size              = "Standard_D4s_v5"
    auto_scaling_enabled = true
    min_count            = 1
    max_count            = 3

    upgrade_settings {
      max_surge = "10%"
    }
  }

  identity {
    type = "SystemAssigned"
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_policy      = "azure"
  }

  tags = var.tags
}

resource "azurerm_kubernetes_cluster_node_pool" "workload" {
  for_each = local.node_pools

  name                  = each.key
  kubernetes_cluster_id = azurerm_kubernetes_cluster.main.id
  vm_size               = each.value.vm_size
  auto_scaling_enabled  = true
  min_count             = each.value.min_count
  max_count             = each.value.max_count
  priority              = each.value.priority
  eviction_policy       = each.value.priority == "Spot" ? "Delete" : null
  spot_max_price        = each.value.priority == "Spot" ? -1 : null

  node_labels = merge(
    each.value.labels,
    each.value.priority == "Spot" ? { (local.spot_key) = "spot" } : {},
  )
  node_taints = concat(
    each.value.taints,
    each.value.priority == "Spot" ? ["${local.spot_key}=spot:NoSchedule"] : [],
  )

  # Spot pools cannot surge.
  dynamic "upgrade_settings" {
    for_each = each.value.priority == "Regular" ? [coalesce(each.value.max_surge, "10%")] : []

    content {
      max_surge = upgrade_settings.value
    }
  }

  tags = var.tags
}

resource "azurerm_role_assignment" "kubelet_image_pull" {
  scope                = var.container_registry.id
  role_definition_name = "AcrPull"
  principal_id         = azurerm_kubernetes_cluster.main.kubelet_identity[0].object_id
  principal_type       = "ServicePrincipal"
}

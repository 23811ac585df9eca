locals {
  compute_name = coalesce(var.azureml_config.compute.name, "k8s-${var.environment}-${var.instance}")

  # What `az k8s-extension create` adds by itself, and the chart needs, has to be said here.
  cluster_settings = {
    clusterId                                               = azurerm_kubernetes_cluster.main.id
    cluster_name                                            = azurerm_kubernetes_cluster.main.id
    cluster_name_friendly                                   = azurerm_kubernetes_cluster.main.name
    location                                                = var.resource_group.location
    jobSchedulerLocation                                    = var.resource_group.location
    domain                                                  = "${var.resource_group.location}.cloudapp.azure.com"
    "prometheus.prometheusSpec.externalLabels.cluster_name" = azurerm_kubernetes_cluster.main.id
    "relayserver.enabled"                                   = "false"
    "servicebus.enabled"                                    = "false"
  }

  identity_settings = var.azureml_config.should_federate_ml_identity ? {
    identityType                   = "UserAssigned"
    userAssignedIdentityResourceId = var.ml_identity.id
  } : {}
}

resource "azurerm_kubernetes_cluster_extension" "azureml" {
  count = var.azureml_config.should_install_extension ? 1 : 0

  name              = var.azureml_config.extension.name
  cluster_id        = azurerm_kubernetes_cluster.main.id
  extension_type    = "Microsoft.AzureML.Kubernetes"
  release_train     = var.azureml_config.extension.release_train
  release_namespace = var.azureml_config.extension.release_namespace
  version           = var.azureml_config.extension.version

  configuration_settings = merge(
    {
      enableTraining  = "True"
      enableInference = "False"
    },
    local.cluster_settings,
    local.identity_settings,
    var.azureml_config.extension.settings,
  )

  depends_on = [azurerm_kubernetes_cluster_node_pool.workload]
}

resource "azapi_resource" "compute" {
  count = var.azureml_config.should_integrate_aks ? 1 : 0

  type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
  name      = local.compute_name
  parent_id = var.ml_workspace.id
  location  = var.resource_group.location
  tags      = var.tags

  dynamic "identity" {
    for_each = var.azureml_config.compute.identity == null ? [] : [var.azureml_config.compute.identity]

    content {
      type         = "UserAssigned"
      identity_ids = [identity.value.id]
    }
  }

  body = {
    properties = {
      computeType = "Kubernetes"
      description = "Nodes of ${azurerm_kubernetes_cluster.main.name} for ${var.ml_workspace.name}"
      resourceId  = azurerm_kubernetes_cluster.main.id
      properties = {
        namespace           = var.azureml_config.compute.namespace
        defaultInstanceType = var.azureml_config.compute.default_instance_type
        instanceTypes = {
          for name, size in var.azureml_config.compute.instance_types : name => {
            nodeSelector = size.node_selector
            resources = {
              requests = size.requests
              limits   = size.limits
            }
          }
        }
      }
    }
  }

  # A default instance type that nobody set is the service's to choose.
  ignore_null_property = true

  depends_on = [azurerm_kubernetes_cluster_extension.azureml]
}

resource "azurerm_federated_identity_credential" "ml" {
  for_each = var.azureml_config.should_federate_ml_identity ? var.azureml_config.federated_credentials : {}

  name                = each.key
  resource_group_name = var.resource_group.name
  parent_id           = var.ml_identity.id
  issuer              = azurerm_kubernetes_cluster.main.oidc_issuer_url
  subject             = "system:serviceaccount:${each.value.namespace}:${each.value.service_account}"
  audience            = ["api://AzureADTokenExchange"]
}

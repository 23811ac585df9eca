output "cluster" {
  description = "AKS cluster: id, name and the issuer of its service account tokens."
  value = {
    id              = azurerm_kubernetes_cluster.main.id
    name            = azurerm_kubernetes_cluster.main.name
    oidc_issuer_url = azurerm_kubernetes_cluster.main.oidc_issuer_url
  }
}

output "node_pool_names" {
  description = "Node pools for workloads."
  value       = values(azurerm_kubernetes_cluster_node_pool.workload)[*].name
}

output "extension_id" {
  description = "AzureML extension; null where it is not installed from here."
  value       = one(azurerm_kubernetes_cluster_extension.azureml[*].id)
}

output "compute" {
  description = "Kubernetes compute in the workspace; null where the cluster is not integrated."
  value = var.azureml_config.should_integrate_aks ? {
    id   = azapi_resource.compute[0].id
    name = azapi_resource.compute[0].name
  } : null
}

output "federated_subjects" {
  description = "Service accounts that may act as the ML identity, by credential."
  value       = { for name, credential in azurerm_federated_identity_credential.ml : name => credential.subject }
}

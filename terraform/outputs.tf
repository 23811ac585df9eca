output "resource_group_name" {
  description = "Resource group of the environment."
  value       = module.platform.resource_group.name
}

output "workspace_name" {
  description = "Azure ML workspace."
  value       = module.platform.ml_workspace.name
}

output "cluster" {
  description = "AKS cluster: id, name and the issuer of its service account tokens."
  value       = module.sil.cluster
}

output "compute_name" {
  description = "Compute to name in a job; null while the cluster is not part of the workspace."
  value       = try(module.sil.compute.name, null)
}

output "ml_identity_client_id" {
  description = "Client id that an application's service account carries as its annotation."
  value       = module.platform.ml_identity.client_id
}

locals {
  tags = merge(
    {
      project     = var.resource_prefix
      environment = var.environment
      managed-by  = "terraform"
    },
    var.tags,
  )
}

module "platform" {
  source = "./modules/platform"

  resource_prefix = var.resource_prefix
  environment     = var.environment
  instance        = var.instance
  location        = var.location
  tags            = local.tags

  should_enable_storage_shared_access_key = var.should_enable_storage_shared_access_key
  system_datastores_auth_mode             = "identity"

  data_contributors = var.data_contributors
}

module "sil" {
  source = "./modules/sil"

  resource_prefix = var.resource_prefix
  environment     = var.environment
  instance        = var.instance
  tags            = local.tags

  resource_group     = module.platform.resource_group
  ml_workspace       = module.platform.ml_workspace
  ml_identity        = module.platform.ml_identity
  container_registry = module.platform.container_registry

  kubernetes_version = var.kubernetes_version
  node_pools         = var.node_pools

  azureml_config = {
    should_integrate_aks        = var.should_integrate_aks_cluster
    should_install_extension    = var.should_integrate_aks_cluster
    should_federate_ml_identity = var.should_integrate_aks_cluster

    compute = {
      identity              = { id = module.platform.ml_identity.id }
      default_instance_type = try(sort(keys(var.instance_types))[0], null)
      instance_types        = var.instance_types
    }

    # Training jobs act as the compute's identity. Only the applications beside them need these.
    federated_credentials = {
      for name, workload in var.workloads : "${name}-fic" => {
        namespace       = workload.namespace
        service_account = coalesce(workload.service_account, name)
      }
    }
  }

  # The roles must have been granted before a compute attaches that lives by them.
  depends_on = [module.platform]
}

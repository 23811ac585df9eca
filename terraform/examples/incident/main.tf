# An environment as a team once had it. It plans and applies without a warning, and no training job
# can read a registered model. Verify it together with world.json, which says what was live.

locals {
  tags = merge({ environment = var.environment, project = var.resource_prefix }, var.tags)

  instance_types = {
    cpu = {
      requests = { cpu = "2", memory = "8Gi" }
      limits   = { cpu = "4", memory = "16Gi" }
    }
    gpu = {
      node_selector = { accelerator = "nvidia" }
      requests      = { cpu = "4", memory = "32Gi" }
      limits        = { cpu = "8", memory = "64Gi", "nvidia.com/gpu" = "1" }
    }
  }
}

module "platform" {
  source = "../../modules/platform"

  resource_prefix = var.resource_prefix
  environment     = var.environment
  instance        = var.instance
  location        = var.location
  tags            = local.tags

  should_enable_storage_shared_access_key = var.should_enable_storage_shared_access_key
}

module "sil" {
  source = "../../modules/sil"

  resource_prefix = var.resource_prefix
  environment     = var.environment
  instance        = var.instance
  tags            = local.tags

  resource_group     = module.platform.resource_group
  ml_workspace       = module.platform.ml_workspace
  ml_identity        = module.platform.ml_identity
  container_registry = module.platform.container_registry

  node_pools = var.node_pools

  azureml_config = {
    should_integrate_aks = var.should_integrate_aks_cluster

    compute = {
      default_instance_type = "gpu"
      instance_types        = local.instance_types
    }
  }
}

subscription_id = "8d2f6f0b-7c1e-4a55-b3a9-5e0c9d1f4b26"
resource_prefix = "osmorobo"
environment     = "tst"
location        = "westus3"

should_integrate_aks_cluster = true

node_pools = {
  gpu = {
    vm_size   = "Standard_NV36ads_A10_v5"
    max_count = 4
    labels    = { accelerator = "nvidia" }
  }
}

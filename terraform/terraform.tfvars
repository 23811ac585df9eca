subscription_id = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
resource_prefix = "armpilot"
environment     = "dev"
location        = "westus3"

should_integrate_aks_cluster = true

tags = {
  owner       = "robot-learning"
  cost-center = "4711"
}

data_contributors = {
  robot-learning = { principal_id = "c5d0a1f4-8f0e-4b55-9c5b-2f6f1c7b9a31" }
}

node_pools = {
  cpu = {
    vm_size   = "Standard_D8s_v5"
    min_count = 1
    max_count = 3
    max_surge = "33%"
  }
  gpu = {
    vm_size   = "Standard_NC4as_T4_v3"
    max_count = 4
    labels    = { accelerator = "nvidia" }
  }
  gpubig = {
    vm_size   = "Standard_NC24ads_A100_v4"
    max_count = 0
    labels    = { accelerator = "nvidia" }
  }
}

instance_types = {
  cpu = {
    requests = { cpu = "2", memory = "8Gi" }
    limits   = { cpu = "4", memory = "16Gi" }
  }
  gpu = {
    node_selector = { accelerator = "nvidia" }
    requests      = { cpu = "2", memory = "16Gi" }
    limits        = { cpu = "3", memory = "24Gi", "nvidia.com/gpu" = "1" }
  }
}

workloads = {
  pilot-runner = { namespace = "robotics" }
}

variable "resource_prefix" {
  description = "First part of every name."
  type        = string
}

variable "environment" {
  description = "Stage of the environment: dev, tst or prd."
  type        = string
}

variable "instance" {
  description = "Number of the environment within its stage, three digits."
  type        = string
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

variable "resource_group" {
  description = "Resource group that the cluster is built in."
  type = object({
    id       = string
    name     = string
    location = string
  })
}

variable "ml_workspace" {
  description = "Azure ML workspace that the cluster attaches to."
  type = object({
    id   = string
    name = string
  })
}

variable "ml_identity" {
  description = "User-assigned identity that ML workloads act as."
  type = object({
    id           = string
    principal_id = string
    client_id    = string
  })
}

variable "container_registry" {
  description = "Registry that the nodes pull from."
  type = object({
    id           = string
    login_server = string
  })
}

variable "kubernetes_version" {
  description = "Minor version of the cluster. Null takes the region's default."
  type        = string
  default     = null
}

variable "node_pools" {
  description = "Node pools for workloads, by name. A pool with max_count 0 stays declared but is not built."
  type = map(object({
    vm_size   = string
    max_count = number
    min_count = optional(number, 0)
    priority  = optional(string, "Regular")
    max_surge = optional(string)
    labels    = optional(map(string), {})
    taints    = optional(list(string), [])
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.node_pools) : can(regex("^[a-z][a-z0-9]{0,11}$", name))])
    error_message = "A node pool's name must be 1 to 12 lower-case letters and digits and start with a letter."
  }

  validation {
    condition     = alltrue([for pool in values(var.node_pools) : contains(["Regular", "Spot"], pool.priority)])
    error_message = "A node pool's priority must be Regular or Spot."
  }
}

variable "azureml_config" {
  description = <<-EOT
    How the cluster serves Azure ML.

    should_integrate_aks attaches the cluster to the workspace as a Kubernetes compute.
    should_install_extension installs the AzureML extension, without which no job starts.
    should_federate_ml_identity lets the service accounts in federated_credentials act as the ML identity.
  EOT
  type = object({
    should_integrate_aks        = optional(bool, false)
    should_install_extension    = optional(bool, false)
    should_federate_ml_identity = optional(bool, false)

    extension = optional(object({
      name              = optional(string, "azureml")
      release_train     = optional(string, "stable")
      release_namespace = optional(string, "azureml")
      version           = optional(string)
      settings          = optional(map(string), {})
    }), {})

    compute = optional(object({
      name      = optional(string)
      namespace = optional(string, "azureml")
      # An object, so that its absence is known before the identity itself is.
      identity              = optional(object({ id = string }))
      default_instance_type = optional(string)
      instance_types = optional(map(object({
        node_selector = optional(map(string), {})
        requests      = map(string)
        limits        = map(string)
      })), {})
    }), {})

    federated_credentials = optional(map(object({
      namespace       = string
      service_account = string
      })), {
      aml-default-fic  = { namespace = "azureml", service_account = "default" }
      aml-training-fic = { namespace = "azureml", service_account = "training" }
    })
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{1,15}$", coalesce(var.azureml_config.compute.name, "k8s")))
    error_message = "The compute's name must be 2 to 16 letters, digits and hyphens and start with a letter."
  }

  validation {
    condition     = length(var.azureml_config.federated_credentials) <= 20
    error_message = "A user-assigned identity takes at most 20 federated credentials."
  }
}

variable "subscription_id" {
  description = "Subscription that holds the environment. Null leaves the choice to ARM_SUBSCRIPTION_ID."
  type        = string
  default     = null
}

variable "resource_prefix" {
  description = "First part of every name: the project or the team."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,9}$", var.resource_prefix))
    error_message = "resource_prefix must be 2 to 10 lower-case letters and digits and start with a letter: storage accounts allow no more."
  }
}

variable "environment" {
  description = "Stage of the environment."
  type        = string

  validation {
    condition     = contains(["dev", "tst", "prd"], var.environment)
    error_message = "environment must be dev, tst or prd."
  }
}

variable "instance" {
  description = "Number of the environment within its stage, three digits."
  type        = string
  default     = "001"

  validation {
    condition     = can(regex("^[0-9]{3}$", var.instance))
    error_message = "instance must be three digits, for example \"001\"."
  }
}

variable "location" {
  description = "Azure region of every resource."
  type        = string
}

variable "tags" {
  description = "Tags of every resource, on top of the ones that say what the environment is."
  type        = map(string)
  default     = {}
}

variable "should_integrate_aks_cluster" {
  description = "Whether the cluster serves as a compute of the Azure ML workspace."
  type        = bool
  default     = false
}

variable "should_enable_storage_shared_access_key" {
  description = "Whether storage accepts its account keys. Off: every reader and writer needs a role."
  type        = bool
  default     = false
}

variable "data_contributors" {
  description = "People and groups that upload code and data to the workspace's storage, by a short name."
  type = map(object({
    principal_id   = string
    principal_type = optional(string, "Group")
  }))
  default = {}
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
}

variable "instance_types" {
  description = "Sizes that a training job may ask for, by name."
  type = map(object({
    node_selector = optional(map(string), {})
    requests      = map(string)
    limits        = map(string)
  }))
  default = {}
}

variable "workloads" {
  description = "Applications on the cluster that act as the ML identity, by name. The service account has the application's name unless it says otherwise."
  type = map(object({
    namespace       = string
    service_account = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for workload in values(var.workloads) : workload.namespace != "kube-system"])
    error_message = "A workload may not live in kube-system: the workload identity webhook does not serve it."
  }
}

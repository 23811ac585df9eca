variable "subscription_id" {
  description = "Subscription that holds the environment. Null leaves the choice to ARM_SUBSCRIPTION_ID."
  type        = string
  default     = null
}

variable "resource_prefix" {
  description = "First part of every name: the project or the team."
  type        = string
}

variable "environment" {
  description = "Stage of the environment: dev, tst or prd."
  type        = string
}

variable "instance" {
  description = "Number of the environment within its stage, three digits."
  type        = string
  default     = "001"
}

variable "location" {
  description = "Azure region of every resource."
  type        = string
}

variable "should_integrate_aks_cluster" {
  description = "Whether the cluster serves as a compute of the Azure ML workspace."
  type        = bool
  default     = true
}

variable "should_enable_storage_shared_access_key" {
  description = "Whether storage accepts its account keys."
  type        = bool
  default     = false
}

variable "node_pools" {
  description = "Node pools for workloads, by name."
  type = map(object({
    vm_size   = string
    max_count = number
    min_count = optional(number, 0)
    labels    = optional(map(string), {})
  }))
  default = {}
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

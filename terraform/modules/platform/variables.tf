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

variable "location" {
  description = "Azure region of every resource."
  type        = string
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

variable "should_enable_storage_shared_access_key" {
  description = "Whether storage accepts its account keys."
  type        = bool
  default     = false
}

variable "system_datastores_auth_mode" {
  description = "How the workspace's own datastores reach storage: accesskey, identity or userdelegationsas. Null leaves it to the service, which keeps account keys."
  type        = string
  default     = null

  validation {
    condition = var.system_datastores_auth_mode == null ? true : contains(
      ["accesskey", "identity", "userdelegationsas"],
      lower(var.system_datastores_auth_mode),
    )
    error_message = "system_datastores_auth_mode must be accesskey, identity or userdelegationsas."
  }
}

variable "data_contributors" {
  description = "People and groups that upload code and data, by a short name."
  type = map(object({
    principal_id   = string
    principal_type = optional(string, "Group")
  }))
  default = {}
}

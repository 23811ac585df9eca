variable "name" {
  description = "Name of the environment that is verified, for example armpilot-dev-001. It ends up in the identity's and the role's name, and a role's name must be unique in the tenant."
  type        = string
}

variable "scope" {
  description = "ARM id of the resource group or subscription to verify. The verifier reads everything below it and nothing beside it. A fleet of environments in one subscription is verified with one role at the subscription."
  type        = string

  validation {
    condition     = can(regex("^/subscriptions/[0-9a-fA-F-]{36}(/resourceGroups/[^/]+)?$", var.scope))
    error_message = "scope must be the ARM id of a subscription or a resource group."
  }
}

variable "resource_group" {
  description = "Resource group that holds the verifier's own identity. Need not be the one that is verified."
  type = object({
    name     = string
    location = string
  })
}

variable "ci_issuer" {
  description = "Issuer of the CI system's tokens, exactly as in their iss claim. GitHub Actions: https://token.actions.githubusercontent.com. Azure DevOps: the service connection's page shows it. There is no default: whoever this names can become the verifier."
  type        = string

  validation {
    condition     = startswith(var.ci_issuer, "https://")
    error_message = "ci_issuer must be an https URL."
  }
}

variable "ci_subject" {
  description = "Subject of the one CI job that may become the verifier, exactly as in its sub claim. GitHub Actions: repo:ORG/REPO:environment:NAME, or repo:ORG/REPO:ref:refs/heads/main; pull requests carry repo:ORG/REPO:pull_request. Entra compares it as a whole and in its case; wildcards do not work."
  type        = string

  validation {
    condition     = length(var.ci_subject) > 0 && !strcontains(var.ci_subject, "*")
    error_message = "ci_subject must be one whole subject without wildcards."
  }
}

variable "kubernetes_access" {
  description = "Cluster whose namespaces and service accounts the verifier may read too. Null: the verifier reads ARM only, and checks that need the Kubernetes API end as unverified. Works on clusters with Azure RBAC for Kubernetes; elsewhere bind the identity to a ClusterRole with get and list on namespaces and serviceaccounts."
  type = object({
    cluster_id = string
  })
  default = null
}

variable "tags" {
  description = "Tags of the verifier's identity."
  type        = map(string)
  default     = {}
}

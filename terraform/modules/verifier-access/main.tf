locals {
  # One action for each thing that is read. None of them returns a key, a token or a secret, and none writes.
  # A missing action makes the checks that need it unverified; it never makes them pass.
  arm_read_actions = [
    # Resources whose names are only known after apply are looked up by type within their group.
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Resources/subscriptions/resourceGroups/resources/read",

    # Cluster: issuer, workload identity, local accounts, whether it runs.
    "Microsoft.ContainerService/managedClusters/read",
    # Which workspaces it lets in where its local accounts are off.
    "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/read",

    # AzureML extension: state, settings, its own identity.
    "Microsoft.KubernetesConfiguration/extensions/read",

    # Identities that jobs and applications act as, and who may become them.
    "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",

    # Who may do what: grants, what a custom role contains, what is denied in spite of a grant.
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleDefinitions/read",
    "Microsoft.Authorization/denyAssignments/read",

    # What has no public network: its private endpoint, the endpoint's DNS zones, and which networks ask those.
    # Of a vault its settings alone; what it keeps needs data actions, of which there are none here.
    "Microsoft.ContainerRegistry/registries/read",
    "Microsoft.KeyVault/vaults/read",
    "Microsoft.Network/privateEndpoints/read",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read",
    "Microsoft.Network/virtualNetworks/read",

    # What a workspace is logged in: whether it is there, and as it was meant. What is logged is data, and not read.
    "Microsoft.Insights/components/read",
    "Microsoft.OperationalInsights/workspaces/read",

    # Which policies keep something as it is. The service takes the query as a POST; it changes nothing.
    "Microsoft.Authorization/policyAssignments/read",
    "Microsoft.Authorization/policyDefinitions/read",
    "Microsoft.PolicyInsights/policyStates/queryResults/action",

    # Whether account keys work. The keys themselves need listKeys/action, which is not here.
    "Microsoft.Storage/storageAccounts/read",

    # Whether the containers and shares exist that datastores stand for. What is in them is data, and not read.
    "Microsoft.Storage/storageAccounts/blobServices/containers/read",
    "Microsoft.Storage/storageAccounts/fileServices/shares/read",

    # Workspace: auth mode, computes with their identity, datastores with their kind of credential.
    # A datastore's secret needs listSecrets/action, which is not here either.
    "Microsoft.MachineLearningServices/workspaces/read",
    "Microsoft.MachineLearningServices/workspaces/computes/read",
    "Microsoft.MachineLearningServices/workspaces/datastores/read",
  ]

  # The cluster's address and certificate for a caller that has no rights yet; the rights come from the
  # Azure RBAC role below. Never listClusterAdminCredential: that one is a key to the whole cluster.
  kubernetes_actions = var.kubernetes_access == null ? [] : [
    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
  ]
}

resource "azurerm_user_assigned_identity" "verifier" {
  name                = "id-verify-infra-${var.name}"
  resource_group_name = var.resource_group.name
  location            = var.resource_group.location
  tags                = var.tags
}

resource "azurerm_role_definition" "reader" {
  name        = "Verify Infra Reader (${var.name})"
  scope       = var.scope
  description = "Reads what verify-infra compares with Terraform. No keys, no secrets, no data, no writes."

  permissions {
    actions          = concat(local.arm_read_actions, local.kubernetes_actions)
    not_actions      = []
    data_actions     = []
    not_data_actions = []
  }

  assignable_scopes = [var.scope]
}

resource "azurerm_role_assignment" "reader" {
  scope              = var.scope
  role_definition_id = azurerm_role_definition.reader.role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.verifier.principal_id
  principal_type     = "ServicePrincipal"
}

# Namespaces and service accounts, and nothing that holds a secret: this built-in role leaves Secrets out.
resource "azurerm_role_assignment" "kubernetes_reader" {
  count = var.kubernetes_access == null ? 0 : 1

  scope                = var.kubernetes_access.cluster_id
  role_definition_name = "Azure Kubernetes Service RBAC Reader"
  principal_id         = azurerm_user_assigned_identity.verifier.principal_id
  principal_type       = "ServicePrincipal"
}

# The CI job signs in with its own token: there is no secret to store, leak or rotate.
resource "azurerm_federated_identity_credential" "ci" {
  name                = "ci"
  resource_group_name = var.resource_group.name
  parent_id           = azurerm_user_assigned_identity.verifier.id
  issuer              = var.ci_issuer
  subject             = var.ci_subject
  audience            = ["api://AzureADTokenExchange"]
}

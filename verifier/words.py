"""The words a check is written in; a check file imports these and pytest, nothing else."""

from verifier.access.effective import (
    ATTACHING,
    BLOB_DATA,
    BLOB_READ,
    LIST_KEYS,
    PULL,
    PULL_FROM_REPOSITORIES,
    Barred,
    Conditional,
    Granted,
    Missing,
    Right,
    Undecided,
    names_of,
)
from verifier.checking.doubt import refuse_doubtful, refuse_young
from verifier.checking.finding import Fix
from verifier.checking.selection import Integration, Passed, Root
from verifier.checking.verdicts import agree, concern, disagree, inert, intend, note, observe, pending, text_of
from verifier.edits.edit import Add, Edit, Say
from verifier.kinds.cluster import Cluster, is_public
from verifier.kinds.compare import (
    arm_key,
    exactly,
    group_of,
    name_of,
    same_addresses,
    same_arm_id,
    same_arm_ids,
    same_set,
    same_setting,
    same_text,
    same_word,
    same_words,
    subscription_in,
    within,
)
from verifier.kinds.compute import Compute, InstanceType, wrong_in_name
from verifier.kinds.datastore import Datastore
from verifier.kinds.event import stuck_pods
from verifier.kinds.extension import AZUREML, Extension
from verifier.kinds.extension_settings import known_settings, nearest_setting, setting_named
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.federated_credential import AUDIENCE, FederatedCredential, service_account_of
from verifier.kinds.federation import federation
from verifier.kinds.identity import Identity
from verifier.kinds.installed_type import GPU, gpus_of, is_named_for_gpus, needs_of, overdrawn, unlike
from verifier.kinds.kubernetes_names import can_name_a_namespace, can_name_an_account
from verifier.kinds.metadata import Metadata
from verifier.kinds.node import Node
from verifier.kinds.node_pool import NodePool
from verifier.kinds.pod import USE_LABEL
from verifier.kinds.role_assignment import RoleAssignment
from verifier.kinds.scheduling import (
    Toleration,
    keeping_out,
    missing_labels,
    selector_of,
    taints_keeping_out,
    tolerations_of,
)
from verifier.kinds.service_account import Namespace, ServiceAccount
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.trusted_access import WORKLOAD_ROLE, TrustedAccess
from verifier.kinds.workspace import Workspace
from verifier.world import Flag, Gated, NotThere, Subject, World
from verifier.world.acting import acts_as_itself, identities_acting, stated_identity
from verifier.world.assignments import LiveAssignment, live_assignment
from verifier.world.correcting import (
    audience_meant,
    edits_for_issuer,
    edits_for_principal,
    edits_for_principal_of,
    edits_for_token,
    stands_for,
)
from verifier.world.data_accounts import DataAccount, keyless_shares, stated_accounts_behind
from verifier.world.federation import (
    accounts_annotated_for,
    accounts_stated,
    annotating,
    live_credentials,
    namespaces_known,
    namespaces_made,
    planned_credentials,
)
from verifier.world.foundations import Foundation
from verifier.world.governed import KEYS, governed_facts
from verifier.world.granting import edits_for_attaching, edits_for_grant, edits_for_images, edits_for_login
from verifier.world.grants import (
    grant_key,
    granted_to,
    grantee_of,
    held_by,
    identity_grantee,
    is_granted_to,
    is_one_reference,
    is_run_as,
    lacks_grants,
    may_be_the_same_principal,
    opened_by,
    stated_grants,
)
from verifier.world.hosting import (
    extensions_kept_out,
    extensions_meant,
    is_looked_up,
    live_binding,
    live_extensions_on,
    planned_cluster_of,
    pools_of,
    stated_binding,
    stated_extension_on,
)
from verifier.world.joined import Principal, Submitter
from verifier.world.lookups import LookedUp
from verifier.world.mending import edits_for_auth_mode, edits_for_identity, edits_to_import
from verifier.world.needing import Needing
from verifier.world.placing import Pods, placing_of
from verifier.world.policies import may_have_keys, policies_on
from verifier.world.private_way import gap_between, planned_endpoint_to, zones_left_out
from verifier.world.reach import (
    Gap,
    Reach,
    default_action,
    is_closed,
    pools_left_out,
    public_access,
    refuse_unlisted_computes,
    refused_by_rules,
    states_rules,
)
from verifier.world.rights import assigned_right, data_right_holders, lacks_shares, live_right, may_take_keys
from verifier.world.roles import is_listed, is_made_here, role_named, roles_meant, stated_role
from verifier.world.saying import (
    by_replacing,
    edits_to_say,
    how_to_change,
    instead_of,
    root_variable_behind,
    where_said,
    where_to_say,
)
from verifier.world.scripts import Script, both_make, kind_of_script
from verifier.world.source import Named, Repeated, Setting, Unwatched
from verifier.world.storage_provider import key_bound_in, provider_place, reaches_with_token
from verifier.world.surfaces import Access, Intent, Live, Recorded, Resource
from verifier.world.threeway import Existence, Word, import_block, moved_block
from verifier.world.training import JobPods, training
from verifier.world.trust import is_aks_issuer
from verifier.world.within_cluster import events_in, installed_types, nodes, pods_in, webhooks
from verifier.world.written import clashes, writing_as_one

__all__ = [
    "ATTACHING",
    "AUDIENCE",
    "AZUREML",
    "BLOB_DATA",
    "BLOB_READ",
    "GPU",
    "KEYS",
    "LIST_KEYS",
    "PULL",
    "PULL_FROM_REPOSITORIES",
    "USE_LABEL",
    "WORKLOAD_ROLE",
    "Access",
    "Add",
    "Barred",
    "Cluster",
    "Compute",
    "Conditional",
    "DataAccount",
    "Datastore",
    "Edit",
    "Existence",
    "Extension",
    "Fact",
    "FederatedCredential",
    "Fix",
    "Flag",
    "Foundation",
    "Gap",
    "Gated",
    "Granted",
    "Identity",
    "InstanceType",
    "Integration",
    "Intent",
    "JobPods",
    "Live",
    "LiveAssignment",
    "LookedUp",
    "Metadata",
    "Missing",
    "Named",
    "Namespace",
    "Needing",
    "Node",
    "NodePool",
    "NotKnown",
    "NotThere",
    "Passed",
    "Pods",
    "Principal",
    "Reach",
    "Recorded",
    "Repeated",
    "Resource",
    "Right",
    "RoleAssignment",
    "Root",
    "Say",
    "Script",
    "ServiceAccount",
    "Setting",
    "StorageAccount",
    "Subject",
    "Submitter",
    "Toleration",
    "TrustedAccess",
    "Undecided",
    "Unwatched",
    "Word",
    "Workspace",
    "World",
    "accounts_annotated_for",
    "accounts_stated",
    "acts_as_itself",
    "agree",
    "annotating",
    "arm_key",
    "assigned_right",
    "audience_meant",
    "both_make",
    "by_replacing",
    "can_name_a_namespace",
    "can_name_an_account",
    "clashes",
    "concern",
    "data_right_holders",
    "default_action",
    "disagree",
    "edits_for_attaching",
    "edits_for_auth_mode",
    "edits_for_grant",
    "edits_for_identity",
    "edits_for_images",
    "edits_for_issuer",
    "edits_for_login",
    "edits_for_principal",
    "edits_for_principal_of",
    "edits_for_token",
    "edits_to_import",
    "edits_to_say",
    "events_in",
    "exactly",
    "extensions_kept_out",
    "extensions_meant",
    "federation",
    "gap_between",
    "governed_facts",
    "gpus_of",
    "grant_key",
    "granted_to",
    "grantee_of",
    "group_of",
    "held_by",
    "how_to_change",
    "identities_acting",
    "identity_grantee",
    "import_block",
    "inert",
    "installed_types",
    "instead_of",
    "intend",
    "is_aks_issuer",
    "is_closed",
    "is_granted_to",
    "is_listed",
    "is_looked_up",
    "is_made_here",
    "is_named_for_gpus",
    "is_one_reference",
    "is_public",
    "is_run_as",
    "keeping_out",
    "key_bound_in",
    "keyless_shares",
    "kind_of_script",
    "known_settings",
    "lacks_grants",
    "lacks_shares",
    "live_assignment",
    "live_binding",
    "live_credentials",
    "live_extensions_on",
    "live_right",
    "may_be_the_same_principal",
    "may_have_keys",
    "may_take_keys",
    "missing_labels",
    "moved_block",
    "name_of",
    "names_of",
    "namespaces_known",
    "namespaces_made",
    "nearest_setting",
    "needs_of",
    "nodes",
    "note",
    "observe",
    "opened_by",
    "overdrawn",
    "pending",
    "placing_of",
    "planned_cluster_of",
    "planned_credentials",
    "planned_endpoint_to",
    "pods_in",
    "policies_on",
    "pools_left_out",
    "pools_of",
    "provider_place",
    "public_access",
    "reaches_with_token",
    "refuse_doubtful",
    "refuse_unlisted_computes",
    "refuse_young",
    "refused_by_rules",
    "role_named",
    "roles_meant",
    "root_variable_behind",
    "same_addresses",
    "same_arm_id",
    "same_arm_ids",
    "same_set",
    "same_setting",
    "same_text",
    "same_word",
    "same_words",
    "selector_of",
    "service_account_of",
    "setting_named",
    "stands_for",
    "stated_accounts_behind",
    "stated_binding",
    "stated_extension_on",
    "stated_grants",
    "stated_identity",
    "stated_role",
    "states_rules",
    "stuck_pods",
    "subscription_in",
    "taints_keeping_out",
    "text_of",
    "tolerations_of",
    "training",
    "unlike",
    "webhooks",
    "where_said",
    "where_to_say",
    "within",
    "writing_as_one",
    "wrong_in_name",
    "zones_left_out",
]

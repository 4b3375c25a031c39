"""Kinds of nodes and edges, states of an edge, impact classes: the words that the whole product shares.

Input: none. Output: enumerations, stable names that snapshots store. Not handled: which edge kinds exist between which
node kinds and what they mean in prose; that is data in ``graph/catalog/edges.toml``.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

__all__ = ["IDENTITY_KINDS", "Category", "EdgeKind", "Impact", "NodeKind", "State", "category_of"]


class Category(StrEnum):
    """What a node is for people and for the engine."""

    IDENTITY = "identity"
    HUMAN = "human"
    GROUP = "group"
    CREDENTIAL = "credential"
    WORKLOAD = "workload"
    RESOURCE = "resource"
    SECRET = "secret"
    SCOPE = "scope"
    FEDERATION = "federation"
    """An outside party that may become an identity here: issuer, subject, provider, another account, anyone."""
    IDENTITY_STATE = "identity-state"
    """An identity after a change of its state: a step on the way, never counted as one more identity."""
    PRIVILEGE = "privilege"
    """Full control of a scope (``ScopeAdmin``)."""
    HUB = "hub"
    """A class of sources or targets; never shown as a step of its own, costs no hop."""


class NodeKind(StrEnum):
    """What a node is, provider-prefixed where the word alone would be ambiguous."""

    AWS_USER = "AwsUser"
    AWS_ROLE = "AwsRole"
    AWS_ROOT = "AwsRoot"
    AWS_GROUP = "AwsGroup"
    AWS_ACCESS_KEY = "AwsAccessKey"
    AWS_PASSWORD = "AwsPassword"
    AWS_SERVICE_CREDENTIAL = "AwsServiceCredential"
    AWS_SIGNING_CERTIFICATE = "AwsSigningCertificate"
    AWS_ACCOUNT = "AwsAccount"
    AWS_ORGANIZATION = "AwsOrganization"
    AWS_OIDC_PROVIDER = "AwsOidcProvider"
    AWS_SAML_PROVIDER = "AwsSamlProvider"
    AWS_EXTERNAL_PRINCIPAL = "AwsExternalPrincipal"
    """A principal named by ARN or dead unique id in an account that was not collected, or that no longer exists."""
    AWS_ANYONE = "AwsAnyone"
    """Any AWS principal of any account (``Principal: "*"``)."""
    OIDC_ISSUER = "OidcIssuer"
    OIDC_SUBJECT = "OidcSubject"
    """The set of token subjects that a trust accepts, by its pattern."""
    LAMBDA_FUNCTION = "AwsLambdaFunction"
    EC2_INSTANCE = "AwsEc2Instance"
    S3_BUCKET = "AwsS3Bucket"
    KMS_KEY = "AwsKmsKey"
    SECRET = "AwsSecret"
    APPRUNNER_SERVICE = "AwsAppRunnerService"
    AUTO_SCALING_GROUP = "AwsAutoScalingGroup"
    BATCH_JOB_DEFINITION = "AwsBatchJobDefinition"
    BATCH_COMPUTE_ENVIRONMENT = "AwsBatchComputeEnvironment"
    BEDROCK_CODE_INTERPRETER = "AwsBedrockCodeInterpreter"
    BEDROCK_AGENT_RUNTIME = "AwsBedrockAgentRuntime"
    CLOUDFORMATION_STACK = "AwsCloudFormationStack"
    CLOUDFORMATION_STACK_SET = "AwsCloudFormationStackSet"
    CODEBUILD_PROJECT = "AwsCodeBuildProject"
    CODEPIPELINE = "AwsCodePipeline"
    DATA_PIPELINE = "AwsDataPipeline"
    ECS_TASK_DEFINITION = "AwsEcsTaskDefinition"
    ECS_SERVICE = "AwsEcsService"
    ECS_TASK = "AwsEcsTask"
    EKS_CLUSTER = "AwsEksCluster"
    GLUE_DEV_ENDPOINT = "AwsGlueDevEndpoint"
    GLUE_JOB = "AwsGlueJob"
    LAUNCH_TEMPLATE = "AwsLaunchTemplate"
    SAGEMAKER_NOTEBOOK = "AwsSageMakerNotebook"
    SAGEMAKER_STUDIO_APP = "AwsSageMakerStudioApp"
    SSM_AUTOMATION = "AwsSsmAutomation"
    STATE_MACHINE = "AwsStateMachine"
    EVENT_TRIGGER = "AwsTrigger"
    API = "AwsApi"
    API_AUTHORIZER = "AwsApiAuthorizer"
    DYNAMODB_TABLE = "AwsDynamoDbTable"
    DYNAMODB_STREAM = "AwsDynamoDbStream"
    ECR_REPOSITORY = "AwsEcrRepository"
    EVENT_BUS = "AwsEventBus"
    LAMBDA_LAYER = "AwsLambdaLayer"
    SNS_TOPIC = "AwsSnsTopic"
    SQS_QUEUE = "AwsSqsQueue"
    SSM_DOCUMENT = "AwsSsmDocument"
    SSM_PARAMETER = "AwsSsmParameter"
    TRAIL = "AwsCloudTrail"
    PERMISSION_SET = "AwsPermissionSet"
    IDENTITY_CENTER_PRINCIPAL = "AwsIdentityCenterPrincipal"
    TRUST_ANCHOR = "AwsTrustAnchor"
    COGNITO_IDENTITY_POOL = "AwsCognitoIdentityPool"
    AWS_CHANGED_IDENTITY = "AwsChangedIdentity"
    """A user or role as it is after a change of its own state (tag set, boundary removed, device enrolled)."""
    SCOPE_ADMIN = "ScopeAdmin"
    HUB = "Hub"
    ENTRA_TENANT = "EntraTenant"
    ENTRA_ADMINISTRATIVE_UNIT = "EntraAdministrativeUnit"
    ENTRA_APPLICATION = "EntraApplication"
    """An application registered in the tenant: what carries credentials; its service principal is who acts."""
    ENTRA_BLUEPRINT = "EntraAgentBlueprint"
    ENTRA_SERVICE_PRINCIPAL = "EntraServicePrincipal"
    ENTRA_MICROSOFT_PRINCIPAL = "EntraMicrosoftServicePrincipal"
    """Service principal of an application of Microsoft's own, which every tenant has hundreds of."""
    ENTRA_BLUEPRINT_PRINCIPAL = "EntraAgentBlueprintPrincipal"
    ENTRA_MANAGED_IDENTITY = "EntraManagedIdentity"
    ENTRA_AGENT_IDENTITY = "EntraAgentIdentity"
    ENTRA_AGENT_USER = "EntraAgentUser"
    ENTRA_USER = "EntraUser"
    ENTRA_GROUP = "EntraGroup"
    ENTRA_SECRET = "EntraClientSecret"
    ENTRA_CERTIFICATE = "EntraCertificate"
    ENTRA_FEDERATED_CREDENTIAL = "EntraFederatedCredential"
    ENTRA_API = "EntraApi"
    """What an application offers as an API, Microsoft Graph for example: reached by app roles and consents."""
    ENTRA_EXTERNAL_PRINCIPAL = "EntraExternalPrincipal"
    """An object that a grant or a list names and that was not collected, or that no longer exists."""
    AZURE_ROOT = "AzureRoot"
    """The scope above all management groups of a tenant."""
    AZURE_MANAGEMENT_GROUP = "AzureManagementGroup"
    AZURE_SUBSCRIPTION = "AzureSubscription"
    AZURE_RESOURCE_GROUP = "AzureResourceGroup"
    AZURE_VIRTUAL_MACHINE = "AzureVirtualMachine"
    AZURE_SCALE_SET = "AzureScaleSet"
    AZURE_APP_SERVICE = "AzureAppService"
    """A web or function app, or a slot of one."""
    AZURE_LOGIC_APP = "AzureLogicApp"
    AZURE_AUTOMATION_ACCOUNT = "AzureAutomationAccount"
    AZURE_KUBERNETES_CLUSTER = "AzureKubernetesCluster"
    AZURE_CONTAINER_APP = "AzureContainerApp"
    """A container app, or a job of one."""
    AZURE_CONTAINER_GROUP = "AzureContainerGroup"
    AZURE_WORKLOAD = "AzureWorkload"
    """Any other resource in which code runs; its ARM type is among its attributes."""
    AZURE_KEY_VAULT = "AzureKeyVault"
    AZURE_KEY_VAULT_SECRET = "AzureKeyVaultSecret"
    AZURE_STORAGE_ACCOUNT = "AzureStorageAccount"
    AZURE_IDENTITY_RESOURCE = "AzureIdentityResource"
    """A user-assigned managed identity as a resource, at which roles are assigned; who acts is its principal."""
    AZURE_RESOURCE = "AzureResource"
    OTHER_IDENTITY = "OtherIdentity"
    """A non-human identity of a system that no collector reads, from a table or a graph that was imported."""
    OTHER_PERSON = "OtherPerson"
    OTHER_GROUP = "OtherGroup"
    OTHER_CREDENTIAL = "OtherCredential"
    OTHER_WORKLOAD = "OtherWorkload"
    OTHER_RESOURCE = "OtherResource"
    OTHER_SECRET = "OtherSecret"
    OTHER_SCOPE = "OtherScope"
    OTHER_EXTERNAL = "OtherExternal"
    """Named by a table or graph that was imported, and described nowhere."""
    GITHUB_ORGANIZATION = "GitHubOrganization"
    GITHUB_USER = "GitHubUser"
    GITHUB_TEAM = "GitHubTeam"
    """A team, or all members of an organization together."""
    GITHUB_REPOSITORY = "GitHubRepository"
    GITHUB_REPOSITORY_ADMIN = "GitHubRepositoryAdmin"
    """Full control of one repository: a place on the way, as a resource group's is, and no administrator of a scope."""
    GITHUB_ACTIONS_IDENTITY = "GitHubActionsIdentity"
    """Runs of a repository's workflows whose content somebody chooses who pushes to a branch of it."""
    GITHUB_BRANCH = "GitHubBranch"
    """Runs on one branch of which something is known, or which somebody trusts by name."""
    GITHUB_ENVIRONMENT = "GitHubEnvironment"
    """Jobs that run in a deployment environment."""
    GITHUB_WORKFLOW = "GitHubWorkflow"
    GITHUB_JOB = "GitHubJob"
    """One job of a workflow file as it stands."""
    GITHUB_RUNNER = "GitHubRunner"
    GITHUB_APP = "GitHubAppInstallation"
    GITHUB_DEPLOY_KEY = "GitHubDeployKey"
    GITHUB_TOKEN = "GitHubToken"
    GITHUB_SECRET = "GitHubSecret"
    GITHUB_ANYONE = "GitHubAnyone"
    """Whoever has an account at GitHub."""
    GITHUB_EXTERNAL_REPOSITORY = "GitHubExternalRepository"
    """Runs of a repository that a trust names and whose organization was not collected."""
    CI_GROUP = "CiGroup"
    """A group of GitLab, a workspace of Bitbucket."""
    CI_PROJECT = "CiProject"
    """A project of GitLab, a repository of Bitbucket."""
    CI_IDENTITY = "CiIdentity"
    """Runs of a project's pipelines whose content somebody chooses who pushes to a branch of it."""
    CI_BRANCH = "CiBranch"
    """Runs on one branch that somebody trusts by name."""
    CI_ENVIRONMENT = "CiEnvironment"
    """Jobs that deploy to an environment."""
    CI_JOB = "CiJob"
    """One job or step of a pipeline file as it stands."""
    CI_VARIABLE = "CiVariable"
    """A variable of a project, group, workspace or environment, which may hold a secret."""
    TERRAFORM_STATE = "TerraformState"
    """The state of one workspace of Terraform: whoever reads it has every secret in it."""


IDENTITY_KINDS: tuple[NodeKind, ...] = (
    NodeKind.AWS_USER,
    NodeKind.AWS_ROLE,
    NodeKind.AWS_ROOT,
    NodeKind.ENTRA_SERVICE_PRINCIPAL,
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL,
    NodeKind.ENTRA_MANAGED_IDENTITY,
    NodeKind.ENTRA_AGENT_IDENTITY,
    NodeKind.ENTRA_AGENT_USER,
    NodeKind.OTHER_IDENTITY,
    NodeKind.GITHUB_ACTIONS_IDENTITY,
    NodeKind.GITHUB_APP,
    NodeKind.CI_IDENTITY,
)
"""What an inventory and a sweep over all identities count; people (``EntraUser``) are asked about one by one, and
Microsoft's own applications are nobody's to manage."""

_CATEGORY: dict[NodeKind, Category] = {
    NodeKind.AWS_USER: Category.IDENTITY,
    NodeKind.AWS_ROLE: Category.IDENTITY,
    NodeKind.AWS_ROOT: Category.IDENTITY,
    NodeKind.AWS_GROUP: Category.GROUP,
    NodeKind.AWS_ACCESS_KEY: Category.CREDENTIAL,
    NodeKind.AWS_PASSWORD: Category.CREDENTIAL,
    NodeKind.AWS_SERVICE_CREDENTIAL: Category.CREDENTIAL,
    NodeKind.AWS_SIGNING_CERTIFICATE: Category.CREDENTIAL,
    NodeKind.AWS_ACCOUNT: Category.SCOPE,
    NodeKind.AWS_ORGANIZATION: Category.SCOPE,
    NodeKind.AWS_OIDC_PROVIDER: Category.FEDERATION,
    NodeKind.AWS_SAML_PROVIDER: Category.FEDERATION,
    NodeKind.AWS_EXTERNAL_PRINCIPAL: Category.FEDERATION,
    NodeKind.AWS_ANYONE: Category.FEDERATION,
    NodeKind.OIDC_ISSUER: Category.FEDERATION,
    NodeKind.OIDC_SUBJECT: Category.FEDERATION,
    NodeKind.LAMBDA_FUNCTION: Category.WORKLOAD,
    NodeKind.EC2_INSTANCE: Category.WORKLOAD,
    NodeKind.S3_BUCKET: Category.RESOURCE,
    NodeKind.KMS_KEY: Category.RESOURCE,
    NodeKind.SECRET: Category.SECRET,
    NodeKind.APPRUNNER_SERVICE: Category.WORKLOAD,
    NodeKind.AUTO_SCALING_GROUP: Category.WORKLOAD,
    NodeKind.BATCH_JOB_DEFINITION: Category.WORKLOAD,
    NodeKind.BATCH_COMPUTE_ENVIRONMENT: Category.WORKLOAD,
    NodeKind.BEDROCK_CODE_INTERPRETER: Category.WORKLOAD,
    NodeKind.BEDROCK_AGENT_RUNTIME: Category.WORKLOAD,
    NodeKind.CLOUDFORMATION_STACK: Category.WORKLOAD,
    NodeKind.CLOUDFORMATION_STACK_SET: Category.WORKLOAD,
    NodeKind.CODEBUILD_PROJECT: Category.WORKLOAD,
    NodeKind.CODEPIPELINE: Category.WORKLOAD,
    NodeKind.DATA_PIPELINE: Category.WORKLOAD,
    NodeKind.ECS_TASK_DEFINITION: Category.WORKLOAD,
    NodeKind.ECS_SERVICE: Category.WORKLOAD,
    NodeKind.ECS_TASK: Category.WORKLOAD,
    NodeKind.EKS_CLUSTER: Category.WORKLOAD,
    NodeKind.GLUE_DEV_ENDPOINT: Category.WORKLOAD,
    NodeKind.GLUE_JOB: Category.WORKLOAD,
    NodeKind.LAUNCH_TEMPLATE: Category.WORKLOAD,
    NodeKind.SAGEMAKER_NOTEBOOK: Category.WORKLOAD,
    NodeKind.SAGEMAKER_STUDIO_APP: Category.WORKLOAD,
    NodeKind.SSM_AUTOMATION: Category.WORKLOAD,
    NodeKind.STATE_MACHINE: Category.WORKLOAD,
    NodeKind.EVENT_TRIGGER: Category.WORKLOAD,
    NodeKind.API: Category.RESOURCE,
    NodeKind.API_AUTHORIZER: Category.RESOURCE,
    NodeKind.DYNAMODB_TABLE: Category.RESOURCE,
    NodeKind.DYNAMODB_STREAM: Category.RESOURCE,
    NodeKind.ECR_REPOSITORY: Category.RESOURCE,
    NodeKind.EVENT_BUS: Category.RESOURCE,
    NodeKind.LAMBDA_LAYER: Category.RESOURCE,
    NodeKind.SNS_TOPIC: Category.RESOURCE,
    NodeKind.SQS_QUEUE: Category.RESOURCE,
    NodeKind.SSM_DOCUMENT: Category.RESOURCE,
    NodeKind.SSM_PARAMETER: Category.RESOURCE,
    NodeKind.TRAIL: Category.RESOURCE,
    NodeKind.PERMISSION_SET: Category.FEDERATION,
    NodeKind.IDENTITY_CENTER_PRINCIPAL: Category.FEDERATION,
    NodeKind.TRUST_ANCHOR: Category.FEDERATION,
    NodeKind.COGNITO_IDENTITY_POOL: Category.FEDERATION,
    NodeKind.AWS_CHANGED_IDENTITY: Category.IDENTITY_STATE,
    NodeKind.SCOPE_ADMIN: Category.PRIVILEGE,
    NodeKind.HUB: Category.HUB,
    NodeKind.ENTRA_TENANT: Category.SCOPE,
    NodeKind.ENTRA_ADMINISTRATIVE_UNIT: Category.SCOPE,
    NodeKind.ENTRA_APPLICATION: Category.IDENTITY,
    NodeKind.ENTRA_BLUEPRINT: Category.IDENTITY,
    NodeKind.ENTRA_SERVICE_PRINCIPAL: Category.IDENTITY,
    NodeKind.ENTRA_MICROSOFT_PRINCIPAL: Category.IDENTITY,
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL: Category.IDENTITY,
    NodeKind.ENTRA_MANAGED_IDENTITY: Category.IDENTITY,
    NodeKind.ENTRA_AGENT_IDENTITY: Category.IDENTITY,
    NodeKind.ENTRA_AGENT_USER: Category.IDENTITY,
    NodeKind.ENTRA_USER: Category.HUMAN,
    NodeKind.ENTRA_GROUP: Category.GROUP,
    NodeKind.ENTRA_SECRET: Category.CREDENTIAL,
    NodeKind.ENTRA_CERTIFICATE: Category.CREDENTIAL,
    NodeKind.ENTRA_FEDERATED_CREDENTIAL: Category.CREDENTIAL,
    NodeKind.ENTRA_API: Category.RESOURCE,
    NodeKind.ENTRA_EXTERNAL_PRINCIPAL: Category.FEDERATION,
    NodeKind.AZURE_ROOT: Category.SCOPE,
    NodeKind.AZURE_MANAGEMENT_GROUP: Category.SCOPE,
    NodeKind.AZURE_SUBSCRIPTION: Category.SCOPE,
    NodeKind.AZURE_RESOURCE_GROUP: Category.SCOPE,
    NodeKind.AZURE_VIRTUAL_MACHINE: Category.WORKLOAD,
    NodeKind.AZURE_SCALE_SET: Category.WORKLOAD,
    NodeKind.AZURE_APP_SERVICE: Category.WORKLOAD,
    NodeKind.AZURE_LOGIC_APP: Category.WORKLOAD,
    NodeKind.AZURE_AUTOMATION_ACCOUNT: Category.WORKLOAD,
    NodeKind.AZURE_KUBERNETES_CLUSTER: Category.WORKLOAD,
    NodeKind.AZURE_CONTAINER_APP: Category.WORKLOAD,
    NodeKind.AZURE_CONTAINER_GROUP: Category.WORKLOAD,
    NodeKind.AZURE_WORKLOAD: Category.WORKLOAD,
    NodeKind.AZURE_KEY_VAULT: Category.RESOURCE,
    NodeKind.AZURE_KEY_VAULT_SECRET: Category.SECRET,
    NodeKind.AZURE_STORAGE_ACCOUNT: Category.RESOURCE,
    NodeKind.AZURE_IDENTITY_RESOURCE: Category.RESOURCE,
    NodeKind.AZURE_RESOURCE: Category.RESOURCE,
    NodeKind.OTHER_IDENTITY: Category.IDENTITY,
    NodeKind.OTHER_PERSON: Category.HUMAN,
    NodeKind.OTHER_GROUP: Category.GROUP,
    NodeKind.OTHER_CREDENTIAL: Category.CREDENTIAL,
    NodeKind.OTHER_WORKLOAD: Category.WORKLOAD,
    NodeKind.OTHER_RESOURCE: Category.RESOURCE,
    NodeKind.OTHER_SECRET: Category.SECRET,
    NodeKind.OTHER_SCOPE: Category.SCOPE,
    NodeKind.OTHER_EXTERNAL: Category.FEDERATION,
    NodeKind.GITHUB_ORGANIZATION: Category.SCOPE,
    NodeKind.GITHUB_USER: Category.HUMAN,
    NodeKind.GITHUB_TEAM: Category.GROUP,
    NodeKind.GITHUB_REPOSITORY: Category.SCOPE,
    NodeKind.GITHUB_REPOSITORY_ADMIN: Category.WORKLOAD,
    NodeKind.GITHUB_ACTIONS_IDENTITY: Category.IDENTITY,
    NodeKind.GITHUB_BRANCH: Category.WORKLOAD,
    NodeKind.GITHUB_ENVIRONMENT: Category.WORKLOAD,
    NodeKind.GITHUB_WORKFLOW: Category.WORKLOAD,
    NodeKind.GITHUB_JOB: Category.WORKLOAD,
    NodeKind.GITHUB_RUNNER: Category.WORKLOAD,
    NodeKind.GITHUB_APP: Category.IDENTITY,
    NodeKind.GITHUB_DEPLOY_KEY: Category.CREDENTIAL,
    NodeKind.GITHUB_TOKEN: Category.CREDENTIAL,
    NodeKind.GITHUB_SECRET: Category.SECRET,
    NodeKind.GITHUB_ANYONE: Category.FEDERATION,
    NodeKind.GITHUB_EXTERNAL_REPOSITORY: Category.FEDERATION,
    NodeKind.CI_GROUP: Category.SCOPE,
    NodeKind.CI_PROJECT: Category.SCOPE,
    NodeKind.CI_IDENTITY: Category.IDENTITY,
    NodeKind.CI_BRANCH: Category.WORKLOAD,
    NodeKind.CI_ENVIRONMENT: Category.WORKLOAD,
    NodeKind.CI_JOB: Category.WORKLOAD,
    NodeKind.CI_VARIABLE: Category.SECRET,
    NodeKind.TERRAFORM_STATE: Category.RESOURCE,
}


def category_of(kind: NodeKind) -> Category:
    """Return the category of a node kind."""
    return _CATEGORY[kind]


class EdgeKind(StrEnum):
    """What the holder of the source gains, or has."""

    CONTAINS = "CONTAINS"
    MEMBER_OF = "MEMBER_OF"
    AUTHENTICATES_AS = "AUTHENTICATES_AS"
    RUNS_AS = "RUNS_AS"
    TRUSTS = "TRUSTS"
    """Scope level fact: an account's role trusts an outside account; not traversable."""
    CAN_ASSUME = "CAN_ASSUME"
    FEDERATES_INTO = "FEDERATES_INTO"
    ADMIN_OF = "ADMIN_OF"
    CONTROLS = "CONTROLS"
    CAN_CHANGE_OWN_POLICY = "CAN_CHANGE_OWN_POLICY"
    CAN_CHANGE_POLICY_OF = "CAN_CHANGE_POLICY_OF"
    CAN_JOIN_GROUP = "CAN_JOIN_GROUP"
    CAN_CREATE_CREDENTIAL = "CAN_CREATE_CREDENTIAL"
    CAN_CHANGE_TRUST = "CAN_CHANGE_TRUST"
    CAN_PASS_ROLE = "CAN_PASS_ROLE"
    CAN_TAKE_OVER = "CAN_TAKE_OVER"
    CAN_CHANGE_STATE = "CAN_CHANGE_STATE"
    """Changes a tag, a boundary, a device, so that another step opens; ends at the identity as changed."""
    CAN_GRANT = "CAN_GRANT"
    """Lets itself in by a system's own entries (EKS access entry, account assignment, resource policy)."""
    CAN_ACCESS = "CAN_ACCESS"
    OWNS = "OWNS"
    """Ownership as a fact; what it gives is an edge of its own; not traversable."""
    INHERITS = "INHERITS"
    """A member of an Entra group has what the group is assigned."""
    CAN_IMPERSONATE = "CAN_IMPERSONATE"
    """Gets tokens of another identity: a blueprint those of its agents, an agent identity those of its agent user."""
    RELATES_TO = "RELATES_TO"
    """An imported graph says so, and nothing known makes it a step; its own word is in the note; not traversable."""


class State(IntEnum):
    """How sure an edge or an answer is; a path is as sure as its weakest edge, a target as its best path."""

    VOID = 0
    UNVERIFIED = 1
    CONDITIONAL = 2
    VERIFIED = 3

    @property
    def word(self) -> str:
        """Return the lower-case name that every output prints."""
        return self.name.lower()


class Impact(StrEnum):
    """High-impact classes; the lower the number the worse (``reference/standards.md`` §6.3)."""

    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    H4 = "H4"
    H5 = "H5"
    H6 = "H6"
    H7 = "H7"
    H8 = "H8"
    H9 = "H9"
    H10 = "H10"
    H11 = "H11"

// SPDX-License-Identifier: Apache-2.0

/// What a check looks for, by the names that BuildKit has for its build checks
/// (docs.docker.com, reference/build-checks).
public enum CheckRule: String, Hashable, Sendable, CaseIterable {
    case stageNameCasing = "StageNameCasing"
    case fromAsCasing = "FromAsCasing"
    case noEmptyContinuation = "NoEmptyContinuation"
    case consistentInstructionCasing = "ConsistentInstructionCasing"
    case duplicateStageName = "DuplicateStageName"
    case reservedStageName = "ReservedStageName"
    case jsonArgsRecommended = "JSONArgsRecommended"
    case maintainerDeprecated = "MaintainerDeprecated"
    case undefinedArgInFrom = "UndefinedArgInFrom"
    case workdirRelativePath = "WorkdirRelativePath"
    case undefinedVar = "UndefinedVar"
    case multipleInstructionsDisallowed = "MultipleInstructionsDisallowed"
    case legacyKeyValueFormat = "LegacyKeyValueFormat"
    case invalidBaseImagePlatform = "InvalidBaseImagePlatform"
    case redundantTargetPlatform = "RedundantTargetPlatform"
    case secretsUsedInArgOrEnv = "SecretsUsedInArgOrEnv"
    case invalidDefaultArgInFrom = "InvalidDefaultArgInFrom"
    case fromPlatformFlagConstDisallowed = "FromPlatformFlagConstDisallowed"
    case copyIgnoredFile = "CopyIgnoredFile"
    case invalidDefinitionDescription = "InvalidDefinitionDescription"
    case exposeProtoCasing = "ExposeProtoCasing"
    case exposeInvalidFormat = "ExposeInvalidFormat"

    /// Whether it is looked for only where `experimental=` asks for it.
    public var isExperimental: Bool { self == .invalidDefinitionDescription }
}

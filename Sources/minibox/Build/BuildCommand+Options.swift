// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Engine
internal import OCI

/// `minibox build PATH|URL|-`.
enum BuildCommand {
    /// What its line says. A value that is nil, and a list that is empty, was not written.
    struct Options: Sendable {
        var context = BuildRequest.ContextSource.directory(".")

        // The Dockerfile
        var dockerfile: BuildRequest.DockerfileChoice?
        var target: String?
        var arguments: [EnvironmentArgument] = []
        var contexts: [NamedContextArgument] = []
        var platform: String?
        var alwaysPulls = false

        // The result
        var tags: [ImageReference] = []
        var labels: [LabelArgument] = []
        var outputs: [OutputChoice] = []
        var keepsImage = false
        var sendsImage = false
        var sbom: AttestationArgument?
        var provenance: AttestationArgument?
        var attestations: [AttestationArgument] = []
        var imageIDFile: String?
        var metadataFile: String?
        var lease: LeaseArgument?

        // What RUN has
        var secrets: [SecretArgument] = []
        var agents: [BuildRequest.AgentSource] = []
        var network: NetworkChoice?
        var hosts: [HostArgument] = []
        var entitlements: [BuildRequest.Entitlement] = []
        var sharedMemorySize: ByteCount?
        var ulimits: [UlimitArgument] = []
        var cgroupParent: CgroupParentArgument?
        var memory: ByteCount?
        var memorySwap: ByteLimit?
        var cpuShares: CPUShares?
        var cpuPeriod: CPUPeriod?
        var cpuQuota: CPUQuota?
        var cpuList: CPUList?

        // The cache
        var ignoresCache = false
        var uncachedStages: [String] = []
        var cacheSources: [BuildRequest.CacheSource] = []
        var cacheTargets: [BuildRequest.CacheTarget] = []
        var explainsCache = false

        // What is shown
        var call: Call?
        var onlyChecks = false
        var format: OutputFormat?
        var progress: Progress?
        var isQuiet = false
        var opensShell = false
        var parallelism: Int?
    }

    /// What to do with the Dockerfile.
    enum Call: String, Sendable {
        case build, check, outline, targets

        /// Reads the word behind `--call`.
        init(parsing text: String) throws(SyntaxError) {
            guard let call = Call(rawValue: text) else {
                throw SyntaxError(text, "is nothing to do with a Dockerfile", "write build, check, outline or targets")
            }
            self = call
        }
    }

    /// How the build is shown.
    enum Progress: String, Sendable {
        case auto, plain, tty, json, rawjson, quiet

        /// Reads the word behind `--progress`.
        init(parsing text: String) throws(SyntaxError) {
            guard let progress = Progress(rawValue: text) else {
                throw SyntaxError(text, "is no kind of progress", "write auto, plain, tty, json, rawjson or quiet")
            }
            self = progress
        }
    }
}

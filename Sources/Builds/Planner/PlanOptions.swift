// SPDX-License-Identifier: Apache-2.0
public import Engine
public import OCI

/// What a plan depends on beside the Dockerfile and the images.
public struct PlanOptions: Sendable {
    /// nil for the last stage.
    public var target: String?
    /// Whether also the stages that the target does not need are planned: for the checks.
    public var includesAllStages = false
    /// `--build-arg`: of two of one name the later counts.
    public var arguments: [(name: String, value: String)] = []
    public var labels: [(key: String, value: String)] = []
    public var contexts: [String: BuildRequest.ContextSource] = [:]
    /// `--platform`; nil for the machine's.
    public var platform: String?
    public var network = NetworkChoice.mode(.bare)
    public var entitlements: Set<BuildRequest.Entitlement> = []
    public var ignoresCache = false
    public var uncachedStages: [String] = []
    /// The machine that builds, and for which is built.
    public var machine = Platform.current
    /// The time that the image is from, in seconds since 1970, unless `SOURCE_DATE_EPOCH` says another.
    public var now: Int64

    public init(now: Int64) { self.now = now }

    /// What a request says of the plan.
    public init(_ request: BuildRequest, now: Int64) {
        self.now = now
        target = request.target
        arguments = request.arguments
        labels = request.labels
        contexts = request.contexts
        platform = request.platform
        network = request.network
        entitlements = request.entitlements
        ignoresCache = request.ignoresCache
        uncachedStages = request.uncachedStages
    }
}

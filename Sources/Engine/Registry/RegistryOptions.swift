// SPDX-License-Identifier: Apache-2.0

/// What a command line says of how registries are reached.
public struct RegistryOptions: Hashable, Sendable {
    /// Registries that are asked insecurely, beside those of the settings: `--insecure-registry`.
    public var insecure: [String] = []
    /// Whether the one that is meant is asked insecurely, whatever it is: `--tls-verify=false`.
    public var isInsecure = false

    public init() {}
}

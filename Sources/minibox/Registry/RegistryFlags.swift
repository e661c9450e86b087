// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// The flags of how registries are reached, of all commands that speak with one.
enum RegistryFlags {
    /// For a command whose options have what they say at `place`.
    static func flags<Options>(
        at place: any WritableKeyPath<Options, RegistryOptions> & Sendable
    ) -> [Flag<Options>] {
        [
            .texts(
                "insecure-registry", "HOST[:PORT]|NETWORK",
                "Take any certificate of this registry, and http"
            ) { $0[keyPath: place].insecure.append($1) },
            .toggle("tls-verify", "Prove the registry's certificate (true)") {
                $0[keyPath: place].isInsecure = !$1
            },
        ]
    }
}

// SPDX-License-Identifier: Apache-2.0
public import OCI

extension Platform {
    /// Reads `--platform`: `linux/amd64`, `arm64`, `linux/arm/v7`. What is left out is this machine's.
    public init(parsing text: String) throws(SyntaxError) {
        guard let platform = PlatformName.parse(text, machine: .current) else {
            throw SyntaxError(text, "is no platform", "write OS/ARCHITECTURE, as in linux/amd64")
        }
        self = platform
    }
}

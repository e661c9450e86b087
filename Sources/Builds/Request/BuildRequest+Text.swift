// SPDX-License-Identifier: Apache-2.0

extension BuildRequest.ContextSource {
    /// As a person wrote it.
    public var text: String {
        switch self {
        case .directory(let path): path
        case .standardInput: "-"
        case .url(let address), .git(let address): address
        case .image(let name): "docker-image://\(name)"
        case .layout(let place): "oci-layout://\(place)"
        case .stage(let name): "target:\(name)"
        }
    }
}

extension BuildRequest.DockerfileChoice {
    /// As a person wrote it.
    public var text: String {
        switch self {
        case .path(let path): path
        case .standardInput: "-"
        }
    }
}

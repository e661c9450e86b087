// SPDX-License-Identifier: Apache-2.0
internal import Networks
internal import OCI

extension ContainerRequest {
    /// The ports that it is said to listen on, each once: those of the image, of `--expose` and of `-p`.
    func exposedPorts(of execution: ImageConfiguration.Execution?) -> [PortMapping] {
        // What an image says that is no port says nothing.
        let ofImage = (execution?.exposedPorts ?? []).flatMap { (try? PortMapping.parsedExposed($0)) ?? [] }
        var known: Set<PortMapping> = []
        let all = ofImage + exposed + ports.map { PortMapping($0.transport, containerPort: $0.containerPort) }
        return all.filter { known.insert($0).inserted }.sorted {
            ($0.containerPort, $0.transport.rawValue) < ($1.containerPort, $1.transport.rawValue)
        }
    }

    /// The ports of the host that are to lead to it.
    func publishedPorts(of execution: ImageConfiguration.Execution) -> [PortMapping] {
        guard publishesAll else { return ports }
        let named = Set(ports.map(\.inside))
        return ports + exposedPorts(of: execution).filter { !named.contains($0.inside) }
    }
}

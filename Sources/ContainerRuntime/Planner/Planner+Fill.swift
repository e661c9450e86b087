// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Planner {
    /// What fills the volumes of a container that is made and not started yet, as its first start would: other containers
    /// may show them before. Neither what is read nor what is written has mapped owners, so they come out the same.
    public func filling() -> [HostStep] {
        var fills: [HostStep] = []
        for mount in configuration.mounts {
            guard case .tree(let tree) = mount.source, let fresh = tree.fresh else { continue }
            fills.append(
                .fillVolume(
                    VolumeFill(
                        directory: fresh.directory, target: mount.target, container: configuration.id, owners: nil,
                        owner: 0, isDurable: fresh.isDurable)))
        }
        // One layer is that of the places of mounts alone, in which there is nothing.
        guard !fills.isEmpty, let root = configuration.root.layered, root.layers.count > 1 else { return [] }
        var steps: [HostStep] = host.overlayTakesDescriptors ? [] : [.enterMountNamespace]
        for (index, layer) in root.layers.enumerated() {
            steps.append(.copyTree(.layer(index), TreeCopy(path: layer, isRecursive: false)))
        }
        steps.append(
            .mountOverlay(
                Overlay(
                    route: overlayRoute, layers: root.layers.indices.map(Slot.layer), owner: 0, isVolatile: false,
                    isWritable: false)))
        return steps + fills
    }
}

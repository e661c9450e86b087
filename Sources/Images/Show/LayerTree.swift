// SPDX-License-Identifier: Apache-2.0
public import OCI

/// A layer, the images of which it is the topmost, and the layers that images have above it: how images share them.
public struct LayerNode: Hashable, Sendable {
    public let diffID: Digest
    /// Bytes of file contents; nil where the layer is not in the store.
    public let size: Int64?
    /// The instruction that made it, as the image says whose branch it was found in first.
    public let createdBy: String?
    public internal(set) var images: [ImageSummary] = []
    /// By their sizes, the largest first.
    public internal(set) var children: [LayerNode] = []
}

extension ImageStore {
    /// How all images share their layers: a tree for each lowest layer. Images that are damaged, and those without
    /// layers, are left out.
    public func tree() throws(ImageError) -> [LayerNode] {
        // A layer that was not seen yet is a child of this, which is no layer itself.
        var top: [LayerNode] = []
        for summary in try list() {
            let descriptor = ContentDescriptor(mediaType: .manifest, digest: summary.manifestDigest, size: 0)
            guard let manifest = try? manifest(descriptor), let configuration = try? configuration(manifest) else {
                continue
            }
            let makers = configuration.history.filter { !$0.isEmptyLayer }
            let layers = configuration.diffIDs.enumerated().map { place, diffID in
                LayerNode(
                    diffID: diffID, size: record(of: diffID)?.contents.size,
                    createdBy: makers.indices.contains(place) ? makers[place].createdBy ?? makers[place].comment : nil)
            }
            Self.add(layers[...], of: summary, to: &top)
        }
        return Self.sorted(top)
    }

    private static func add(_ layers: ArraySlice<LayerNode>, of image: ImageSummary, to nodes: inout [LayerNode]) {
        guard let first = layers.first else { return }
        let known = nodes.firstIndex { $0.diffID == first.diffID }
        if known == nil { nodes.append(first) }
        let place = known ?? nodes.count - 1
        if layers.count == 1 {
            nodes[place].images.append(image)
        } else {
            add(layers.dropFirst(), of: image, to: &nodes[place].children)
        }
    }

    private static func sorted(_ nodes: [LayerNode]) -> [LayerNode] {
        nodes.map { node in
            var node = node
            node.children = sorted(node.children)
            return node
        }.sorted { ($1.size ?? 0, $0.diffID) < ($0.size ?? 0, $1.diffID) }
    }
}

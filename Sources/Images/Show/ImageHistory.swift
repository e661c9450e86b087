// SPDX-License-Identifier: Apache-2.0
public import OCI

/// One step by which an image was made, with the layer that came of it.
public struct ImageStep: Hashable, Sendable {
    /// When it was done, as RFC 3339 writes it.
    public let created: String?
    /// The instruction, or what stands for it.
    public let createdBy: String?
    public let comment: String?
    /// Nil where the step made no layer.
    public let diffID: Digest?
    /// Bytes of file contents in the layer; nil where it is not in the store.
    public let size: Int64?
}

extension ImageStore {
    /// The steps by which the image was made, the first one first.
    ///
    /// Layers that the configuration's history says nothing of come last, with nothing but their size.
    public func history(of image: Image) -> [ImageStep] {
        var layers = image.configuration.diffIDs[...]
        var steps: [ImageStep] = []
        for entry in image.configuration.history {
            let diffID = entry.isEmptyLayer ? nil : layers.popFirst()
            steps.append(
                ImageStep(
                    created: entry.created, createdBy: entry.createdBy, comment: entry.comment, diffID: diffID,
                    size: diffID == nil ? 0 : diffID.flatMap { record(of: $0)?.contents.size }))
        }
        for diffID in layers {
            steps.append(
                ImageStep(
                    created: nil, createdBy: nil, comment: nil, diffID: diffID,
                    size: record(of: diffID)?.contents.size))
        }
        return steps
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux

/// The volumes, and the images that are shown beside the root, which a container is about to use: as long as this is
/// there, no command removes them. From when its record is seen, that keeps the volumes.
final class HeldVolumes {
    private var volumes = DescriptorTable()
    private var count = 0
    private var layers = LayerHold()

    init() {}

    func put(_ volume: consuming Descriptor) {
        volumes.put(volume, in: count)
        count += 1
    }

    func put(_ image: Image, of store: ImageStore) throws(ImageError) { try store.hold(image, in: &layers) }

    /// Lets them go.
    func drop() {
        volumes = DescriptorTable()
        count = 0
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The store in a file of its own, where the file system of its directory cannot carry the upper directory of an overlay:
/// in a container, whose root is an overlay itself. Decision 20.
///
/// The file is an ext4 image full of holes, in the directory; each command mounts it over the directory, in a mount
/// namespace of its own. So it is seen by that command and by what that command starts, and by nobody else. The kernel
/// takes mount and loop device away with the last process that has them.
enum StoreImage {
    static let fileName = "store.ext4"
    /// A symbolic link that names the loop device by its number: written before the device is mounted, under the lock.
    static let deviceName = "store.loop"
    /// Of what is free, how much the image may grow to, in tenths: the rest is for what else the disk is for. An image
    /// that finds the disk full says EIO to those who write.
    private static let share: UInt64 = 9
    /// 4096 groups.
    private static let largestSize: UInt64 = 512 << 30

    /// Shows the image in `root`, made where there is none, at `root`, to this process and those that it starts. A process
    /// with one thread alone may ask.
    static func enter(_ root: String) throws(SystemError) {
        try CurrentProcess.unshare(.mount)
        // What the host mounts later is still seen, and the store is not by the host.
        try MountNamespace.setPropagation(.slave, recursive: true)
        let place = try Descriptor.open(root, [.directory])
        _ = try place.lock(.exclusive)
        let file = try image(in: place)
        let device = try device(of: file, in: place)
        try mount(device).attach(at: place)
    }

    /// The image of a moment, which nothing shows and nothing keeps: whether one can be had.
    static func tryOut(in place: borrowing Descriptor) throws(SystemError) -> DetachedMount {
        let name = ".\(fileName).\(CurrentProcess.id)"
        let file = try place.open(name, [.readWrite, .create, .truncate, .noFollow], mode: 0o600)
        try place.remove(name)
        try write(Ext4Image.smallestSize, to: file)
        return try mount(try LoopDevice(of: file))
    }

    private static func image(in place: borrowing Descriptor) throws(SystemError) -> Descriptor {
        do throws(SystemError) {
            return try place.open(fileName, [.readWrite, .noFollow])
        } catch {
            guard error.errno == .noEntry else { throw error }
        }
        let free = try place.fileSystemStatus().available
        let size = min(largestSize, free / 10 * share)
        guard size >= Ext4Image.smallestSize else { throw SystemError("ftruncate", .noSpace) }
        // Whoever has the lock is alone.
        let name = ".\(fileName).new"
        let file = try place.open(name, [.readWrite, .create, .truncate, .noFollow], mode: 0o600)
        try write(size, to: file)
        try file.synchronize()
        try place.rename(name, to: fileName)
        try place.synchronize()
        return file
    }

    private static func write(_ size: UInt64, to file: borrowing Descriptor) throws(SystemError) {
        let image = Ext4Image(
            size: size, identity: Randomness.bytes(16), seed: Randomness.bytes(16),
            time: UInt32(truncatingIfNeeded: Clock.wall.seconds))
        try file.truncate(to: Int64(image.size))
        for piece in image.pieces {
            try file.seek(to: Int64(piece.offset))
            try file.write(piece.bytes)
        }
    }

    /// The one device of the image: two of them would each have caches of their own over the same bytes.
    private static func device(
        of file: borrowing Descriptor, in place: borrowing Descriptor
    ) throws(SystemError) -> LoopDevice {
        if let number = (try? place.readLink(deviceName)).flatMap({ Int($0) }),
            let device = try LoopDevice.existing(number, of: try file.status())
        {
            return device
        }
        let device = try LoopDevice(of: file)
        let name = ".\(deviceName).new"
        try? place.remove(name)
        try place.makeSymbolicLink(name, to: "\(device.number)")
        try place.rename(name, to: deviceName)
        return device
    }

    private static func mount(_ device: consuming LoopDevice) throws(SystemError) -> DetachedMount {
        let context = try FileSystemContext("ext4")
        try context.set("source", to: "/proc/self/fd/\(device.node.number)")
        // What is removed from the store is given back to the disk.
        try context.set("discard")
        return try context.mount([])
    }
}

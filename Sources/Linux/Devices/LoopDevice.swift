// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A file as a block device: loop(4). It lets the file go by itself once nobody has it open or mounted
/// (LO_FLAGS_AUTOCLEAR), however those ended that had.
///
/// Its node is made in a tmpfs of our own: a container's `/dev` has the nodes of the devices that were there when the
/// container was started, and this one may be younger.
public struct LoopDevice: ~Copyable, Sendable {
    /// N of `/dev/loopN`.
    public let number: Int
    /// Keeps the device as long as nothing is mounted from it.
    public let node: Descriptor

    /// Of all of them.
    public static let major: UInt32 = 7

    private init(number: Int, node: consuming Descriptor) {
        self.number = number
        self.node = node
    }

    /// The node of the misc driver that hands numbers out: admin-guide/devices.txt.
    private static let control = DeviceNumber(10, 237)

    /// Makes a device of `file`, which has to be open for reading and writing: ioctl LOOP_CTL_GET_FREE, LOOP_CONFIGURE.
    public init(of file: borrowing Descriptor) throws(SystemError) {
        let nodes = try Self.nodes()
        try nodes.makeNode("control", mode: S_IFCHR | 0o600, device: Self.control)
        let control = try nodes.open("control", .readWrite)
        let (asked, given) = (control.raw, file.raw)
        var attempts = 0
        while true {
            let number = try check("ioctl") { mb_ioctl(asked, 0x4C82 /* LOOP_CTL_GET_FREE */, 0) }
            let node = try Self.open(Int(number), in: nodes)
            let device = node.raw
            var configuration = loop_config()
            configuration.fd = UInt32(given)
            configuration.info.lo_flags = 4  // LO_FLAGS_AUTOCLEAR
            do throws(SystemError) {
                try check("ioctl") { unsafe mb_ioctl_pointer(device, 0x4C0A /* LOOP_CONFIGURE */, &configuration) }
                self.init(number: Int(number), node: node)
                return
            } catch {
                // Somebody else took the number since it was told.
                attempts += 1
                guard error.errno == .busy, attempts < 64 else { throw error }
            }
        }
    }

    /// The device `number`, kept from now on, if it is one of the file with that status; nil where it is none, or of
    /// another file: ioctl LOOP_GET_STATUS64.
    public static func existing(_ number: Int, of file: FileStatus) throws(SystemError) -> LoopDevice? {
        let node: Descriptor
        do throws(SystemError) { node = try open(number, in: try nodes()) } catch {
            // It is being let go of, or there is none.
            guard error.errno == .noAddress || error.errno == .noDevice || error.errno == .noEntry else { throw error }
            return nil
        }
        let device = node.raw
        var info = loop_info64()
        do throws(SystemError) {
            try check("ioctl") { unsafe mb_ioctl_pointer(device, 0x4C05 /* LOOP_GET_STATUS64 */, &info) }
        } catch {
            guard error.errno == .noAddress else { throw error }
            return nil
        }
        guard info.lo_inode == file.inode, DeviceNumber(packed: info.lo_device) == file.device else { return nil }
        return LoopDevice(number: number, node: node)
    }

    private static func nodes() throws(SystemError) -> Descriptor {
        try FileSystemContext("tmpfs").mount([.noSetUserID, .noExecute]).take()
    }

    private static func open(_ number: Int, in nodes: borrowing Descriptor) throws(SystemError) -> Descriptor {
        let name = "loop\(number)"
        do throws(SystemError) {
            try nodes.makeNode(name, mode: S_IFBLK | 0o600, device: deviceNumber(of: number))
        } catch {
            // The same number may be handed out again.
            guard error.errno == .exists else { throw error }
        }
        return try nodes.open(name, .readWrite)
    }

    /// With partitions, of which loop.max_part says how many, the minor number is not the device's.
    private static func deviceNumber(of number: Int) -> DeviceNumber {
        guard let text = try? Descriptor.contents(of: "/sys/block/loop\(number)/dev"),
            let minor = text.split(separator: UInt8(ascii: ":")).last,
            let value = UInt32(String(decoding: minor.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        else { return DeviceNumber(major, UInt32(number)) }
        return DeviceNumber(major, value)
    }
}

extension Descriptor {
    /// Tells the device of this file system which parts of it are free, those of so many bytes and more: ioctl FITRIM,
    /// fstrim(8).
    public borrowing func trimFileSystem(atLeast size: UInt64) throws(SystemError) {
        let number = raw
        // struct fstrim_range of linux/fs.h, which conflicts with glibc's: start, length, smallest.
        var range: (UInt64, UInt64, UInt64) = (0, .max, size)
        try check("ioctl") { unsafe mb_ioctl_pointer(number, 0xC018_5879 /* FITRIM */, &range) }
    }
}

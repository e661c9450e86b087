// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("The devices of a bundle")
struct BundleDeviceTests {
    typealias Device = RuntimeConfiguration.Device

    private static func choices(_ devices: Device...) throws(RuntimeError) -> [DeviceNode] {
        var description = RuntimeConfiguration.LinuxConfiguration()
        description.devices = devices
        return try DeviceChoices(description).nodes
    }

    @Test("are the six that every container has, and those that are listed")
    func list() throws {
        var fuse = Device(type: .unbuffered, path: "/dev/fuse", major: 10, minor: 229)
        fuse.fileMode = 0o020660
        fuse.uid = 7
        fuse.gid = 8
        let nodes = try Self.choices(
            fuse, Device(type: .fifo, path: "/run/pipe"),
            Device(type: .block, path: "/dev/x/../sda", major: 8, minor: 0))
        #expect(
            nodes.map(\.path) == [
                "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/fuse",
                "/run/pipe", "/dev/sda",
            ])
        #expect(
            nodes[6]
                == DeviceNode(name: "fuse", number: DeviceNumber(10, 229), permissions: 0o660, user: 7, group: 8))
        #expect(nodes[7] == DeviceNode(name: "run/pipe", isElsewhere: true, kind: .pipe, number: .none))
        #expect(nodes[8] == DeviceNode(name: "sda", kind: .block, number: DeviceNumber(8, 0)))
    }

    @Test("replace one of the six, and leave the terminals' own alone")
    func replaced() throws {
        var null = Device(type: .character, path: "/dev/null", major: 1, minor: 3)
        null.fileMode = 0o600
        let nodes = try Self.choices(null, Device(type: .character, path: "/dev/ptmx", major: 5, minor: 2))
        #expect(nodes.count == 6)
        #expect(nodes.filter { $0.path == "/dev/null" }.map(\.permissions) == [0o600])
    }

    @Test(
        "are refused where they have no place or number",
        arguments: [
            Device(type: .character, path: "null", major: 1, minor: 3),
            Device(type: .character, path: "/", major: 1, minor: 3),
            Device(type: .character, path: "/dev/x/..", major: 1, minor: 3),
            Device(type: .character, path: "/dev/x", major: -1, minor: 3),
            Device(type: .block, path: "/dev/x", major: 4096, minor: 3),
            Device(type: .block, path: "/dev/x", major: 1, minor: 1 << 20),
        ])
    func refused(device: Device) {
        #expect(throws: RuntimeError.self) { try Self.choices(device) }
    }
}

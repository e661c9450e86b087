// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// What a network namespace has: its interfaces, and what was set in it. rtnetlink(7), ip-sysctl.rst.
public struct NetworkView: Hashable, Sendable {
    public struct Interface: Hashable, Sendable {
        public var index: Int32
        public var name: String
        /// As `veth`; nil of a device that no software makes up.
        public var kind: String?
        public var isUp: Bool
        public var isLoopback: Bool
        /// The number of its other end or of what it stands on, which may be in another namespace.
        public var link: Int32?
        /// What it is a port of, as `bridge`.
        public var portKind: String?

        public init(
            index: Int32, name: String, kind: String? = nil, isUp: Bool = true, isLoopback: Bool = false,
            link: Int32? = nil, portKind: String? = nil
        ) {
            self.index = index
            self.name = name
            self.kind = kind
            self.isUp = isUp
            self.isLoopback = isLoopback
            self.link = link
            self.portKind = portKind
        }
    }

    public var interfaces: [Interface]
    /// Values by their paths below `/proc/sys/net`.
    public var settings: [String: String]

    public init(interfaces: [Interface], settings: [String: String] = [:]) {
        self.interfaces = interfaces
        self.settings = settings
    }

    /// That of the calling process.
    public init(reading paths: [String] = []) throws(SystemError) {
        let socket = try RouteSocket()
        interfaces = try socket.ask(.link(18 /* RTM_GETLINK */), dump: true).compactMap { Interface($0) }
        settings = [:]
        for path in paths {
            guard let bytes = try? Descriptor.contents(of: "/proc/sys/net/" + path) else { continue }
            settings[path] = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
    }

    /// That of a process. `/proc/sys/net` shows a thread its own namespace alone, so that this thread is in the other one
    /// for as long as it reads.
    public init(of process: Int32, reading paths: [String]) throws(SystemError) {
        let own = try NamespaceFile(ofThisProcess: .network)
        let its = try NamespaceFile(at: "/proc/\(process)/ns/net", kind: .network)
        try its.join()
        do throws(SystemError) { self = try NetworkView(reading: paths) } catch {
            try own.join()
            throw error
        }
        try own.join()
    }
}

extension NetworkView.Interface {
    /// Of an RTM_NEWLINK: `struct ifinfomsg`, then attributes.
    fileprivate init?(_ message: RouteMessage) {
        guard message.type == 16 /* RTM_NEWLINK */, message.body.count >= 16 else { return nil }
        let flags = message.body[...].number(at: 8, size: 4)
        self.init(
            index: Int32(bitPattern: message.body[...].number(at: 4, size: 4)), name: "", isUp: flags & 1 != 0,
            isLoopback: flags & 8 != 0)
        for (type, value) in message.attributes(after: 16) {
            switch type {
            case 3 /* IFLA_IFNAME */: name = Self.text(value)
            case 5 /* IFLA_LINK */: link = Int32(bitPattern: value[...].number(at: 0, size: 4))
            case 18 /* IFLA_LINKINFO */:
                for (type, value) in RouteMessage(type: 0, body: value).attributes(after: 0) {
                    if type == 1 /* IFLA_INFO_KIND */ { kind = Self.text(value) }
                    if type == 4 /* IFLA_INFO_SLAVE_KIND */ { portKind = Self.text(value) }
                }
            default: break
            }
        }
    }

    private static func text(_ value: [UInt8]) -> String { String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }
}

// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A network interface of the machine that goes to a container.
public struct NetworkDevice: Hashable, Sendable {
    /// What it is called here.
    public var name: String
    /// What it is called there.
    public var newName: String

    public init(name: String, newName: String) {
        self.name = name
        self.newName = newName
    }

    /// Whether the kernel takes it as the name of an interface: `dev_valid_name` of net/core/dev.c.
    public static func isName(_ name: String) -> Bool {
        (1...15).contains(name.utf8.count) && name != "." && name != ".."
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") || $0 <= 0x20 || $0 == 0x7f }
    }

    /// Whether this network namespace has an interface called `name`.
    public static func exists(_ name: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try Self.index(of: name, in: RouteSocket())
            return true
        } catch {
            if error.errno == .noDevice { return false }
            throw error
        }
    }

    /// Moves it from this process' network namespace to `namespace` under its new name, and brings it up there with the
    /// global addresses that it has here, which the kernel takes away on the way.
    ///
    /// The move and the new name are one request, so that a name that is taken there leaves everything as it was.
    public func move(to namespace: borrowing Descriptor) throws(SystemError) {
        let here = try RouteSocket()
        let index = try Self.index(of: name, in: here)
        let addresses = try Self.addresses(of: index, in: here)
        let there = try Self.socket(in: namespace)
        var request = RouteMessage.link(16 /* RTM_NEWLINK */, index: index, flags: 0, change: 1)
        request.add(28 /* IFLA_NET_NS_FD */, namespace.raw)
        request.add(3 /* IFLA_IFNAME */, newName)
        try here.change(request)
        let newIndex = try Self.index(of: newName, in: there)
        for address in addresses { try there.change(address.request(for: newIndex), creates: true) }
        try there.change(.link(16, index: newIndex, flags: 1, change: 1))
    }

    /// A socket of another network namespace: it stays with the namespace that it was made in.
    private static func socket(in namespace: borrowing Descriptor) throws(SystemError) -> RouteSocket {
        let own = try NamespaceFile(ofThisProcess: .network)
        try NamespaceFile.join(namespace, as: .network)
        do throws(SystemError) {
            let socket = try RouteSocket()
            try own.join()
            return socket
        } catch {
            try own.join()
            throw error
        }
    }

    static func index(of name: String, in socket: borrowing RouteSocket) throws(SystemError) -> Int32 {
        var request = RouteMessage.link(18 /* RTM_GETLINK */)
        request.add(3 /* IFLA_IFNAME */, name)
        guard let answer = try socket.ask(request, dump: false).first, answer.body.count >= 16 else {
            throw SystemError("netlink", .noDevice)
        }
        return Int32(bitPattern: answer.body[...].number(at: 4, size: 4))
    }

    /// An address as RTM_NEWADDR takes it: the header, `struct ifaddrmsg`, and the attributes that are settings.
    private struct Address {
        var header: [UInt8]
        var attributes: [(type: UInt16, value: [UInt8])]

        func request(for index: Int32) -> RouteMessage {
            var body = Array(header.prefix(4))
            body.append(littleEndian: index)
            var message = RouteMessage(type: 20 /* RTM_NEWADDR */, body: body)
            for attribute in attributes { message.add(Int32(attribute.type), attribute.value) }
            return message
        }
    }

    /// The permanent addresses of global scope of an interface.
    private static func addresses(
        of index: Int32, in socket: borrowing RouteSocket
    ) throws(SystemError) -> [Address] {
        let request = RouteMessage(type: 22 /* RTM_GETADDR */, body: [UInt8](repeating: 0, count: 8))
        return try socket.ask(request, dump: true).filter { answer in
            // Family, prefix, flags (0x80: IFA_F_PERMANENT), scope (0: global), index.
            answer.body.count >= 8 && answer.body[2] & 0x80 != 0 && answer.body[3] == 0
                && Int32(bitPattern: answer.body[...].number(at: 4, size: 4)) == index
        }.map { answer in
            Address(
                header: answer.body,
                // IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST: not the label, which has the old name in it.
                attributes: answer.attributes(after: 8).filter { [1, 2, 4].contains($0.type) })
        }
    }
}

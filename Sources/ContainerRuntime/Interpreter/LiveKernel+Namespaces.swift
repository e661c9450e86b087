// SPDX-License-Identifier: Apache-2.0
public import Linux

extension LiveKernel {
    /// Joins namespaces whose files are in their slots.
    ///
    /// Who owns which nobody knows: those that this process may join it joins first; then the user namespace, which takes
    /// every right over the others away and gives those over its own; then the rest.
    mutating func join(opened kinds: Namespaces) throws(SystemError) {
        var later: Namespaces = []
        // The mounts last: with them the names of this process' files change.
        let order = Namespaces.kinds.filter { $0 != .mount && $0 != .user } + [.mount]
        for kind in order where kinds.contains(kind) {
            do throws(SystemError) {
                try join(kind)
            } catch {
                guard error.errno == .notPermitted, kinds.contains(.user) else { throw error }
                later.insert(kind)
            }
        }
        guard kinds.contains(.user) else { return }
        try join(.user)
        try becomeRoot()
        // What changes the user takes this away again.
        try CurrentProcess.setDumpable(false)
        for kind in order where later.contains(kind) { try join(kind) }
    }

    /// Becomes user and group 0 of a user namespace that was joined, with every right over it.
    mutating func becomeRoot() throws(SystemError) {
        do throws(SystemError) {
            try CurrentProcess.setSupplementaryGroups([])
        } catch {
            // Who has every right over it is refused for one reason: `deny` in /proc/PID/setgroups.
            guard error.errno == .notPermitted else { throw error }
            groupsAreFixed = true
        }
        try CurrentProcess.setGroup(0)
        try CurrentProcess.setUser(0)
    }

    private borrowing func join(_ kind: Namespaces) throws(SystemError) {
        try table.with(Slot.namespace(kind).number) { file throws(SystemError) in
            try NamespaceFile.join(file, as: kind)
        }
    }

    /// Moves an interface to the network namespace of the child, which waits, or to the one that it joins.
    borrowing func move(_ device: NetworkDevice, joined: Bool) throws(SystemError) {
        if joined {
            return try table.with(Slot.namespace(.network).number) { file throws(SystemError) in
                try device.move(to: file)
            }
        }
        guard let id = childID else { throw SystemError("netlink", .noChild) }
        try device.move(to: NamespaceFile(at: "/proc/\(id)/ns/net", kind: .network).take())
    }

    /// Makes a port of a bridge whose other end is in the network namespace of the child, which waits.
    borrowing func make(_ port: NetworkPort) throws(SystemError) {
        guard let id = childID else { throw SystemError("netlink", .noChild) }
        try port.make(to: NamespaceFile(at: "/proc/\(id)/ns/net", kind: .network).take())
    }

    /// Makes an interface in the network namespace of the child, which waits.
    borrowing func make(_ interface: MacvlanInterface) throws(SystemError) {
        guard let id = childID else { throw SystemError("netlink", .noChild) }
        try interface.make(to: NamespaceFile(at: "/proc/\(id)/ns/net", kind: .network).take())
    }

    /// Opens the sockets of names in the network namespace of the child, which waits.
    mutating func listen(at address: InternetAddress) throws(SystemError) {
        guard let id = childID else { throw SystemError("bind", .noChild) }
        try streams.listenForNames(at: address, in: NamespaceFile(at: "/proc/\(id)/ns/net", kind: .network).take())
    }

    /// Opens the socket of its role in the network namespace of the child, which waits.
    mutating func listenForRole(at address: InternetAddress) throws(SystemError) {
        guard let id = childID else { throw SystemError("bind", .noChild) }
        try streams.listenForRole(at: address, in: NamespaceFile(at: "/proc/\(id)/ns/net", kind: .network).take())
    }
}

extension DescriptorTable {
    /// Fills ``Started/Slot/names`` and ``Started/Slot/nameStreams`` with sockets of a network namespace.
    public mutating func listenForNames(
        at address: InternetAddress, in namespace: borrowing Descriptor
    ) throws(SystemError) {
        var made = DescriptorTable()
        try InternetSocket.within(namespace) { () throws(SystemError) in
            // A socket that has the address before the loopback interface has it would send with another one: inet_bind of
            // net/ipv4/af_inet.c takes it for a broadcast.
            try Loopback.up()
            made.put(try InternetSocket.bound(.datagrams, to: address, port: 53), in: Started.Slot.names)
            made.put(try InternetSocket.bound(.stream, to: address, port: 53), in: Started.Slot.nameStreams)
        }
        for slot in [Started.Slot.names, Started.Slot.nameStreams] { put(try made.take(slot), in: slot) }
    }

    /// Gives the loopback interface of a network namespace an address, and fills ``Started/Slot/role`` with a listener there.
    public mutating func listenForRole(
        at address: InternetAddress, in namespace: borrowing Descriptor
    ) throws(SystemError) {
        let listener = try InternetSocket.within(namespace) { () throws(SystemError) in
            try Loopback.up()
            try Loopback.add(address)
            // What comes by another interface comes from outside: the kernel takes packets for each address at all of them.
            return try InternetSocket.bound(.stream, to: address, port: 80, by: "lo")
        }
        put(listener, in: Started.Slot.role)
    }
}

extension NetworkDevice {
    /// What is wrong most likely.
    var hint: String {
        "the interface \(name) has to be in the runtime's network namespace, of a kind that can be moved, and \(newName) "
            + "free in the container's"
    }
}

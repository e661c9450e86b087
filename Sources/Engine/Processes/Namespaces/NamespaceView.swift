// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// Which processes containers have and which namespaces, as the kernel says: who shares what with whom.
public struct NamespaceView: Hashable, Sendable {
    /// A process of a container, with those below it.
    public struct Node: Hashable, Sendable {
        /// Its numbers: the host's first, then one of each pid namespace inside, the innermost last.
        public var numbers: [Int32]
        /// Its program's name, of at most 15 bytes.
        public var name: String
        /// Kinds of namespaces that it has others of than the container's first process.
        public var others: [String] = []
        public var children: [Node] = []
    }

    /// A container that runs.
    public struct Member: Hashable, Sendable {
        public var id: String
        public var name: String
        public var image: String
        /// The namespaces of its first process by their kind's name, as the kernel numbers them.
        public var spaces: [String: UInt64] = [:]
        public var processes: [Node] = []
    }

    /// A namespace, and who is in it.
    public struct Space: Hashable, Sendable {
        public var kind: String
        public var number: UInt64
        /// Whether it is that of who looks.
        public var isHost: Bool
        /// The names of containers.
        public var members: [String]
    }

    /// Those of who looks.
    public var host: [String: UInt64]
    public var members: [Member]

    /// The kinds, in the order in which they are shown.
    static let kinds = Namespaces.named.map(\.name)

    /// Each namespace that somebody has, by kind; the host's first of each.
    public var spaces: [Space] {
        Self.kinds.flatMap { kind in
            var numbers: [UInt64] = []
            for number in [host[kind]] + members.map({ $0.spaces[kind] }) {
                if let number, !numbers.contains(number) { numbers.append(number) }
            }
            return numbers.map { number in
                Space(
                    kind: kind, number: number, isHost: number == host[kind],
                    members: members.filter { $0.spaces[kind] == number }.map(\.name))
            }
        }
    }

    /// What a container has of its own, what of the host's, and what of another's, each by the kinds' names.
    func relations(of member: Member) -> (own: [String], host: [String], shared: [(name: String, kinds: [String])]) {
        var (own, ofHost): ([String], [String]) = ([], [])
        var shared: [(name: String, kinds: [String])] = []
        for kind in Self.kinds {
            guard let number = member.spaces[kind] else { continue }
            if number == host[kind] {
                ofHost.append(kind)
                continue
            }
            let others = members.filter { $0.id != member.id && $0.spaces[kind] == number }
            if others.isEmpty { own.append(kind) }
            for other in others {
                if let place = shared.firstIndex(where: { $0.name == other.name }) {
                    shared[place].kinds.append(kind)
                } else {
                    shared.append((other.name, [kind]))
                }
            }
        }
        return (own, ofHost, shared)
    }
}

extension Engine {
    /// The processes and the namespaces of these containers; those that do not run are left out.
    public func namespaces(of records: [ContainerRecord]) -> NamespaceView {
        let seen = ProcessTable()
        let members = records.compactMap { record -> NamespaceView.Member? in
            guard let first = record.runningProcess, let place = seen.processes[first] else { return nil }
            var member = NamespaceView.Member(id: record.id, name: record.name, image: record.image)
            member.spaces = place.spaces
            member.processes = seen.forest(of: numbers(of: record, first: first, in: seen), spaces: place.spaces)
            return member
        }
        return NamespaceView(host: Namespaces.numbers(of: "self"), members: members)
    }

    /// Those of its cgroup, or without one, those below its first and in its pid namespace.
    private func numbers(of record: ContainerRecord, first: Int32, in seen: ProcessTable) -> Set<Int32> {
        if let path = record.details["Cgroup"]?.string ?? record.summary["Cgroup"]?.string,
            let cgroup = try? Cgroup(opening: path), let found = try? cgroup.processes(), !found.isEmpty
        {
            return Set(found)
        }
        return seen.family(of: first)
    }
}

/// All processes at one moment, as far as namespaces go.
private struct ProcessTable {
    struct Entry {
        var numbers: [Int32]
        var name: String
        var parent: Int32
        var spaces: [String: UInt64]
    }

    private(set) var processes: [Int32: Entry] = [:]

    init() {
        for name in (try? Descriptor.open("/proc", [.readOnly, .directory]).entries()) ?? [] {
            // A process may end while it is looked at.
            guard let process = Int32(name), let place = Actor.Place(of: process),
                let bytes = try? Descriptor.contents(of: "/proc/\(process)/status"),
                let line = ProcessStatus(bytes).value(of: "NSpid")
            else { continue }
            let numbers = line.split { $0 == "\t" || $0 == " " }.compactMap { Int32($0) }
            processes[process] = Entry(
                numbers: numbers, name: place.name, parent: place.parent, spaces: Namespaces.numbers(of: name))
        }
    }

    func family(of first: Int32) -> Set<Int32> {
        var found: Set<Int32> = [first]
        var grows = true
        while grows {
            grows = false
            for (number, entry) in processes where !found.contains(number) && found.contains(entry.parent) {
                found.insert(number)
                grows = true
            }
        }
        // What was started by 'exec' is below nobody of the container.
        guard let space = processes[first]?.spaces["pid"], space != Namespaces.numbers(of: "self")["pid"] else {
            return found
        }
        return found.union(processes.filter { $0.value.spaces["pid"] == space }.keys)
    }

    /// These processes as trees: a process whose parent is none of them is the root of one.
    func forest(of numbers: Set<Int32>, spaces: [String: UInt64]) -> [NamespaceView.Node] {
        func node(_ number: Int32, _ entry: Entry) -> NamespaceView.Node {
            NamespaceView.Node(
                numbers: entry.numbers, name: entry.name,
                others: NamespaceView.kinds.filter { entry.spaces[$0] != nil && entry.spaces[$0] != spaces[$0] },
                children: below(number))
        }
        func below(_ parent: Int32?) -> [NamespaceView.Node] {
            processes.filter { number, entry in
                guard numbers.contains(number) else { return false }
                return parent.map { entry.parent == $0 && number != $0 } ?? !numbers.contains(entry.parent)
            }.sorted { $0.key < $1.key }.map { node($0.key, $0.value) }
        }
        return below(nil)
    }
}

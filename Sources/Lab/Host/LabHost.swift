// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// A disposable host: a container whose root is an overlay of the machine's, in which containers are run and attacked.
///
/// What is written there is in memory, and goes with its last process; the store of its containers is so only where a kernel
/// can show what is in memory with other owners (``LabHost/makeStore()``), and goes with the lab host. It stays in the machine's user namespace, without
/// which capabilities would mean less in it than on a host; what keeps it from the machine are its other namespaces, its own
/// `/dev`, its device filter and the capabilities that it does not have.
public struct LabHost: Sendable {
    /// What it is called, as `06-weak`.
    public let name: String
    let places: LabPlaces

    var directory: String { "\(places.hosts)/\(name)" }

    /// What is kept of one.
    public struct State: Hashable, Sendable {
        public var exercise: String
        /// What the attack is to read.
        public var flag: String
        /// Whether it stays when the command that made it has ended.
        public var isKept: Bool
        /// Whether what is typed in its shells is kept.
        public var keepsTyped = false
        /// Who made it, by number and start.
        public var owner: Int32
        public var ownerStart: UInt64
        /// Its first process; nil until there is one.
        public var process: Int32?
        public var processStart: UInt64?
    }

    public var state: State? {
        guard let directory = try? Descriptor.open(directory, [.directory]) else { return nil }
        return Self.state(in: directory)
    }

    /// What is kept in a directory that a lab host has, or had.
    static func state(in directory: borrowing Descriptor) -> State? {
        guard let bytes = try? directory.contents(of: "state.json"),
            let json = try? JSON(parsing: bytes), let exercise = json["exercise"]?.string,
            let flag = json["flag"]?.string, let isKept = json["kept"]?.bool, let owner = json["owner"]?.int,
            let start = json["ownerStart"]?.uint64
        else { return nil }
        return State(
            exercise: exercise, flag: flag, isKept: isKept, keepsTyped: json["typed"]?.bool ?? false,
            owner: Int32(truncatingIfNeeded: owner), ownerStart: start,
            process: json["process"]?.int.map { Int32(truncatingIfNeeded: $0) },
            processStart: json["processStart"]?.uint64)
    }

    /// Makes its directory, which has its state from the first moment on: what has none is nobody's.
    func claim(_ state: State) throws(LabError) -> Descriptor {
        let parent = try LabPlaces.make(places.hosts)
        let claim = LabHost(name: ".\(name).\(state.owner)", places: places)
        _ = try LabPlaces.make(claim.directory)
        try claim.write(state)
        do throws(SystemError) {
            try parent.rename(claim.name, to: name)
            return try parent.open(name, [.directory])
        } catch {
            try? parent.removeTree(claim.name)
            throw LabError(.host, "cannot make \(directory)", cause: error)
        }
    }

    func write(_ state: State) throws(LabError) {
        var json: JSON = [
            "exercise": JSON(state.exercise), "flag": JSON(state.flag), "kept": .bool(state.isKept),
            "typed": .bool(state.keepsTyped),
            "owner": JSON(state.owner), "ownerStart": JSON(state.ownerStart),
        ]
        if let process = state.process { json["process"] = JSON(process) }
        if let start = state.processStart { json["processStart"] = JSON(start) }
        do throws(SystemError) {
            try Descriptor.open(directory, [.directory])
                .replace("state.json", with: json.bytes(), mode: 0o600, durable: false, alone: true)
        } catch {
            throw LabError(.host, "cannot keep what the lab host is", cause: error)
        }
    }

    /// Whether its first process is there.
    public var isRunning: Bool {
        guard let state, let process = state.process else { return false }
        return ProcessTimes.start(of: process) == state.processStart
    }

    /// All that there are, also halves.
    public static func all(in places: LabPlaces) -> [LabHost] {
        ((try? Descriptor.open(places.hosts, [.directory]).entries()) ?? []).sorted()
            .map { LabHost(name: $0, places: places) }
    }

    /// Calls the OCI runtime, and waits for it.
    func runtime(
        _ words: [String], seconds: Int = 30
    ) throws(LabError) -> RunningProgram.Result {
        let program = HostProgram(
            try Programs.path(of: "minibox-runtime"), ["--root", places.runtime] + words,
            environment: [HostDescription.path, "LC_ALL=C", "SWIFT_BACKTRACE=enable=no"])
        do throws(SystemError) {
            let running = try program.start(in: try Descriptor.open("/", [.path, .directory]))
            guard let result = try running.finish(limit: 1 << 20, within: seconds * 1000) else {
                throw SystemError("minibox-runtime", .timedOut)
            }
            return result
        } catch {
            throw LabError(.host, "cannot run '\(words.first ?? "")' of the lab host", cause: error)
        }
    }
}

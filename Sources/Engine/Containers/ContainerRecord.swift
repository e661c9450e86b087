// SPDX-License-Identifier: Apache-2.0
public import Networks
public import OCI

/// What is kept of a container: who it is, what it was told to do, and how it ended.
public struct ContainerRecord: Hashable, Sendable {
    public var id: String
    public var name: String
    /// As it was written.
    public var image: String
    /// The image's configuration digest.
    public var imageID: String
    public var command: [String]
    /// RFC 3339, in UTC.
    public var created: String
    /// An object of texts.
    public var labels: JSON
    public var state: State
    /// What the user asked and what became of it, for `inspect`.
    public var details: JSON
    /// What it shows that outlives it: binds, volumes, images.
    public var mounts: [MountPoint] = []
    /// What it has of networks while it runs.
    public var endpoints: [NetworkEndpoint] = []
    /// Ports of the host that lead to it while it runs.
    public var published: [PortMapping] = []
    /// What it is started from again, as ``ContainerRequest/json``; null for one that is not kept.
    public var request = JSON.null
    /// How often its restart policy started it again.
    public var restarts = 0
    /// Whether a person ended it, so that `unless-stopped` does not bring it back after a boot.
    public var wasStopped = false
    /// When it was started last; empty where it never was. RFC 3339, in UTC.
    public var started = ""
    /// How it was when it was asked last, as Docker's `State.Health`; null where it is not asked.
    public var health = JSON.null
    /// The pipes that its program writes to, as inodes: standard output, then errors. Only of one that goes on where its
    /// supervisor is killed, for another to take it over.
    public var pipes: [UInt64] = []
    /// Where the number of its process means something: ``ProcessScope``.
    public var scope = ""
    /// Why it could not be started; empty where it could.
    public var error = ""
    /// What is known of how the last run ended; nil where none has.
    public var ending: ContainerEnding?
    /// How long the phases of its last start took, in nanoseconds by their names; empty where that was not kept.
    public var phases: [String: UInt64] = [:]
    /// What a list shows of the details and of the request, so that it need not read them.
    var summary = JSON.null

    /// How much of a record is read.
    enum Extent: Sendable {
        case whole
        /// Without details and request, which are most of it.
        case listed
    }

    public init(
        id: String, name: String, image: String, imageID: String, command: [String], created: String, labels: JSON,
        state: State, details: JSON, mounts: [MountPoint] = []
    ) {
        self.id = id
        self.name = name
        self.image = image
        self.imageID = imageID
        self.command = command
        self.created = created
        self.labels = labels
        self.state = state
        self.details = details
        self.mounts = mounts
    }

    /// Where a container is in its life.
    public enum State: Hashable, Sendable {
        case created
        /// The process as the host numbers it, and when it started in clock ticks since boot.
        case running(process: Int32, startTime: UInt64, since: String)
        case exited(code: Int32, finished: String, outOfMemory: Bool)
        /// It has ended, and its supervisor will start it again.
        case restarting(code: Int32, finished: String)

        /// Docker's word.
        public var word: String {
            switch self {
            case .created: "created"
            case .running: "running"
            case .exited: "exited"
            case .restarting: "restarting"
            }
        }
    }
}

extension ContainerRecord {
    /// What a record of a run means where there is none: the machine went down, and what became of it nobody saw.
    mutating func endRun() {
        switch state {
        case .running(_, _, let since):
            state = .exited(code: 137, finished: since, outOfMemory: false)
            ending = ContainerEnding(code: 137, finished: since, unseen: .boot)
        case .restarting(let code, let finished): state = .exited(code: code, finished: finished, outOfMemory: false)
        case .created, .exited: break
        }
    }

    /// Its process is not believed to be one that can be seen from here, where its number means another, or none:
    /// `/proc/0` is never there.
    mutating func forgetProcess(unlessIn scope: String) {
        guard case .running(_, _, let since) = state, self.scope != scope else { return }
        state = .running(process: 0, startTime: 0, since: since)
        pipes = []
    }

    /// As it is on disk.
    public var json: JSON {
        var state = JSON.Object([("Status", .string(self.state.word))])
        switch self.state {
        case .created: break
        case .running(let process, let startTime, let since):
            state["Running"] = .bool(true)
            state["Pid"] = .integer(Int64(process))
            state["StartTime"] = .integer(Int64(clamping: startTime))
            state["StartedAt"] = .string(since)
            if !scope.isEmpty { state["Scope"] = .string(scope) }
            if !pipes.isEmpty { state["Pipes"] = .array(pipes.map(JSON.unsigned)) }
        case .exited(let code, let finished, let outOfMemory):
            state["Running"] = .bool(false)
            state["ExitCode"] = .integer(Int64(code))
            state["FinishedAt"] = .string(finished)
            state["OOMKilled"] = .bool(outOfMemory)
        case .restarting(let code, let finished):
            state["ExitCode"] = .integer(Int64(code))
            state["FinishedAt"] = .string(finished)
        }
        if state["StartedAt"] == nil, !started.isEmpty { state["StartedAt"] = .string(started) }
        if health != .null { state["Health"] = health }
        if !error.isEmpty { state["Error"] = .string(error) }
        if wasStopped { state["Stopped"] = .bool(true) }
        if let ending { state["Ending"] = ending.json }
        let phases = phases.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }
        return .object(
            JSON.Object([
                ("Id", .string(id)), ("Name", .string(name)), ("Created", .string(created)),
                ("Image", .string(imageID)), ("ImageName", .string(image)),
                ("Command", .array(command.map(JSON.string))),
                ("Labels", labels),
                ("State", .object(state)), ("RestartCount", .integer(Int64(restarts))),
                ("Phases", .object(JSON.Object(phases))),
                ("Mounts", .array(mounts.map(\.json))), ("Endpoints", .array(endpoints.map(\.json))),
                ("Published", .array(published.map { .string($0.description) })),
                (
                    "Summary",
                    .object(
                        JSON.Object([("Cgroup", details["Cgroup"] ?? .null), ("NetworkMode", .string(networkName))]))
                ),
                ("Details", details), ("Request", request),
            ]))
    }

    /// A record as it is on disk; nil where it is none.
    init?(parsing bytes: [UInt8], _ extent: Extent) {
        if extent == .listed, let json = try? JSON(parsing: bytes, without: ["Details", "Request"]),
            json["Summary"] != nil
        {
            self.init(json)
        } else {
            guard let json = try? JSON(parsing: bytes) else { return nil }
            self.init(json)
        }
    }

    /// A record as it was written; nil where it is none.
    public init?(_ json: JSON) {
        guard let id = json["Id"]?.string, let name = json["Name"]?.string, let created = json["Created"]?.string,
            let image = json["ImageName"]?.string, let imageID = json["Image"]?.string,
            let command = json["Command"]?.strings, let state = json["State"]
        else { return nil }
        self.id = id
        self.name = name
        self.created = created
        self.image = image
        self.imageID = imageID
        self.command = command
        labels = json["Labels"] ?? .object(JSON.Object())
        details = json["Details"] ?? .null
        mounts = (json["Mounts"]?.array ?? []).compactMap { MountPoint($0) }
        endpoints = (json["Endpoints"]?.array ?? []).compactMap { NetworkEndpoint($0) }
        published = json["Published"]?.strings?.compactMap { try? PortMapping(parsingOne: $0) } ?? []
        request = json["Request"] ?? .null
        restarts = json["RestartCount"]?.whole(as: Int.self) ?? 0
        wasStopped = state["Stopped"]?.bool ?? false
        started = state["StartedAt"]?.string ?? ""
        health = state["Health"] ?? .null
        pipes = state["Pipes"]?.array?.compactMap(\.uint64) ?? []
        scope = state["Scope"]?.string ?? ""
        error = state["Error"]?.string ?? ""
        ending = state["Ending"].map(ContainerEnding.init)
        for (phase, nanoseconds) in json["Phases"]?.object ?? JSON.Object() { phases[phase] = nanoseconds.uint64 }
        summary = json["Summary"] ?? .null
        switch state["Status"]?.string {
        case "running"?:
            guard let process = state["Pid"]?.whole(as: Int32.self), let start = state["StartTime"]?.uint64 else {
                return nil
            }
            self.state = .running(process: process, startTime: start, since: state["StartedAt"]?.string ?? "")
        case "exited"?:
            self.state = .exited(
                code: state["ExitCode"]?.whole(as: Int32.self) ?? 0, finished: state["FinishedAt"]?.string ?? "",
                outOfMemory: state["OOMKilled"]?.bool ?? false)
        case "restarting"?:
            self.state = .restarting(
                code: state["ExitCode"]?.whole(as: Int32.self) ?? 0, finished: state["FinishedAt"]?.string ?? "")
        default: self.state = .created
        }
    }
}

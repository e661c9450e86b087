// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// A change of a container that lasts: its name, or what it is started from again.
///
/// Of a container that is supervised only its supervisor writes the record. It finds the change in a file of the run
/// directory, as it may be larger than a message.
struct Amendment {
    static let fileName = "amendment.json"

    var name: String?
    /// As ``ContainerRequest/json``.
    var request: JSON?
    /// Of its cgroup.
    var limits: [CgroupSetting]?
    /// Whether the request is changed in its networks alone, which a command in the foreground can do. Not written down.
    var isOfNetworks = false

    /// Makes the change.
    func apply(to record: inout ContainerRecord) {
        if let name { record.name = name }
        if let request { record.request = request }
        guard let limits, var details = ContainerDetails(record.details) else { return }
        details.limits = limits
        record.details = details.json
    }

    var json: JSON {
        var object = JSON.Object()
        object["Name"] = name.map(JSON.string)
        object["Request"] = request
        object["Limits"] = limits.map { limits in
            .array(limits.map { .array([.string($0.file), .string($0.value)]) })
        }
        return .object(object)
    }

    init(name: String? = nil, request: JSON? = nil, limits: [CgroupSetting]? = nil) {
        self.name = name
        self.request = request
        self.limits = limits
    }

    /// A change of what it was asked to have of networks.
    init(networksOf request: ContainerRequest) {
        self.init(request: request.json)
        isOfNetworks = true
    }

    /// A change as it was written.
    init(_ json: JSON) {
        name = json["Name"]?.string
        request = json["Request"]
        limits = json["Limits"]?.array?.compactMap { line in
            guard let file = line[0]?.string, let value = line[1]?.string else { return nil }
            return CgroupSetting(file: file, value: value)
        }
    }
}

extension Engine {
    /// Makes the change, by the container's supervisor where it has one. One that is killed over it has a next one, or
    /// ends with its container: either way the change can be made again.
    /// - Parameter attempts: how often, at most.
    func amend(_ record: ContainerRecord, _ amendment: Amendment, attempts: Int = 500) throws(EngineError) {
        switch answerer(of: record) {
        case .nobody: break
        case .command where amendment.isOfNetworks:
            if try amendForeground(record, amendment) { return }
            guard attempts > 1, let current = containers.record(of: record.id) else {
                throw EngineError(.notRunning, "the container \(record.name) has just ended: try again")
            }
            reap()
            Clock.sleep(milliseconds: 10)
            return try amend(current, amendment, attempts: attempts - 1)
        case let answerer:
            if try amend(record, amendment, by: control(answerer, of: record)) { return }
            guard attempts > 1, let current = containers.record(of: record.id) else {
                throw EngineError(.notRunning, "the container \(record.name) has just ended: try again")
            }
            reap()
            Clock.sleep(milliseconds: 10)
            return try amend(current, amendment, attempts: attempts - 1)
        }
        guard try amendAlone(record, amendment) else {
            // Its supervisor was killed a moment ago, and its files are what the next one finds it by.
            _ = adopt(record.id)
            guard containers.isSupervised(record.id) else {
                throw EngineError(.running, "the container \(record.name) has just lost its supervisor: try again")
            }
            return try amend(record, amendment)
        }
    }

    /// - Returns: whether there was an answer.
    private func amend(
        _ record: ContainerRecord, _ amendment: Amendment, by socket: borrowing MessageSocket
    ) throws(EngineError) -> Bool {
        let gate = try writeDown(amendment, for: record)
        defer { withExtendedLifetime(gate) {} }
        switch try ask(.amend, of: socket) {
        case .done?: return true
        case .failed(_, let why)?: throw EngineError(.store, why)
        default: return false
        }
    }

    /// Asks the command that runs the container in the foreground.
    /// - Returns: whether there was an answer.
    private func amendForeground(_ record: ContainerRecord, _ amendment: Amendment) throws(EngineError) -> Bool {
        let gate = try writeDown(amendment, for: record)
        defer { withExtendedLifetime(gate) {} }
        let failure: String
        do throws(SystemError) {
            let run = try Descriptor.open("\(containers.runDirectory)/\(record.id)", [.directory])
            let socket = try MessageSocket(to: ForegroundContainer.socketName, in: run)
            var set = PollSet()
            let answer = set.add(socket.descriptor, .reading)
            try set.wait(milliseconds: 5000)
            // One that has begun is waited for.
            if !set.isReady(answer), (try? run.remove(Amendment.fileName)) != nil {
                throw SystemError("poll", .timedOut)
            }
            switch ControlMessage(try socket.descriptor.read(upTo: ControlMessage.maximumSize)[...]) {
            case .done?: return true
            case .failed(_, let why)?: failure = why
            default: return false
            }
        } catch {
            switch error.errno {
            case .noEntry, .connectionRefused, .connectionReset, .brokenPipe: return false
            case .timedOut:
                throw EngineError(
                    .running,
                    "the command that runs \(record.name) in the foreground does not answer: let it go on where it is stopped, "
                        + "or start containers with 'run -d'")
            default: throw EngineError(.start, "cannot ask the command that runs \(record.name)", cause: error)
            }
        }
        throw EngineError(.store, failure)
    }

    /// Makes the change of a container that does not run; false where it does.
    private func amendAlone(_ record: ContainerRecord, _ amendment: Amendment) throws(EngineError) -> Bool {
        guard let container = try containers.reclaim(record) else {
            throw EngineError(.running, "the container \(record.name) is being started or ended: try again")
        }
        // As it is by now.
        var current = containers.record(of: record.id) ?? record
        switch current.state {
        case .running, .restarting: return false
        case .created, .exited: break
        }
        defer { container.release(completely: false) }
        amendment.apply(to: &current)
        do throws(SystemError) {
            try Descriptor.open(container.path, [.directory]).replace(
                "record.json", with: current.json.bytes(), mode: 0o600, durable: true)
        } catch {
            throw EngineError(.store, "cannot write down the change of \(record.name)", cause: error)
        }
        return true
    }
}

extension Engine {
    /// Puts the change where the supervisor finds it. One at a time: there is one file for it, until the answer is given up.
    private func writeDown(_ amendment: Amendment, for record: ContainerRecord) throws(EngineError) -> Descriptor {
        do throws(SystemError) {
            let run = try Descriptor.open("\(containers.runDirectory)/\(record.id)", [.directory])
            let gate = try run.open("amending", [.readWrite, .create], mode: 0o600)
            _ = try gate.lock(.exclusive)
            try run.replace(Amendment.fileName, with: amendment.json.bytes(), mode: 0o600, durable: false)
            return gate
        } catch {
            throw EngineError(.store, "cannot write down the change of \(record.name)", cause: error)
        }
    }
}

extension ContainerSupervisor {
    /// Makes the change that a command has written down.
    /// - Returns: what the command is told.
    mutating func amend() -> ControlMessage {
        guard record != nil, let bytes = try? container.run.contents(of: Amendment.fileName),
            let json = try? JSON(parsing: bytes)
        else { return .failed(code: 125, "cannot read the change that was written down") }
        try? container.run.remove(Amendment.fileName)
        let amendment = Amendment(json)
        if let request = amendment.request, let changed = try? ContainerRequest(request) {
            do throws(EngineError) { try follow(changed) } catch { return .failed(code: 125, "\(error)") }
        }
        guard var record else { return .failed(code: 125, "it has ended") }
        amendment.apply(to: &record)
        if let request = amendment.request, let changed = try? ContainerRequest(request) {
            self.request = changed
            life.policy = changed.restart
        }
        self.record = record
        if let name = amendment.name {
            container.name = name
            renote()
        }
        do throws(SystemError) {
            try container.write(record, durable: !request.removesItself)
            return .done
        } catch {
            return .failed(code: 125, "cannot write down the change, which holds until the container ends: \(error)")
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

/// A question to the container, being answered.
struct Probe: ~Copyable {
    let program: RunningProgram
    var output: [UInt8] = []
    init(_ program: consuming RunningProgram) { self.program = program }

    /// Takes what it has written, as much as is kept; the rest is read and forgotten.
    mutating func read() {
        for isError in [false, true] {
            while let bytes = try? (isError ? program.error.read(upTo: 4096) : program.output.read(upTo: 4096)),
                !bytes.isEmpty
            { output += bytes.prefix(Health.longestOutput - output.count) }
        }
    }
}

extension ContainerSupervisor {
    /// The container runs: from here on it is asked how it is.
    mutating func beginHealth() {
        health = nil
        guard request.health.words(shell: image.configuration.execution.shell) != nil else { return }
        health = Health(request.health, startedAt: Clock.monotonic)
        showHealth()
    }

    /// The container does not run: nobody asks it.
    mutating func endHealth() {
        if let probe = probe.take() {
            try? probe.program.process.send(.kill)
            _ = try? probe.program.process.wait()
        }
        health = nil
    }

    /// What is due: a new question, or the end of one that takes too long.
    mutating func askHealth() throws(SystemError) {
        guard let health, Clock.monotonic >= health.deadline else { return }
        if health.isProbing { return try answered(code: nil) }
        // Nobody in it could answer.
        if let record, record.isPaused {
            self.health?.postpone(at: Clock.monotonic)
            return
        }
        guard let words = request.health.words(shell: image.configuration.execution.shell) else { return }
        let program = HostProgram(
            "/proc/self/exe",
            ["--root", engine.places.root, "--run-root", engine.places.runRoot, "exec", container.id] + words,
            environment: ["PATH=\(ContainerRequest.standardPath)"])
        let running = try program.start(in: try Descriptor.open("/", .path))
        try running.output.setNonBlocking(true)
        try running.error.setNonBlocking(true)
        try queue.add(running.output, as: Token.answer, .reading)
        try queue.add(running.error, as: Token.answer, .reading)
        try queue.add(running.process.handle, as: Token.probe, .reading)
        probe = Probe(running)
        self.health?.begin(at: Clock.monotonic, wall: Clock.wall)
    }

    /// Takes what a question's program has written.
    mutating func readAnswer() {
        guard var taken = probe.take() else { return }
        taken.read()
        probe = consume taken
    }

    /// A question is answered, or with nil for a code it took too long.
    mutating func answered(code: Int32?) throws(SystemError) {
        guard var taken = probe.take() else { return }
        taken.read()
        if code == nil { try? taken.program.process.send(.kill) }
        let status = try taken.program.process.wait()
        let output = String(decoding: taken.output, as: UTF8.self)
        let isOther = health?.end(
            code: code == nil ? nil : status.code, output: output, at: Clock.monotonic, wall: Clock.wall)
        showHealth()
        if isOther == true, let health, let record {
            engine.record(event: .container(record, "health_status: \(health.status.rawValue)"))
        }
    }

    private mutating func showHealth() {
        guard let health, var record else { return }
        record.health = health.json
        self.record = record
        try? container.write(record, durable: false)
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import OCI

// Instructions that only change what the image says.
extension StagePlanner {
    mutating func declare(_ declarations: [Instruction.ArgumentDeclaration]) throws(BuildError) {
        var texts: [String] = []
        for declaration in declarations {
            // From left to right: each sees those before it.
            visible = state.environment
            var value: String?
            var isGlobal = false
            if let given = context.arguments.given[declaration.name] {
                value = given
            } else if let text = declaration.value {
                value = try expand(text)
            } else if let global = context.arguments.globals[declaration.name] {
                value = global
                isGlobal = true
            }
            // Given up first, so that it is not copied to be changed.
            visible = Environment()
            if let value, !BuildArguments.notInEnvironment.contains(declaration.name) {
                state.environment.set(declaration.name, to: value)
            }
            state.arguments.append((declaration.name, value))
            outline.use(declaration.name, of: command.instruction, value: value, isGlobal: isGlobal)
            texts.append(declaration.name + (value.map { "=" + $0 } ?? ""))
        }
        record("ARG " + texts.joined(separator: " "))
    }

    mutating func setEnvironment(_ pairs: [Instruction.KeyValue]) throws(BuildError) {
        var text = "ENV"
        let pairs = try expanded(pairs)
        // Given up first, so that it is not copied to be changed.
        visible = Environment()
        for (key, value) in pairs {
            state.environment.set(key, to: value)
            state.lasting.set(key, to: value)
            text += " \(key)=\(value)"
        }
        record(text)
    }

    mutating func setLabels(_ pairs: [Instruction.KeyValue]) throws(BuildError) {
        var text = "LABEL"
        for (key, value) in try expanded(pairs) {
            state.configuration.execution.labels[key] = value
            text += " \(key)=\(value)"
        }
        record(text)
    }

    /// All of them see what was there before the first.
    private mutating func expanded(
        _ pairs: [Instruction.KeyValue]
    ) throws(BuildError) -> [(key: String, value: String)] {
        var result: [(key: String, value: String)] = []
        for pair in pairs {
            let key = try expand(pair.key)
            guard !key.isEmpty else { throw BuildError(.syntax, "the name \(pair.key) is empty once it is expanded") }
            result.append((key, try expand(pair.value)))
        }
        return result
    }

    mutating func setDirectory(_ path: String) throws(BuildError) {
        let path = StagePath.joined(state.directory, try expand(path))
        state.configuration.execution.workingDirectory = path
        if path != "/" {
            let operation = BuildStep.Operation.makeDirectory(path: path, user: state.configuration.execution.user)
            try add(operation, title: title(expander.title(ofInstruction:)))
        }
        record("WORKDIR \(path)", hasLayer: path != "/")
    }

    mutating func setUser(_ user: String) throws(BuildError) {
        state.configuration.execution.user = try expand(user)
        record("USER \(state.configuration.execution.user)")
    }

    mutating func setCommand(_ form: Instruction.CommandForm) {
        let words = words(of: form)
        state.configuration.execution.command = words.isEmpty ? nil : words
        state.configuration.execution.isArgumentsEscaped = true
        hasCommand = true
        record("CMD \(GoFormat.quoted(words))")
    }

    mutating func setEntrypoint(_ form: Instruction.CommandForm) {
        let words = words(of: form)
        state.configuration.execution.entrypoint = words.isEmpty ? nil : words
        if !hasCommand { state.configuration.execution.command = nil }
        record("ENTRYPOINT \(GoFormat.quoted(words))")
    }

    /// The words to run: a text is for the shell.
    func words(of form: Instruction.CommandForm) -> [String] {
        switch form {
        case .shell(let text): state.shell + [text]
        case .exec(let words): words
        }
    }

    mutating func setShell(_ words: [String]) {
        state.configuration.execution.shell = words
        record("SHELL \(GoFormat.list(words))")
    }

    mutating func expose(_ words: [String]) throws(BuildError) {
        var ports: [String] = []
        for word in words {
            for word in try expansion(of: word).words { ports += try PortSpecification.ports(of: word) }
        }
        let exposed = Set(state.configuration.execution.exposedPorts).union(ports)
        state.configuration.execution.exposedPorts = exposed.sorted()
        record("EXPOSE \(GoFormat.list(ports.sorted()))")
    }

    mutating func addVolumes(_ paths: [String]) throws(BuildError) {
        var volumes: [String] = []
        for path in paths {
            let volume = try expand(path)
            guard !volume.isEmpty else { throw BuildError(.syntax, "VOLUME has an empty path, write one as in /data") }
            volumes.append(volume)
        }
        state.configuration.execution.volumes =
            Set(state.configuration.execution.volumes).union(volumes).sorted()
        record("VOLUME \(GoFormat.list(volumes))")
    }

    mutating func setStopSignal(_ signal: String) throws(BuildError) {
        let signal = try expand(signal)
        do {
            _ = try SignalArgument(parsing: signal)
        } catch {
            throw BuildError(.syntax, "STOPSIGNAL \(error)")
        }
        state.configuration.execution.stopSignal = signal
        record("STOPSIGNAL \(signal)")
    }

    mutating func setMaintainer(_ name: String) {
        state.configuration.author = name
        record("MAINTAINER \(name)")
    }

    mutating func setHealthcheck(_ check: Instruction.Healthcheck) {
        var result = ImageConfiguration.Healthcheck(test: ["NONE"])
        if case .test(let form, let interval, let timeout, let startPeriod, let startInterval, let retries) = check {
            switch form {
            case .shell(let text): result.test = ["CMD-SHELL", text]
            case .exec(let words): result.test = ["CMD"] + words
            }
            result.interval = interval ?? 0
            result.timeout = timeout ?? 0
            result.startPeriod = startPeriod ?? 0
            result.startInterval = startInterval ?? 0
            result.retries = retries ?? 0
        }
        state.configuration.execution.healthcheck = result
        let fields = [
            ("Test", GoFormat.list(result.test)), ("Interval", GoFormat.duration(result.interval)),
            ("Timeout", GoFormat.duration(result.timeout)), ("StartPeriod", GoFormat.duration(result.startPeriod)),
            ("StartInterval", GoFormat.duration(result.startInterval)), ("Retries", "\(result.retries)"),
        ]
        record("HEALTHCHECK {\(fields.map { "\($0.0):\($0.1)" }.joined(separator: " "))}")
    }
}

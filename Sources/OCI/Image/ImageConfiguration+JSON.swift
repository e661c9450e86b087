// SPDX-License-Identifier: Apache-2.0

extension ImageConfiguration {
    private static let kind = "image configuration"

    /// Reads the document. Members that are not known here are no error, as the specification says.
    public init(parsing bytes: [UInt8]) throws(ImageFormatError) {
        let json = try JSON(document: bytes, kind: Self.kind)
        platform = try Platform(json)
        created = try json.optional("created", Self.kind) { $0.string }
        author = try json.optional("author", Self.kind) { $0.string }
        execution = try json["config"].map { config throws(ImageFormatError) in try Execution(config) } ?? Execution()
        guard let rootfs = json["rootfs"] else {
            throw ImageFormatError(.badMember, Self.kind, "\"rootfs\" is missing")
        }
        let type = try rootfs.required("type", Self.kind) { $0.string }
        guard type == "layers" else {
            throw ImageFormatError(.badMember, Self.kind, "\"rootfs.type\" is \"\(type)\", only \"layers\" is known")
        }
        diffIDs = []
        for text in try rootfs.optional("diff_ids", Self.kind, { $0.strings }) ?? [] {
            diffIDs.append(try Digest(text))
        }
        history = []
        for step in try json.optional("history", Self.kind, { $0.array }) ?? [] {
            history.append(
                History(
                    created: try step.optional("created", Self.kind) { $0.string },
                    createdBy: try step.optional("created_by", Self.kind) { $0.string },
                    comment: try step.optional("comment", Self.kind) { $0.string },
                    isEmptyLayer: try step.optional("empty_layer", Self.kind) { $0.bool } ?? false))
        }
    }

    public var json: JSON {
        var result: JSON = [:]
        if let created { result["created"] = .string(created) }
        if let author { result["author"] = .string(author) }
        for (key, value) in platform.json.object ?? JSON.Object() { result[key] = value }
        result["config"] = execution.json
        result["rootfs"] = ["type": "layers", "diff_ids": JSON(diffIDs.map(\.description))]
        if !history.isEmpty { result["history"] = .array(history.map(\.json)) }
        return result
    }
}

extension ImageConfiguration.History {
    var json: JSON {
        var result: JSON = [:]
        if let created { result["created"] = .string(created) }
        if let createdBy { result["created_by"] = .string(createdBy) }
        if let comment { result["comment"] = .string(comment) }
        if isEmptyLayer { result["empty_layer"] = true }
        return result
    }
}

extension ImageConfiguration.Execution {
    private static let kind = "image configuration"

    init(_ json: JSON) throws(ImageFormatError) {
        self.init()
        if json.isNull { return }
        user = try json.optional("User", Self.kind) { $0.string } ?? ""
        environment = try json.optional("Env", Self.kind) { $0.strings } ?? []
        entrypoint = try json.optional("Entrypoint", Self.kind) { $0.strings }
        command = try json.optional("Cmd", Self.kind) { $0.strings }
        workingDirectory = try json.optional("WorkingDir", Self.kind) { $0.string } ?? ""
        labels = try json.optional("Labels", Self.kind) { $0.dictionary } ?? [:]
        exposedPorts = try json.optional("ExposedPorts", Self.kind) { $0.keySet } ?? []
        volumes = try json.optional("Volumes", Self.kind) { $0.keySet } ?? []
        stopSignal = try json.optional("StopSignal", Self.kind) { $0.string }
        isArgumentsEscaped = try json.optional("ArgsEscaped", Self.kind) { $0.bool } ?? false
        if let value = json["Healthcheck"], !value.isNull {
            healthcheck = try ImageConfiguration.Healthcheck(value)
        }
        onBuild = try json.optional("OnBuild", Self.kind) { $0.strings } ?? []
        shell = try json.optional("Shell", Self.kind) { $0.strings } ?? []
    }

    /// The member `config`: what is not set is left out, as other tools write it.
    public var json: JSON {
        var result: JSON = [:]
        if !user.isEmpty { result["User"] = .string(user) }
        if !exposedPorts.isEmpty { result["ExposedPorts"] = Self.set(exposedPorts) }
        if !environment.isEmpty { result["Env"] = JSON(environment) }
        if let entrypoint { result["Entrypoint"] = JSON(entrypoint) }
        if let command { result["Cmd"] = JSON(command) }
        if !volumes.isEmpty { result["Volumes"] = Self.set(volumes) }
        if !workingDirectory.isEmpty { result["WorkingDir"] = .string(workingDirectory) }
        if !labels.isEmpty { result["Labels"] = JSON(labels) }
        if let stopSignal { result["StopSignal"] = .string(stopSignal) }
        if isArgumentsEscaped { result["ArgsEscaped"] = true }
        if let healthcheck { result["Healthcheck"] = healthcheck.json }
        if !onBuild.isEmpty { result["OnBuild"] = JSON(onBuild) }
        if !shell.isEmpty { result["Shell"] = JSON(shell) }
        return result
    }

    private static func set(_ keys: [String]) -> JSON { .object(JSON.Object(keys.sorted().map { ($0, [:]) })) }
}

extension ImageConfiguration.Healthcheck {
    private static let kind = "image configuration"

    init(_ json: JSON) throws(ImageFormatError) {
        func number(_ key: String) throws(ImageFormatError) -> Int64 {
            try json.optional(key, Self.kind) { $0.int64 } ?? 0
        }
        self.init(
            test: try json.optional("Test", Self.kind) { $0.strings } ?? [], interval: try number("Interval"),
            timeout: try number("Timeout"), startPeriod: try number("StartPeriod"),
            startInterval: try number("StartInterval"),
            retries: try json.optional("Retries", Self.kind) { $0.int } ?? 0)
    }

    var json: JSON {
        var result: JSON = [:]
        if !test.isEmpty { result["Test"] = JSON(test) }
        for (key, value) in [
            ("Interval", interval), ("Timeout", timeout), ("StartPeriod", startPeriod),
            ("StartInterval", startInterval), ("Retries", Int64(retries)),
        ] where value != 0 {
            result[key] = .integer(value)
        }
        return result
    }
}

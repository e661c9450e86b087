// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension ContainerInspection {
    /// `Config`: what a process gets, of the image and of what was asked.
    var configuration: JSON {
        let details = ContainerDetails(record.details)
        let isInteractive = request?.isInteractive ?? false
        var object = JSON.Object()
        object["Hostname"] = .string(hostname)
        object["Domainname"] = .string(request?.domainName?.description ?? "")
        object["User"] = .string(request?.user?.description ?? image?.user ?? "")
        object["AttachStdin"] = .bool(isInteractive)
        object["AttachStdout"] = true
        object["AttachStderr"] = true
        object["Tty"] = .bool(request?.hasTerminal ?? false)
        object["OpenStdin"] = .bool(isInteractive)
        object["StdinOnce"] = .bool(isInteractive)
        object["Env"] = JSON(details?.environment ?? variables)
        object["Cmd"] = command.map { JSON($0) } ?? .null
        object["Image"] = .string(record.image)
        let ports = exposedPorts
        if !ports.isEmpty { object["ExposedPorts"] = Self.keys(ports) }
        object["Volumes"] = image.map { $0.volumes.isEmpty ? .null : Self.keys($0.volumes) } ?? .null
        let directory =
            details?.workingDirectory ?? request?.workingDirectory?.description ?? image?.workingDirectory ?? ""
        object["WorkingDir"] = .string(directory)
        object["Entrypoint"] = entrypoint.map { JSON($0) } ?? .null
        object["OnBuild"] = .null
        object["Labels"] = record.labels
        if let signal = request?.stopSignal?.description ?? image?.stopSignal { object["StopSignal"] = .string(signal) }
        if let seconds = request?.stopTimeout { object["StopTimeout"] = JSON(seconds) }
        return .object(object)
    }

    private static func keys(_ names: [String]) -> JSON { .object(JSON.Object(names.map { ($0, [:]) })) }

    private var hostname: String {
        if let name = request?.hostname?.description { return name }
        return request?.uts == .host ? "" : String(record.id.prefix(12))
    }

    private var variables: [String] {
        var variables = Variables(lines: image?.environment ?? [])
        for argument in request?.environment ?? [] { variables.apply(argument.change { _ in nil }) }
        return variables.lines
    }

    /// An entry point from the command line takes the image's command with it.
    private var command: [String]? {
        if let command = request?.command, !command.isEmpty { return command }
        return request?.entrypoint == nil ? image?.command : nil
    }

    private var entrypoint: [String]? {
        guard let asked = request?.entrypoint else { return image?.entrypoint }
        return asked.isEmpty ? nil : [asked]
    }
}

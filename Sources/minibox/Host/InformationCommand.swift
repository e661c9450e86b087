// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import OCI
internal import Templates

/// `minibox info`, which is `minibox system info`.
enum InformationCommand {
    /// What its line says.
    struct Options: Sendable {
        var format = InspectCommand.Format.list
    }

    /// The table of `minibox info`.
    static func table() -> Command<Options> {
        Command(
            "Show what there is, where it is kept, and what this host gives", options: Options(),
            flags: [
                .value(
                    "format", short: "f", "json|TEMPLATE", "Print JSON, or what a template makes of it, as {{.Driver}}",
                    InspectCommand.Format.init(parsing:)
                ) { $0.format = $1 }
            ])
    }

    /// Prints it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let json = try globals.engine.information(version: VersionCommand.number)
        switch options.format {
        case .list: try Minibox.show(text(of: json))
        case .json: try Minibox.show("\(json)\n")
        case .template(let template): try Minibox.show(try template.text(of: json) + "\n")
        }
        for warning in json["Warnings"]?.array ?? [] where options.format.isForPeople {
            Minibox.complain("warning: \(warning.string ?? "")")
        }
        return 0
    }

    /// A line each, as docker has them.
    private static func text(of json: JSON) -> String {
        func word(_ member: String) -> String {
            guard let value = json[member] else { return "" }
            return value.string ?? "\(value)"
        }
        func words(_ list: JSON?) -> String { (list?.array ?? []).compactMap(\.string).joined(separator: " ") }
        let memory = UseRow.binary(UInt64(json["MemTotal"]?.int64 ?? 0))
        let lines: [(String, String)] = [
            ("Containers", word("Containers")), (" Running", word("ContainersRunning")),
            (" Paused", word("ContainersPaused")), (" Stopped", word("ContainersStopped")), ("Images", word("Images")),
            ("Version", word("ServerVersion")), ("Storage Driver", word("Driver")),
            (" Backing Filesystem", json["DriverStatus"]?[0]?[1]?.string ?? ""),
            ("Logging Driver", word("LoggingDriver")), ("Cgroup Driver", word("CgroupDriver")),
            ("Cgroup Version", word("CgroupVersion")), ("Volume Drivers", words(json["Plugins"]?["Volume"])),
            ("Networks", words(json["Plugins"]?["Network"])), ("Log Drivers", words(json["Plugins"]?["Log"])),
            ("Security Options", words(json["SecurityOptions"])), ("Kernel Version", word("KernelVersion")),
            ("Operating System", word("OperatingSystem")), ("Architecture", word("Architecture")),
            ("CPUs", word("NCPU")), ("Total Memory", memory), ("Name", word("Name")),
            ("Root Directory", word("DockerRootDir")), ("Run Directory", word("RunRoot")),
        ]
        return lines.map { "\($0.0): \($0.1)\n" }.joined()
    }
}

extension InspectCommand.Format {
    fileprivate var isForPeople: Bool { if case .list = self { true } else { false } }
}

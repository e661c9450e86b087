// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Audit
internal import Engine
internal import Linux
internal import OCI

/// `minibox audit [CONTAINER...]`.
enum AuditCommand {
    /// How it is printed.
    enum Format: String, Sendable {
        case table, json, sarif, html

        init(parsing text: String) throws(SyntaxError) {
            guard let format = Format(rawValue: text) else {
                throw SyntaxError(text, "is no format", "write table, json, sarif or html")
            }
            self = format
        }
    }

    /// What its line says.
    struct Options: Sendable {
        var names: [String] = []
        var processes: [Int32] = []
        var looksAtAll = false
        var isWhole = false
        var showsCalls = false
        var readsFilters = true
        var readsLayers = false
        var probes = false
        var format = Format.table
        var limit: AuditCheck.Severity?
        var explained: String?
    }

    /// The table of `minibox audit`.
    static func table() -> Command<Options> {
        Command(
            "Show which walls of a container stand, as the kernel has it",
            discussion: [
                "Nothing of a container's configuration is believed: each check reads what the kernel says of its processes, so that "
                    + "it says the same of what another runtime, or nobody, has confined. What is open is named with what closes it.",
                "It ends with 1 where something is open that is as bad as --fail-on says.",
            ],
            options: Options(),
            positionals: [.anyNumber("CONTAINER") { $0.names.append($1) }],
            flags: [
                .toggle("all", short: "a", "Look at every container that runs") { $0.looksAtAll = $1 },
                .list("pid", "PID", "Look at the process and those of its pid namespace", process) {
                    $0.processes.append($1)
                },
                .toggle("verbose", short: "v", "Show what stands, too") { $0.isWhole = $1 },
                .toggle("syscalls", "Show what the filter lets through, call by call") { $0.showsCalls = $1 },
                .toggle("filters", "Read the filters, for which each process stands still for an instant") {
                    $0.readsFilters = $1
                },
                .toggle(
                    "layers", "Hold the layers of a container's image against their digests, which reads all of them"
                ) {
                    $0.readsLayers = $1
                },
                .toggle(
                    "probe",
                    "Run a program in the container that asks the kernel, and hold its answers against the filter"
                ) {
                    $0.probes = $1
                },
                .value(
                    "format", "table|json|sarif|html", "Print text, JSON, SARIF for forges, or a page",
                    Format.init(parsing:)
                ) {
                    $0.format = $1
                },
                .value("fail-on", "LEVEL", "End with 1 where something of info, low, medium or high is open", severity)
                {
                    $0.limit = $1
                },
                .text("explain", "ID", "Say what a check is, and quit") { $0.explained = $1 },
            ])
    }

    /// Prints a report for each, the worst first in each.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        if let id = options.explained {
            guard let text = AuditReport.explanation(of: id) else {
                throw SyntaxError(id, "is no check", "minibox audit -v lists them")
            }
            try Minibox.show(text)
            return 0
        }
        try Minibox.requireRoot()
        let reports = try reports(options, globals)
        switch options.format {
        case .table:
            let texts = reports.map { report in
                report.text(isWhole: options.isWhole) + (options.showsCalls ? "\n" + calls(of: report) : "")
            }
            try Minibox.show(texts.joined(separator: "\n"))
        case .json:
            try Minibox.show(
                String(decoding: JSON.array(reports.map(\.json)).bytes(pretty: true), as: UTF8.self) + "\n")
        case .html: try Minibox.show(AuditReport.html(reports, version: VersionCommand.number))
        case .sarif:
            let json = AuditReport.sarif(reports, version: VersionCommand.number)
            try Minibox.show(String(decoding: json.bytes(pretty: true), as: UTF8.self) + "\n")
        }
        guard let limit = options.limit else { return 0 }
        return reports.contains { ($0.worst).map { $0 >= limit } ?? false } ? 1 : 0
    }

    private static func reports(_ options: Options, _ globals: GlobalOptions) throws -> [AuditReport] {
        let engine = try globals.engine
        var records = try options.names.map { try engine.inspect($0) }
        let running = try engine.list(all: false).filter { $0.process != nil }
        if options.looksAtAll { records += running.filter { record in !records.contains { $0.id == record.id } } }
        let neighbours = running.compactMap(\.process)
        guard !records.isEmpty || !options.processes.isEmpty || options.looksAtAll else {
            throw SyntaxError("audit", "needs a container", "write its name, --all, or --pid PID")
        }
        guard !options.probes || options.processes.isEmpty else {
            throw SyntaxError(
                "--probe", "is for containers of minibox: nothing enters a process of somebody else's",
                "leave --probe or --pid out")
        }
        guard !options.probes || options.readsFilters else {
            throw SyntaxError("--probe", "holds answers against filters that are not read", "leave --filters=false out")
        }
        var reports: [AuditReport] = []
        var images = ImageViews(try engine.images(), readsLayers: options.readsLayers)
        for record in records {
            guard let process = record.process else {
                throw EngineError(.missing, "the container \(record.name) does not run: there is nothing to look at")
            }
            var expectation = try engine.confinement(of: record).map { AuditExpectation($0) }
            expectation?.firewall = engine.walls(of: record).map { FirewallView($0) }
            expectation?.image = try images.view(of: record)
            let answers = options.probes ? try AuditProbe.ask(record, globals) : nil
            reports.append(try report(of: process, named: record.name, options, neighbours, expectation, answers))
        }
        for process in options.processes {
            reports.append(try report(of: process, named: "pid \(process)", options, neighbours))
        }
        return reports
    }

    private static func report(
        of process: Int32, named name: String, _ options: Options, _ neighbours: [Int32],
        _ expectation: AuditExpectation? = nil, _ answers: [UInt8]? = nil
    ) throws -> AuditReport {
        do throws(SystemError) {
            let subject = try AuditSubject(
                of: process, readsFilters: options.readsFilters,
                paths: (expectation?.maskedPaths ?? []) + (expectation?.readOnlyPaths ?? []), neighbours: neighbours)
            return AuditReport(
                of: subject, named: name, drawsCalls: options.showsCalls || options.format == .html,
                against: expectation, reach: answers.flatMap { ReachReport($0, of: subject) })
        } catch {
            throw EngineError(.missing, "cannot look at \(name)", cause: error)
        }
    }

    private static func calls(of report: AuditReport) -> String {
        report.systemCalls?.text ?? "the filters could not be read: -v says why, of A19\n"
    }

    private static func process(_ text: String) throws(SyntaxError) -> Int32 {
        guard let number = Int32(text), number > 0 else {
            throw SyntaxError(text, "is no process", "write its number, as ps shows it")
        }
        return number
    }

    static func severity(_ text: String) throws(SyntaxError) -> AuditCheck.Severity {
        guard let level = AuditCheck.Severity(rawValue: text) else {
            throw SyntaxError(text, "is no level", "write info, low, medium or high")
        }
        return level
    }
}

extension ContainerRecord {
    /// Its first process, where it runs.
    fileprivate var process: Int32? { if case .running(let process, _, _) = state { process } else { nil } }
}

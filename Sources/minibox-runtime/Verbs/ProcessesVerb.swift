// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// `ps ID [OPTIONS OF PS]`.
enum ProcessesVerb {
    struct Options: Sendable {
        var format = ListVerb.Format.table
    }

    static let verb = Verb(
        name: "ps", group: .show, words: "ID [OPTIONS OF PS]", count: 1...Int.max,
        summary: "List the processes of a container", stopsAtFirstWord: true, options: Options(),
        flags: [
            .value("format", "f", "table|json", "What ps(1) tells of them, or their numbers (table)") {
                (options, text) throws(UsageError) in
                guard let format = ListVerb.Format(rawValue: text) else {
                    throw UsageError("--format is table or json, not '\(text)'")
                }
                options.format = format
            }
        ], perform: perform)

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let processes = try session.runtime().processes(of: try ContainerID(words[0]))
        switch options.format {
        case .json: try session.show("\(JSON.array(processes.map { JSON($0) }))\n")
        case .table:
            let table = try output(of: words.count > 1 ? Array(words.dropFirst()) : ["-ef"])
            try session.show(try rows(of: table, about: processes))
        }
        return 0
    }

    /// What ps(1) of the host says of all processes.
    private static func output(of arguments: [String]) throws(RuntimeError) -> String {
        guard let path = HostProgram.find("ps") else {
            throw RuntimeError(
                .unsupported, "exec: \"ps\": executable file not found in $PATH",
                RuntimeError.Details(hint: "install procps, or ask for --format json"))
        }
        let result: RunningProgram.Result
        do throws(SystemError) {
            let variables = ["PATH", "COLUMNS", "TERM"].compactMap { name in
                Environment.value(of: name).map { "\(name)=\($0)" }
            }
            result = try HostProgram(path, arguments, environment: variables)
                .start(in: try Descriptor.open("/", [.path, .directory]))
                .finish(limit: 64 << 20, interruptedBy: try SignalQueue(of: SignalQueue.ending))
        } catch {
            throw RuntimeError(.unsupported, "cannot run ps", path: path, cause: error)
        }
        guard result.status.code == 0 else {
            let words = String(decoding: result.error, as: UTF8.self).split(separator: "\n").first ?? "no reason given"
            throw RuntimeError(.invalid, "ps failed: \(words)")
        }
        return String(decoding: result.output, as: UTF8.self)
    }

    /// The header, and the lines whose column PID is one of `processes`.
    static func rows(of table: String, about processes: [Int32]) throws(RuntimeError) -> String {
        let lines = table.split(separator: "\n")
        guard let header = lines.first,
            let column = header.split(separator: " ").firstIndex(of: "PID")
        else {
            throw RuntimeError(.invalid, "ps lists no column PID: add it to the options, as in '-o pid,comm'")
        }
        let numbers = Set(processes)
        let rows = lines.dropFirst().filter { line in
            let fields = line.split(separator: " ")
            return column < fields.count && Int32(fields[column]).map(numbers.contains) == true
        }
        return ([header] + rows).map { "\($0)\n" }.joined()
    }
}

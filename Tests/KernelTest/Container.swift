// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux

/// What came of a container: what it wrote, and how it ended.
struct Outcome {
    var output: String
    var status: ExitStatus

    /// The lines `NAME=VALUE`.
    var answers: [String: String] {
        var result: [String: String] = [:]
        for line in output.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            result[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        return result
    }
}

/// Starts a plan, reads what the container writes, waits for its end and cleans up.
func run(_ plan: Plan, in place: Place) throws -> Outcome {
    try place.renew()
    var kernel = LiveKernel()
    let interpreter = Interpreter(plan: plan)
    do {
        try interpreter.start(on: &kernel)
        let started = try kernel.takeStarted()
        let output = try started.streams.with(1) { stream throws(SystemError) in try stream.readAll() }
        let errors = try started.streams.with(2) { stream throws(SystemError) in try stream.readAll() }
        let status = try started.process.wait()
        try interpreter.finish(on: &kernel)
        return Outcome(output: String(decoding: output + errors, as: UTF8.self), status: status)
    } catch {
        // The failure of the start is the one to tell of.
        do { try interpreter.finish(on: &kernel) } catch let second { print("finish: \(second)") }
        throw error
    }
}

/// run BASE STYLE COMMAND...: prints what the command prints, and ends as it does.
func runCase(_ place: Place, _ arguments: [String]) throws {
    guard let style = Style(rawValue: arguments.first ?? "") else { throw CaseError("there is no such style") }
    let outcome = try run(try place.plan(style, Array(arguments.dropFirst())), in: place)
    print(outcome.output, terminator: "")
    let left = try place.leftovers()
    guard left.isEmpty else { throw CaseError("left behind: \(left)") }
    if outcome.status != .exited(0) { throw CaseError("\(outcome.status)") }
}

/// explain BASE STYLE COMMAND...: prints the plan as JSON.
func explainCase(_ place: Place, _ arguments: [String]) throws {
    guard let style = Style(rawValue: arguments.first ?? "") else { throw CaseError("there is no such style") }
    print(try place.plan(style, Array(arguments.dropFirst())).json())
}

/// join BASE: starts a container that joins the namespaces of a process that has ended: the child fails, and must not go
/// on as its parent. Prints what the start said, once.
func joinCase(_ place: Place, _ arguments: [String]) throws {
    var configuration = try place.configuration(.host, ["true"])
    configuration.namespaces.own = [.mount, .pid]
    configuration.namespaces.joined = [JoinedNamespaces(kinds: .network, process: Int32.max, name: "gone")]
    do {
        _ = try run(try Planner(configuration: configuration, host: .usual).plan(), in: place)
        print("NO FAILURE")
    } catch {
        print(error)
    }
    let left = try place.leftovers()
    if !left.isEmpty { throw CaseError("left behind: \(left)") }
}

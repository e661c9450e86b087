// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import Testing

@Suite("A start under strace", .serialized, .enabled(if: KernelHost.isThere, KernelHost.reason))
struct TraceTests {
    /// The other half of the proof: what is done is in the plan, in one place, and under its own name.
    @Test(
        "makes every call that changes something within one step, and one that names it",
        arguments: ["usual", "full", "host", "user", "early"])
    func everyCallIsOfAStep(style: String) throws {
        try KernelHost.withPlace { place in
            let file = place + "/trace"
            let answer = try KernelHost.run([
                "timeout", "-k", "5", KernelHost.limit, "strace", "-f", "-s", "200", "-o", file, KernelHost.program,
                "marked",
                place, style,
            ])
            try #require(answer.code == 0, "\(answer.output.suffix(2000))")
            let steps = try #require(try JSON(parsing: Array(answer.output.utf8))["steps"]?.array)
            let trace = SystemCallTrace(try String(contentsOfFile: file, encoding: .utf8))
            #expect(trace.faults == [])
            #expect(trace.calls.count > 150)
            var made: [Int: Set<String>] = [:]
            for call in trace.calls {
                guard let number = call.step else {
                    Issue.record("belongs to no step: \(call.line)")
                    continue
                }
                made[number, default: []].insert(call.name)
                let column = steps[number - 1]["call"]?.string ?? ""
                #expect(
                    Self.names(in: column).contains { call.name == $0 || call.name.hasPrefix($0 + " ") },
                    "step \(number) says \"\(column)\" and calls \(call.line)")
            }
            for step in steps {
                let (number, kind) = (step["number"]?.int ?? 0, step["step"]?.string ?? "")
                let promised = Self.names(in: step["call"]?.string ?? "").filter {
                    SystemCallTrace.watched.contains($0)
                }
                // What is not there is neither hidden nor locked.
                if promised.isEmpty || ["mask", "makeReadOnly"].contains(kind) { continue }
                #expect(
                    !(made[number] ?? []).isDisjoint(with: promised),
                    "step \(number), \(kind), makes none of its calls \(promised)")
            }
        }
    }

    /// The calls that a column names, and the files that it says are written.
    private static func names(in column: String) -> [String] {
        column.split { $0 == "," || $0 == ";" }.flatMap { part -> [String] in
            var words = part.split(separator: " ").map(String.init)
            if words.first == "write", words.count > 1 { words.removeFirst() }
            if words.count == 2, words[0] == "prctl" { return [words.joined(separator: " ")] }
            return words.filter { $0 != "or" }
        }
    }
}

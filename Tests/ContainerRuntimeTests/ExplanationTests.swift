// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("A plan explained")
struct ExplanationTests {
    @Test("fits the width it is given, and says every word at each", arguments: [40, 80, 100, 120, 140, 200])
    func fits(width: Int) throws {
        let plan = try Plan.usual()
        let lines = plan.explanation(width: width).split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines where !line.contains(": by the ") { #expect(line.count <= width, "\(line)") }
        for step in plan.steps { #expect(lines.contains { $0.drop { $0 == " " }.hasPrefix("\(step.number) ") }) }
    }

    @Test("has one line a step where no width is given")
    func oneLine() throws {
        let plan = try Plan.usual()
        let lines = plan.explanation().split(separator: "\n")
        for step in plan.steps {
            let words = step.step.explanation
            #expect(
                lines.contains { line in [words.what, words.call, words.protects].allSatisfy { line.contains($0) } })
        }
    }

    @Test("gives no step without words for what it does, calls and protects")
    func words() throws {
        for item in PlanCase.all {
            for step in try Plan.usual(host: item.host, item.change).steps {
                let words = step.step.explanation
                for text in [words.what, words.call, words.protects] {
                    #expect(!text.isEmpty)
                    #expect(!text.contains("\n") && !text.hasSuffix("."), "\(text)")
                }
            }
        }
    }

    @Test("writes control characters of the command out")
    func controlCharacters() throws {
        let plan = try Plan.usual { $0.process.arguments = ["sh", "-c", "a\nb\u{1B}[31m\tc"] }
        #expect(plan.explanation().contains(#"execute sh -c a\nb\u{1B}[31m\tc, never"#))
    }

    @Test("groups the steps by phase, in their order")
    func phases() throws {
        let text = try Plan.usual { $0.process.gate = GateConfiguration(fifo: "/run/c/go", report: "/run/c/report") }
            .explanation()
        let places = Phase.allCases.map { text.firstRange(of: "\n\($0.rawValue): \($0.meaning)\n")?.lowerBound }
        #expect(places.allSatisfy { $0 != nil })
        #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
    }

    @Test("shows the times that were traced, and says so where there are none")
    func times() throws {
        var times = StepTimes()
        times.merge([1: 12_000, 3: 345_678])
        let plan = try Plan.usual()
        let text = plan.explanation(times: times)
        #expect(text.contains("µs"))
        #expect(text.contains("   3  345  "))
        #expect(text.contains("357 µs in 2 steps"))
        #expect(!plan.explanation().contains("µs"))
        let steps = plan.json(times: times)["steps"]
        #expect(steps?[2]?["nanoseconds"] == 345_678)
        #expect(steps?[1]?["nanoseconds"] == nil)
        #expect(plan.json()["steps"]?[2]?["nanoseconds"] == nil)
    }

    @Test("ends with what the host could not give")
    func notes() throws {
        let host = HostFacts.usual(
            capabilities: [], limits: [LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 1024, hard: 4096))])
        let plan = try Plan.usual(host: host) {
            $0.process.limits = [LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 8192, hard: 8192))]
        }
        #expect(plan.notes.count == 1)
        #expect(plan.explanation().hasSuffix("\n\nnote: \(plan.notes[0])\n"))
        #expect(plan.json()["notes"]?.strings == plan.notes)
    }

    @Test("is the same for the same plan, as text and as JSON")
    func stable() throws {
        let (one, two) = (try Plan.usual(), try Plan.usual())
        #expect(one.explanation() == two.explanation())
        #expect(one.json().bytes() == two.json().bytes())
    }

    @Test("as JSON tells any two plans apart that differ in a step")
    func distinguishes() throws {
        let documents = try PlanCase.all.map { try Plan.usual(host: $0.host, $0.change).json().description }
        #expect(Set(documents).count == documents.count)
    }

    @Test("as JSON keeps 64-bit numbers whole: filters as digits, the highest limit as a word")
    func wholeNumbers() throws {
        let plan = try Plan.usual {
            $0.process.limits = [LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 1024, hard: .max))]
        }
        let steps = plan.json()["steps"]?.array ?? []
        let limit = steps.first { $0["step"] == "setLimit" }?["parameters"]
        #expect(limit?["soft"] == 1024)
        #expect(limit?["hard"] == "unlimited")
        let filter = steps.first { $0["step"] == "launch" }?["parameters"]?["filter"]
        #expect(filter?["instructions"]?.strings == ["0x0000000000000020", "0x7fff000000000006"])
    }
}

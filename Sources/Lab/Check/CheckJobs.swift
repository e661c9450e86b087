// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// Checks of many exercises, several at the same time: each is a command of its own, `minibox lab check --json`.
public struct CheckJobs: Sendable {
    let catalog: Catalog
    let jobs: Int
    let attributes: Bool
    let globals: [String]

    /// - Parameter globals: the flags before the command that say where its directories are.
    public init(catalog: Catalog, jobs: Int, attributes: Bool, globals: [String]) {
        self.catalog = catalog
        self.jobs = jobs
        self.attributes = attributes
        self.globals = globals
    }

    /// Runs them all; `report` gets each with what its command said, as it ends.
    public func run(_ report: (Exercise, JSON) throws -> Void) throws {
        let program = try Programs.path(of: "minibox")
        let directory = try Descriptor.open("/", [.path, .directory])
        let inherited = ["PATH", "MINIBOX_LAB_BOX", "TMPDIR"].compactMap { name in
            Environment.value(of: name).map { "\(name)=\($0)" }
        }
        var running: [CheckSlot] = []
        var waiting = catalog.exercises[...]
        while !waiting.isEmpty || !running.isEmpty {
            while running.count < jobs, let exercise = waiting.popFirst() {
                let words = ["lab", "check", "--json", "--attribution=\(attributes)", exercise.label]
                let command = HostProgram(
                    program, globals + words,
                    environment: inherited + ["MINIBOX_LAB=\(catalog.directory)", "SWIFT_BACKTRACE=enable=no"])
                running.append(try CheckSlot(exercise, try command.start(in: directory)))
            }
            try CheckSlot.wait(running)
            var still: [CheckSlot] = []
            for slot in running {
                try slot.take()
                if slot.hasEnded { try report(slot.exercise, slot.answer()) } else { still.append(slot) }
            }
            running = still
        }
    }
}

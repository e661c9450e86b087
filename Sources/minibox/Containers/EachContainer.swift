// SPDX-License-Identifier: Apache-2.0
internal import Engine

extension Minibox {
    /// Does something to each container that is named, and prints its name; one that it fails for does not keep the others.
    /// - Returns: the exit code: 1 where one failed.
    static func each(
        _ names: [String], quietly: Bool = false, _ action: (String) throws -> Void
    ) throws -> Int32 {
        try each(names, quietly: quietly, begin: { $0 }, finish: action)
    }

    /// The same in two parts: many are begun before the first is finished, so that what takes long is done for all at a
    /// time. What is said of them is in the order of the names.
    static func each<Begun>(
        _ names: [String], quietly: Bool = false, begin: (String) throws -> Begun, finish: (Begun) throws -> Void
    ) throws -> Int32 {
        try each(names, quietly: quietly, begin: begin) { begun, _ in try finish(begun) }
    }

    /// The same where what is finished has to keep an eye on those that are begun.
    static func each<Begun>(
        _ names: [String], quietly: Bool = false, begin: (String) throws -> Begun,
        finishBeside: (Begun, [Begun]) throws -> Void
    ) throws -> Int32 {
        var code: Int32 = 0
        var begun: [Result<Begun, any Error>] = []
        var next = 0
        for name in names {
            // Each may hold a connection, of which a process has a thousand.
            while next < names.count, begun.count < mostBegun {
                begun.append(Result { try begin(names[next]) })
                next += 1
            }
            do {
                let first = try begun.removeFirst().get()
                try finishBeside(first, begun.compactMap { try? $0.get() })
            } catch {
                complain("\(error)")
                code = 1
                continue
            }
            if !quietly { try show(name + "\n") }
        }
        return code
    }

    private static let mostBegun = 128
}

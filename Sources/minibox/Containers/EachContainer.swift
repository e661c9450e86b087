// SPDX-License-Identifier: Apache-2.0

extension Minibox {
    /// Does something to each container that is named, and prints its name; one that it fails for does not keep the others.
    /// - Returns: the exit code: 1 where one failed.
    static func each(
        _ names: [String], quietly: Bool = false, _ action: (String) throws -> Void
    ) throws -> Int32 {
        var code: Int32 = 0
        for name in names {
            do {
                try action(name)
            } catch {
                complain("\(error)")
                code = 1
                continue
            }
            if !quietly { try show(name + "\n") }
        }
        return code
    }
}

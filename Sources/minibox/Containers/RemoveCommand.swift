// SPDX-License-Identifier: Apache-2.0
internal import Engine

extension RemoveCommand {
    /// Removes each container that is named; one that cannot be removed does not keep the others.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var code: Int32 = 0
        for name in options.containers {
            do {
                try globals.engine.remove(name, force: options.isForced, volumes: options.removesVolumes)
                try Minibox.show(name + "\n")
            } catch {
                Minibox.complain("\(error)")
                code = 1
            }
        }
        return code
    }
}

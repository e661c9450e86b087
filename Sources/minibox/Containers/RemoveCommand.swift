// SPDX-License-Identifier: Apache-2.0
internal import Engine

extension RemoveCommand {
    /// Removes each container that is named; one that cannot be removed does not keep the others.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        defer { engine.giveBackSpace() }
        // One that is named twice is removed once.
        var names: [String] = []
        for name in options.containers where !names.contains(name) { names.append(name) }
        return try Minibox.each(
            names,
            begin: { try engine.beginRemoval($0, force: options.isForced, volumes: options.removesVolumes) },
            finish: { try engine.remove($0, volumes: options.removesVolumes) })
    }
}

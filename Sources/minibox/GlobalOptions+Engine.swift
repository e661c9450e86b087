// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux

extension GlobalOptions {
    /// The directories of the flags, of the environment, or the usual ones.
    var places: Engine.Places {
        let usual = Engine.Places()
        return Engine.Places(
            root: root ?? Environment.value(of: "MINIBOX_ROOT") ?? usual.root,
            runRoot: runRoot ?? Environment.value(of: "MINIBOX_RUN_ROOT") ?? usual.runRoot)
    }

    /// The engine over them.
    var engine: Engine {
        get throws(EngineError) {
            let places = places
            for (name, path) in [("MINIBOX_ROOT", places.root), ("MINIBOX_RUN_ROOT", places.runRoot)] {
                // Processes that go on have another working directory.
                guard path.isRooted else {
                    throw EngineError(.invalid, "\(name)=\(path) is not an absolute path: write it from the root on")
                }
            }
            var engine = try Engine.open(places)
            engine.invocation = Invocation(
                words: { Program.minibox.concealingSecrets(in: CommandLine.arguments) }, complain: Minibox.complain)
            return engine
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension GlobalOptions {
    /// The engine over the directories of the flags, of the environment, or the usual ones.
    var engine: Engine {
        let usual = Engine.Places()
        return Engine(
            places: Engine.Places(
                root: root ?? Environment.value(of: "MINIBOX_ROOT") ?? usual.root,
                runRoot: runRoot ?? Environment.value(of: "MINIBOX_RUN_ROOT") ?? usual.runRoot))
    }
}

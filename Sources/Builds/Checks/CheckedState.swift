// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What a stage has set.
struct CheckedState {
    var environment: Environment
    /// ARGs, with a value or without.
    var declared: Set<String> = []
    /// Instructions that ONBUILD puts off.
    var triggers: [Instruction] = []
    var facts: Facts

    /// What does not grow, and is kept with each instruction.
    struct Facts {
        /// Whether nothing else can be set: the base image is known.
        var isComplete: Bool
        /// Whether SHELL was there.
        var hasShell: Bool
        /// Whether this file says where it works.
        var hasDirectory = false
        /// How many names are set, of those that the stage has in the end.
        var nameCount = 0
    }

    /// An image, or one that is not known here.
    init(of image: ImageConfiguration?) {
        environment = Environment(image?.execution.environment ?? [])
        if environment["PATH"] == nil { environment.set(StageState.path) }
        facts = Facts(isComplete: image != nil, hasShell: !(image?.execution.shell ?? []).isEmpty)
        triggers = (image?.execution.onBuild ?? []).compactMap { try? DockerfileParser.parseInstruction($0) }
    }
}

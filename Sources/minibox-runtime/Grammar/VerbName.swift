// SPDX-License-Identifier: Apache-2.0

/// The commands by name. The table of one is made when it is asked for: each of them has types of its own, which a process
/// that starts would spend half a million instructions on, and needs one.
enum VerbName: String, CaseIterable {
    case create, start, run, kill, delete, exec, pause, resume, update, state, list
    case processes = "ps"
    case events, spec, check, features, checkpoint, restore, mounts

    /// The command of that name. Compared one by one: `init(rawValue:)` makes a dictionary of so many.
    static func named(_ name: String) -> VerbName? { allCases.first { $0.rawValue == name } }

    var verb: AnyVerb {
        switch self {
        case .create: AnyVerb(CreateVerb.verb)
        case .start: AnyVerb(StartVerb.verb)
        case .run: AnyVerb(RunVerb.verb)
        case .kill: AnyVerb(KillVerb.verb)
        case .delete: AnyVerb(DeleteVerb.verb)
        case .exec: AnyVerb(ExecVerb.verb)
        case .pause: AnyVerb(PauseVerb.verb)
        case .resume: AnyVerb(ResumeVerb.verb)
        case .update: AnyVerb(UpdateVerb.verb)
        case .state: AnyVerb(StateVerb.verb)
        case .list: AnyVerb(ListVerb.verb)
        case .processes: AnyVerb(ProcessesVerb.verb)
        case .events: AnyVerb(EventsVerb.verb)
        case .spec: AnyVerb(SpecVerb.verb)
        case .check: AnyVerb(CheckVerb.verb)
        case .features: AnyVerb(FeaturesVerb.verb)
        case .checkpoint, .restore, .mounts: MissingVerb.verb(self)
        }
    }
}

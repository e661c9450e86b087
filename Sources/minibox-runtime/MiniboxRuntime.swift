// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Words

/// From words to an exit code: parse, do, and say what went wrong.
enum MiniboxRuntime {
    /// All commands, in the order of `--help`.
    static var verbs: [AnyVerb] { VerbName.allCases.map(\.verb) }

    /// What a command line asks for.
    enum Request {
        case show(String)
        case perform(GlobalOptions, verb: String, AnyVerb.Action)
    }

    /// Reads a command line. Nothing is done yet.
    static func read(_ words: ArraySlice<String>, globals: inout GlobalOptions) throws(UsageError) -> Request {
        let reader = ArgumentReader(flags: GlobalOptions.flags, stopsAtFirstWord: true)
        let rest = try reader.read(words, into: &globals) ?? []
        if globals.asksForVersion { return .show(Version.text) }
        guard let name = rest.first, !globals.asksForHelp else { return .show(overview) }
        if name == "help" {
            guard let wanted = rest.dropFirst().first else { return .show(overview) }
            return .show(Help.text(of: try find(wanted)))
        }
        let verb = try find(name)
        guard let action = try verb.read(rest.dropFirst()) else { return .show(Help.text(of: verb)) }
        return .perform(globals, verb: verb.name, action)
    }

    private static func find(_ name: String) throws(UsageError) -> AnyVerb {
        if let known = VerbName.named(name) { return known.verb }
        let near = nearestWord(to: name, among: VerbName.allCases.map(\.rawValue))
        throw UsageError(
            "there is no command '\(name)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "'\(Help.program) --help' lists the commands")
    }

    private static var overview: String {
        Help.overview(verbs: verbs, flags: GlobalOptions.flags.map(FlagHelp.init))
    }

    /// Does what `words` ask for.
    static func run(_ words: [String]) -> Int32 {
        var globals = GlobalOptions()
        do throws(SystemError) {
            try StandardStream.openMissing()
        } catch {
            return 1
        }
        let request: Request
        do throws(UsageError) {
            request = try read(words[...], globals: &globals)
        } catch {
            let details = RuntimeError.Details(phase: "arguments", hint: error.hint)
            // What was read of the flags so far says where to.
            guard let log = try? Log(globals) else {
                Log().fail(error.message, details)
                return 1
            }
            log.fail(error.message, details)
            return failureCode(of: words)
        }
        switch request {
        case .show(let text): return (try? StandardStream.output.duplicate().write(text)) == nil ? 1 : 0
        case .perform(let globals, let verb, let action): return perform(globals, verb: verb, action)
        }
    }

    private static func perform(_ globals: GlobalOptions, verb: String, _ action: AnyVerb.Action) -> Int32 {
        var session: Session
        do throws(RuntimeError) {
            session = Session(globals: globals, log: try Log(globals))
        } catch {
            Log(format: globals.logFormat).fail(error.message, error.details)
            return failureCode(of: [verb])
        }
        do throws(RuntimeError) {
            session.log.debug("\(verb): begins")
            let code = try action(&session)
            session.log.succeed()
            return code
        } catch {
            session.log.fail(prefix(of: verb, error) + error.message, error.details)
            return failureCode(of: [verb])
        }
    }

    /// runc says what failed where a container or a program did not come to be.
    private static func prefix(of verb: String, _ error: RuntimeError) -> String {
        switch verb {
        case "create", "run": "\(Help.program) \(verb) failed: "
        case "exec": "exec failed: "
        default: ""
        }
    }

    /// That of a program that was executed could be 1 as well, so a failure of `exec` itself is 255, as runc's.
    private static func failureCode(of words: [String]) -> Int32 { words.contains("exec") ? 255 : 1 }
}

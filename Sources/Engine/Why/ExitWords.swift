// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What an exit code or a signal means, in sentences.
enum ExitWords {
    /// Of a program that ended by itself: exit(3), and the codes of shells, sh(1p).
    static func meaning(of code: Int32, name: String) -> String {
        switch code {
        case 0: return "Its program ended by itself, with 0: it says that all went well."
        case 125:
            return
                "Its program ended by itself, with 125, by which programs like minibox, docker and env say that they "
                + "themselves have failed."
        case 126:
            return "Its program ended by itself, with 126, by which a shell says that a command is there but cannot be "
                + "executed: 'minibox logs \(name)' has which."
        case 127:
            return "Its program ended by itself, with 127, by which a shell says that there is no such command: "
                + "'minibox logs \(name)' has which."
        case 129...192:
            let signal = Signal(rawValue: code - 128)
            return "Its program ended by itself, with \(code), by which a shell says that a command of its own was "
                + "ended by \(signal) (128 and \(code - 128))."
        default:
            return "Its program ended by itself, with \(code). What that means the program alone knows: "
                + "'minibox logs \(name)' has its last words."
        }
    }

    /// What a signal is for that the program's own doing leads to: signal(7). nil of one that others send.
    static func fault(_ signal: Signal) -> String? {
        switch signal.description {
        case "SIGSEGV": "it used memory that it does not have"
        case "SIGBUS": "it used memory that cannot be had, as of a file that is shorter by now"
        case "SIGFPE": "it divided by zero, or the like"
        case "SIGILL": "it has an instruction that this processor does not have"
        case "SIGTRAP": "it ran into a breakpoint of its own, which is how some programs give up"
        case "SIGABRT": "it gave up itself, as of an assertion that did not hold: abort(3)"
        case "SIGPIPE": "it wrote where nobody reads any more"
        case "SIGXCPU": "it used up its time of the processor: --ulimit cpu"
        case "SIGXFSZ": "it made a file longer than it may: --ulimit fsize"
        case "SIGALRM": "it had set itself an alarm"
        default: nil
        }
    }

    /// Who had minibox send a signal.
    static func sender(_ sent: ContainerEnding.Sent) -> String {
        let signal = Signal(rawValue: sent.signal)
        return switch sent.by {
        case .stop: "'minibox stop' sent \(signal)."
        case .kill: "'minibox kill' or 'minibox rm -f' sent \(signal)."
        case .restart: "'minibox restart' sent \(signal)."
        case .patience:
            "It was asked to end, did not within its time, and was sent \(signal): --stop-timeout gives it more."
        case .shutdown:
            "Its supervisor was asked to end, as when the machine goes down, and sent \(signal)."
        }
    }

    /// `24 MiB`, `1.5 GiB`, `12 bytes`.
    static func size(_ bytes: UInt64) -> String {
        var (whole, unit) = (bytes, 0)
        var tenth: UInt64 = 0
        while whole >= 1024, unit < 4 {
            tenth = whole % 1024 * 10 / 1024
            whole /= 1024
            unit += 1
        }
        let name = ["bytes", "KiB", "MiB", "GiB", "TiB"][unit]
        return tenth == 0 ? "\(whole) \(name)" : "\(whole).\(tenth) \(name)"
    }

    /// `0.42 ms`: nanoseconds as a hundredth of a millisecond.
    static func milliseconds(_ nanoseconds: UInt64) -> String {
        let hundredths = (nanoseconds + 5_000) / 10_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) ms"
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import CInit

/// Process 1 of a container (`--init`): starts the program it is given, passes signals on to it, reaps whatever is left
/// without a parent, and ends as the program did.
///
/// It has no options: `minibox-init [--] PROGRAM [ARGUMENT...]`. It allocates nothing. When it ends as process 1, the
/// kernel ends what is left: pid_namespaces(7).
@main
struct Init {
    static func main() {
        let arguments = unsafe mb_arguments()
        let count = Int(mb_argument_count())
        var first = 1
        if count > 1, let word = unsafe arguments?[1], unsafe strcmp(word, "--") == 0 { first = 2 }
        guard first < count, let rest = unsafe arguments?.advanced(by: first), let program = unsafe rest[0] else {
            unsafe Failure.end("no program: write minibox-init PROGRAM [ARGUMENT...]", nil, 125)
        }
        // Where another process is process 1, as in a test, orphans would go to that one.
        if getpid() != 1, mb_adopt_orphans() != 0 {
            unsafe Failure.end("cannot adopt orphans of ", program, 125)
        }
        var signals = Signals()
        signals.hold()
        let child = unsafe Child.start(program, rest, signals)
        while true {
            let signal = signals.next()
            if signal == SIGCHLD {
                if let code = reap(until: child) { _exit(code) }
            } else if signal > 0 {
                kill(child, signal)
            }
        }
    }

    /// Takes the status of every child that has ended. Where `child` is among them: its code, or 128 and its signal.
    private static func reap(until child: pid_t) -> Int32? {
        var code: Int32?
        var status: Int32 = 0
        while true {
            let ended = unsafe waitpid(-1, &status, WNOHANG)
            if ended <= 0 { return code }
            // wait(2): the low seven bits are the signal, the byte above is the code.
            if ended == child { code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f) }
        }
    }
}

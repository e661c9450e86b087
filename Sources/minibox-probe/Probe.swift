// SPDX-License-Identifier: Apache-2.0
internal import CProbe

/// What the exercises of the lab try, from inside of a container: `minibox-probe VERB [WORD...]`.
///
/// Each observation is one line of JSON on the standard output, with names of errors, `OK` and numbers, and no sentence.
/// Nothing is changed that outlives the process; what uses up a machine has a bound. It needs nothing of the root it is in.
@main
struct Probe {
    static func main() {
        let words = unsafe probe_arguments()
        let count = probe_argument_count()
        guard count > 1, let all = unsafe words, let verb = unsafe all[1] else {
            unsafe end(unknown: nil)
        }
        guard let probe = unsafe Verb.find(verb) else { unsafe end(unknown: verb) }
        exit(unsafe probe(count - 2, all + 2))
    }

    private static func exit(_ code: Int32) -> Never { _exit(code) }

    private static func end(unknown verb: UnsafePointer<CChar>?) -> Never {
        put("minibox-probe: ")
        if let verb = unsafe verb {
            put("there is no ")
            unsafe put(bytes: verb)
            put(", but")
        } else {
            put("write minibox-probe VERB [WORD...]:")
        }
        for verb in Verb.all {
            put(" ")
            put(verb.name)
        }
        put("\n")
        _exit(2)
    }

    private static func put(_ text: StaticString) {
        _ = unsafe write(2, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func put(bytes text: UnsafePointer<CChar>) {
        _ = unsafe write(2, text, strlen(text))
    }
}

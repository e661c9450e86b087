// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A system call that waits until a supervisor has answered: seccomp_unotify(2).
public struct SeccompQuestion: Sendable {
    /// What the answer is known by.
    let id: UInt64
    /// The thread that waits, as this process numbers it; 0 where it cannot be seen from here.
    public let thread: Int32
    /// Which call it is, in which table; nil for a table that this program does not know.
    public let architecture: SeccompArchitecture?
    public let number: UInt32
    /// Six words. What they point to may be another thing a moment later: it is the memory of whoever asks.
    public let arguments: [UInt64]

    init(_ given: mb_question) {
        id = given.id
        thread = given.thread
        number = given.number
        let words = given.arguments
        arguments = [words.0, words.1, words.2, words.3, words.4, words.5]
        let isX32 =
            given.architecture == SeccompArchitecture.amd64.auditValue && number & SeccompArchitecture.x32Bit != 0
        architecture =
            isX32 ? .x32 : SeccompArchitecture.allCases.first { $0 != .x32 && $0.auditValue == given.architecture }
    }

    /// What becomes of the call.
    public enum Answer: Hashable, Sendable {
        /// The kernel carries it out, with its arguments as they are then.
        case goOn
        /// It fails with this error.
        case refuse(Errno)
    }
}

extension DescriptorTable {
    /// The call that waits at the listener in a slot; nil where it has ended meanwhile.
    public borrowing func nextQuestion(_ slot: Slot) throws(SystemError) -> SeccompQuestion? {
        let listener = try number(slot)
        var question = mb_question()
        do throws(SystemError) {
            try check("seccomp") { unsafe mb_notify_receive(listener, &question) }
        } catch {
            // Whoever asked was killed between the waking and this.
            if error.errno == .noEntry || error.errno == .interrupted { return nil }
            throw error
        }
        return SeccompQuestion(question)
    }

    /// Whether a call still waits: only then what was read of its thread was that thread's, and not that of another which
    /// has its number now.
    public borrowing func isWaiting(_ question: SeccompQuestion, at slot: Slot) -> Bool {
        guard let listener = try? number(slot) else { return false }
        return mb_notify_is_valid(listener, question.id) == 0
    }

    /// Answers. What has ended meanwhile needs no answer.
    public borrowing func answer(
        _ question: SeccompQuestion, with answer: SeccompQuestion.Answer, at slot: Slot
    ) throws(SystemError) {
        let listener = try number(slot)
        let error: Int32 =
            switch answer {
            case .goOn: 0
            case .refuse(let error): error.rawValue
            }
        do throws(SystemError) {
            try check("seccomp") { mb_notify_answer(listener, question.id, error) }
        } catch {
            guard error.errno == .noEntry else { throw error }
        }
    }
}

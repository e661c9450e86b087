// SPDX-License-Identifier: Apache-2.0
import CTestSupport
import Foundation

/// The system call that a process is in, or before which who traces it has stopped it: proc_pid_syscall(5).
public enum CallUnderWay: String, CaseIterable {
    case connect, unlinkat
    case clockNanosleep = "clock_nanosleep"
    case epollWait = "epoll_wait"

    private var number: Int {
        switch self {
        case .connect: CALL_CONNECT
        case .unlinkat: CALL_UNLINKAT
        case .clockNanosleep: CALL_CLOCK_NANOSLEEP
        case .epollWait: CALL_EPOLL_WAIT
        }
    }

    /// That of a process; nil where it is another, or none.
    public init?(of process: pid_t) {
        let text = (try? String(contentsOfFile: "/proc/\(process)/syscall", encoding: .utf8)) ?? ""
        guard let number = text.split(separator: " ").first.flatMap({ Int($0) }),
            let call = Self.allCases.first(where: { $0.number == number })
        else { return nil }
        self = call
    }
}

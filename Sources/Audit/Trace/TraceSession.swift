// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The system calls of a container's processes as they happen.
public struct TraceSession: ~Copyable {
    private var tracer = Tracer()
    private var threads: [Int32: Thread] = [:]
    /// This program's own file, and where it stands: what has neither is inside.
    private let own: FileStatus?
    private let ownMounts: String?
    public private(set) var profile = LearnedProfile()
    /// How often each call was made, and how often it was refused by the filter.
    public private(set) var counts: [String: (made: Int, refused: Int)] = [:]

    private struct Thread {
        var isInside: Bool
        var inside: Int32 = 0
        var program = "?"
        var call: TracedCall?
        /// Who it was when it made the call, after which it may be somebody else.
        var holder: ProcessStatus?
        var filters: [SeccompFilter]?
    }

    public init() {
        own = try? Descriptor.open("/proc/self/exe", .path).status()
        ownMounts = AuditSubject.link("/proc/self/ns/mnt")
    }

    /// How what was started from here has ended; nil before, and where nothing was.
    public private(set) var status: ExitStatus?
    private var starter: Int32?

    /// Whether a program of the container's is traced.
    public var hasContainer: Bool { threads.values.contains { $0.isInside } }

    /// Whether nothing is left to be traced.
    public var isOver: Bool { tracer.isEmpty }

    /// Traces a process and, where it has a pid namespace of its own, all others there, with all their threads.
    public mutating func follow(container process: Int32) throws(SystemError) {
        let its = AuditSubject.link("/proc/\(process)/ns/pid")
        let isOwn = its != AuditSubject.link("/proc/self/ns/pid")
        // Those that start meanwhile are traced with who starts them, once that is.
        var isNew = true
        while isNew {
            isNew = false
            var processes = [process]
            if isOwn {
                processes = try Descriptor.open("/proc", [.readOnly, .directory]).entries().compactMap { Int32($0) }
                    .filter { AuditSubject.link("/proc/\($0)/ns/pid") == its }
            }
            for one in processes {
                let names = try? Descriptor.open("/proc/\(one)/task", [.readOnly, .directory]).entries()
                for thread in (names ?? []).compactMap({ Int32($0) }) where threads[thread] == nil {
                    guard try seize(thread) else { continue }
                    threads[thread] = described(thread, isInside: true)
                    isNew = true
                }
            }
        }
    }

    /// Traces a process of this program's own that is about to start a container: what it does on the way there is no call of
    /// the container's.
    public mutating func follow(starter process: Int32) throws(SystemError) {
        starter = process
        if try tracer.seize(process) { threads[process] = Thread(isInside: false) }
    }

    private mutating func seize(_ thread: Int32) throws(SystemError) -> Bool {
        do throws(SystemError) { return try tracer.seize(thread) } catch {
            // A process that has ended and that nobody has waited for yet, or one that this tracer has got meanwhile.
            let status = (try? Descriptor.contents(of: "/proc/\(thread)/status")).map { ProcessStatus($0) }
            let mine = status?.value(of: "TracerPid") == "\(CurrentProcess.id)"
            if error.errno == .notPermitted, mine || ["Z", "X", nil].contains(status?.value(of: "State")?.first) {
                return false
            }
            throw error
        }
    }

    /// Takes all that has happened, and shows what was called.
    public mutating func drain(_ show: (TracedCall) -> Void) throws(SystemError) {
        while let event = try tracer.next() { take(event, show) }
    }

    private mutating func take(_ event: Tracer.Event, _ show: (TracedCall) -> Void) {
        switch event {
        case .entry(let thread, let number, let arguments, let architecture):
            enter(thread, number, arguments, architecture)
            tracer.resume(thread)
        case .exit(let thread, let result, let isError):
            if let call = leave(thread, result, isError) { finish(call, show) }
            tracer.resume(thread)
        case .started(let thread, let child):
            if threads[child] == nil { threads[child] = described(child) }
            tracer.resume(thread)
        case .executed(let thread, let former):
            let call = threads[former]?.call ?? threads[thread]?.call
            if former != thread { threads[former] = nil }
            let wasInside = threads[thread]?.isInside ?? false
            threads[thread] = described(thread)
            // The call that this is the answer to was made by what it was before.
            if wasInside { threads[thread]?.call = call }
            tracer.resume(thread)
        case .signal(let thread, _), .stopped(let thread):
            if threads[thread] == nil { threads[thread] = described(thread) }
            tracer.resume(thread)
        case .ended(let thread, let status):
            if thread == starter { self.status = status }
            if let call = threads.removeValue(forKey: thread)?.call { finish(call, show) }
        }
    }

    private mutating func enter(_ thread: Int32, _ number: UInt64, _ arguments: [UInt64], _ architecture: UInt32) {
        if threads[thread] == nil { threads[thread] = described(thread) }
        guard let known = threads[thread], known.isInside else { return }
        let bits = UInt32(truncatingIfNeeded: number)
        let table =
            SeccompArchitecture.allCases.first {
                $0.auditValue == architecture && ($0 == .x32) == (bits & SeccompArchitecture.x32Bit != 0)
            } ?? .native
        var call = TracedCall(
            outside: thread, inside: known.inside, program: known.program, architecture: table, number: bits,
            name: table.name(of: bits) ?? "call \(bits)", arguments: arguments)
        call.texts = CallReader.texts(of: call)
        threads[thread]?.call = call
        threads[thread]?.holder =
            UsedCapabilities.mayBeOf(call.name)
            ? (try? Descriptor.contents(of: "/proc/\(thread)/status")).map { ProcessStatus($0) } : nil
    }

    private mutating func leave(_ thread: Int32, _ result: Int64, _ isError: Bool) -> TracedCall? {
        guard var call = threads[thread]?.call else { return nil }
        threads[thread]?.call = nil
        call.result = result
        call.isError = isError
        // A filter that was added since is not known yet.
        if ["seccomp", "prctl"].contains(call.name) { threads[thread]?.filters = nil }
        guard isError else { return call }
        if threads[thread]?.filters == nil { threads[thread]?.filters = (try? tracer.filters(of: thread)) ?? [] }
        let answer = threads[thread]?.filters?.answer(
            to: SystemCall(call.number, call.arguments, on: call.architecture))
        call.isRefused = answer == .errno(UInt16(truncatingIfNeeded: -result))
        return call
    }

    private mutating func finish(_ call: TracedCall, _ show: (TracedCall) -> Void) {
        profile.add(call)
        if let holder = threads[call.outside]?.holder { profile.add(UsedCapabilities.of(call, holder)) }
        counts[call.name, default: (0, 0)].made += 1
        if call.isRefused { counts[call.name, default: (0, 0)].refused += 1 }
        show(call)
    }

    /// Who a thread is; nothing of it where it has ended.
    private func described(_ thread: Int32, isInside: Bool? = nil) -> Thread {
        var result = Thread(isInside: isInside ?? isContainers(thread))
        guard let bytes = try? Descriptor.contents(of: "/proc/\(thread)/status") else { return result }
        let status = ProcessStatus(bytes)
        result.program = status.value(of: "Name") ?? "?"
        // The number in each of its pid namespaces, the innermost last: proc_pid_status(5).
        result.inside =
            status.value(of: "NSpid")?.split { $0 == "\t" || $0 == " " }.last.flatMap { Int32($0) } ?? thread
        return result
    }

    /// Whether it runs a program of the container's: what is there before is this program, and then its launcher, which is
    /// sealed in memory.
    private func isContainers(_ thread: Int32) -> Bool {
        guard AuditSubject.link("/proc/\(thread)/ns/mnt") != ownMounts,
            let link = AuditSubject.link("/proc/\(thread)/exe"), !link.hasPrefix("/memfd:minibox ")
        else { return false }
        guard let own, let file = try? Descriptor.open("/proc/\(thread)/exe", .path).status() else { return true }
        return !file.isSameFile(as: own)
    }
}

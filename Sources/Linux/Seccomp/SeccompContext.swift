// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import CSeccomp
internal import Glibc

/// A libseccomp filter under construction, for one architecture until others are merged into it.
@safe struct SeccompContext: ~Copyable {
    private let context: scmp_filter_ctx

    private init(adopting context: scmp_filter_ctx) { unsafe self.context = context }

    /// An empty filter with the default and the foreign action of `rules`.
    static func make(
        _ rules: SeccompRules, _ architecture: SeccompArchitecture
    ) throws(SeccompError) -> SeccompContext {
        guard let made = unsafe seccomp_init(rules.defaultAction.rawValue) else {
            throw SeccompError(.refused, "seccomp_init", .invalid)
        }
        let context = unsafe SeccompContext(adopting: made)
        try context.set(SCMP_FLTATR_ACT_BADARCH, rules.foreignAction.rawValue)
        try context.set(SCMP_FLTATR_CTL_NNP, 0)
        // 2 is the binary tree of libseccomp 2.5; its default is one comparison after the other.
        try context.set(SCMP_FLTATR_CTL_OPTIMIZE, 2)
        if architecture != .native {
            try step("seccomp_arch_add") { unsafe seccomp_arch_add(made, architecture.token) }
            try step("seccomp_arch_remove") { unsafe seccomp_arch_remove(made, SeccompArchitecture.native.token) }
        }
        return context
    }

    private borrowing func set(_ attribute: scmp_filter_attr, _ value: UInt32) throws(SeccompError) {
        try step("seccomp_attr_set") { unsafe seccomp_attr_set(context, attribute, value) }
    }

    deinit { unsafe seccomp_release(context) }

    /// Adds rules that exclude each other.
    ///
    /// libseccomp takes the numbers of the native architecture and translates them by name, so a call that only
    /// another architecture has goes in by its pseudo number, which `seccomp_syscall_resolve_name` gives.
    /// Returns the names that it leaves out: those that it cannot translate, and on i386 those that also live behind
    /// `socketcall` or `ipc` if their arguments count, since it would let them through there whatever these are.
    borrowing func add(_ rules: [SeccompRule], _ architecture: SeccompArchitecture) throws(SeccompError) -> [String] {
        var skipped: [String] = []
        for rule in rules {
            let comparisons = rule.comparisons.map { $0.native }
            for name in rule.names {
                guard case .number(let number) = architecture.number(of: name) else { continue }
                let known = unsafe seccomp_syscall_resolve_name(name)
                let untranslated = known == __NR_SCMP_ERROR && architecture != .native
                let blind = architecture == .x86 && !comparisons.isEmpty && SeccompArchitecture.isMultiplexed(name)
                if untranslated || blind {
                    if !skipped.contains(name) { skipped.append(name) }
                    continue
                }
                let argument = known == __NR_SCMP_ERROR ? CInt(bitPattern: number) : known
                try step("seccomp_rule_add \(name)") {
                    unsafe seccomp_rule_add_array(
                        context, rule.action.rawValue, argument, UInt32(comparisons.count), comparisons)
                }
            }
        }
        return skipped
    }

    /// Takes over the rules of another architecture.
    borrowing func merge(_ other: consuming SeccompContext) throws(SeccompError) {
        let taken = unsafe other.release()
        let result = unsafe seccomp_merge(context, taken)
        if result != 0 {
            unsafe seccomp_release(taken)
            throw SeccompError(.refused, "seccomp_merge", Errno(rawValue: -result))
        }
    }

    /// The program, by way of a file in memory.
    borrowing func export() throws(SeccompError) -> SeccompFilter {
        do throws(SystemError) {
            let file = Descriptor(adopting: try check("memfd_create") { unsafe mb_memfd_create("seccomp", 1) })
            let result = unsafe seccomp_export_bpf(context, file.raw)
            if result != 0 { throw SystemError("seccomp_export_bpf", Errno(rawValue: -result)) }
            let size = try check("lseek") { lseek(file.raw, 0, SEEK_END) }
            var words = [UInt64](repeating: 0, count: size / 8)
            let count = try unsafe words.withUnsafeMutableBufferPointer { (buffer) throws(SystemError) in
                try check("pread") { unsafe pread(file.raw, buffer.baseAddress, size, 0) }
            }
            if count != size { throw SystemError("pread", .inputOutput) }
            return SeccompFilter(instructions: words)
        } catch {
            throw SeccompError(.refused, "\(error.call)", error.errno)
        }
    }

    private consuming func release() -> scmp_filter_ctx {
        let taken = unsafe context
        discard self
        return unsafe taken
    }
}

/// Runs a function of libseccomp, which answers with the negated error number.
private func step(_ name: String, _ body: () -> CInt) throws(SeccompError) {
    let result = body()
    if result < 0 { throw SeccompError(.refused, name, Errno(rawValue: -result)) }
}

extension SeccompComparison {
    fileprivate var native: scmp_arg_cmp {
        let compare = scmp_compare(UInt32(`operator`.rawValue))
        return `operator` == .maskedEqual
            ? scmp_arg_cmp(arg: UInt32(argument), op: compare, datum_a: mask, datum_b: value)
            : scmp_arg_cmp(arg: UInt32(argument), op: compare, datum_a: value, datum_b: 0)
    }
}

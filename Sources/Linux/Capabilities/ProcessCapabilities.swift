// SPDX-License-Identifier: Apache-2.0
internal import CCapability
internal import CLinux
internal import Glibc

/// The five capability sets of a process, as in `capabilities(7)`.
///
/// Everything that changes them acts on the calling thread, so call it while there is only one.
public struct ProcessCapabilities: Hashable, Sendable {
    public var effective: CapabilitySet
    public var permitted: CapabilitySet
    public var inheritable: CapabilitySet
    /// What an `exec` may ever add to the permitted set.
    public var bounding: CapabilitySet
    /// What survives an `exec` of an ordinary program by a user that is not root.
    public var ambient: CapabilitySet

    public init(
        effective: CapabilitySet = [], permitted: CapabilitySet = [], inheritable: CapabilitySet = [],
        bounding: CapabilitySet = [], ambient: CapabilitySet = []
    ) {
        self.effective = effective
        self.permitted = permitted
        self.inheritable = inheritable
        self.bounding = bounding
        self.ambient = ambient
    }
}

extension ProcessCapabilities {
    /// The sets of the calling process.
    public static func current() throws(SystemError) -> ProcessCapabilities {
        guard let state = unsafe cap_get_proc() else { throw SystemError("capget", Errno(rawValue: Glibc.errno)) }
        defer { _ = unsafe cap_free(UnsafeMutableRawPointer(state)) }
        var sets = ProcessCapabilities()
        for number in 0..<64 {
            let one = CapabilitySet(number: number)
            let value = cap_value_t(number)
            let held = cap_get_bound(value)
            guard held >= 0 else { break }
            if held == 1 { sets.bounding.insert(one) }
            if cap_get_ambient(value) == 1 { sets.ambient.insert(one) }
            if try unsafe read(state, value, CAP_EFFECTIVE) { sets.effective.insert(one) }
            if try unsafe read(state, value, CAP_PERMITTED) { sets.permitted.insert(one) }
            if try unsafe read(state, value, CAP_INHERITABLE) { sets.inheritable.insert(one) }
        }
        return sets
    }

    /// Every capability that the running kernel knows, which may be more than have a name here.
    public static func knownToKernel() -> CapabilitySet {
        var known: CapabilitySet = []
        for number in 0..<64 where cap_get_bound(cap_value_t(number)) >= 0 { known.insert(.init(number: number)) }
        return known
    }

    /// The bounding set of the calling process: the most that a container started by it can be given.
    public static func boundingOfCaller() -> CapabilitySet {
        var bounding: CapabilitySet = []
        for number in 0..<64 where cap_get_bound(cap_value_t(number)) == 1 { bounding.insert(.init(number: number)) }
        return bounding
    }

    /// The bounding set of the calling process, and every capability that the kernel knows, found by one walk.
    public static func boundingAndKnown() -> (bounding: CapabilitySet, known: CapabilitySet) {
        var bounding: CapabilitySet = []
        var known: CapabilitySet = []
        for number in 0..<64 {
            let held = cap_get_bound(cap_value_t(number))
            // The kernel numbers them without gaps.
            if held < 0 { break }
            known.insert(.init(number: number))
            if held == 1 { bounding.insert(.init(number: number)) }
        }
        return (bounding, known)
    }

    /// The permitted set of the calling process: capget(2), once.
    public static func permittedOfCaller() throws(SystemError) -> CapabilitySet {
        var permitted: UInt64 = 0
        try check("capget") { unsafe mb_permitted_capabilities(&permitted) }
        return CapabilitySet(rawValue: permitted)
    }

    /// Sets the permitted, effective and inheritable sets of the calling process at once: `capset(2)`.
    ///
    /// A capability that leaves the permitted or the inheritable set leaves the ambient one too.
    public static func set(
        effective: CapabilitySet, permitted: CapabilitySet, inheritable: CapabilitySet
    ) throws(SystemError) {
        guard let state = unsafe cap_init() else { throw SystemError("capset", Errno(rawValue: Glibc.errno)) }
        defer { _ = unsafe cap_free(UnsafeMutableRawPointer(state)) }
        try unsafe write(state, effective, CAP_EFFECTIVE)
        try unsafe write(state, permitted, CAP_PERMITTED)
        try unsafe write(state, inheritable, CAP_INHERITABLE)
        try check("capset") { unsafe cap_set_proc(state) }
    }

    /// Drops every capability but `kept` from the bounding set of the calling process; needs `CAP_SETPCAP`.
    public static func bound(to kept: CapabilitySet) throws(SystemError) {
        for number in 0..<64 where !kept.contains(.init(number: number)) {
            let value = cap_value_t(number)
            let held = cap_get_bound(value)
            if held < 0 { return }
            if held == 1 { try check("prctl(PR_CAPBSET_DROP)") { cap_drop_bound(value) } }
        }
    }

    /// Makes `ambient` the ambient set of the calling process: each must be permitted and inheritable already.
    public static func setAmbient(_ ambient: CapabilitySet) throws(SystemError) {
        try check("prctl(PR_CAP_AMBIENT_CLEAR_ALL)") { cap_reset_ambient() }
        for number in ambient.numbers {
            try check("prctl(PR_CAP_AMBIENT_RAISE)") { cap_set_ambient(cap_value_t(number), CAP_SET) }
        }
    }

    private static func read(
        _ state: cap_t, _ value: cap_value_t, _ set: cap_flag_t
    ) throws(SystemError) -> Bool {
        var flag = CAP_CLEAR
        try check("capget") { unsafe cap_get_flag(state, value, set, &flag) }
        return flag == CAP_SET
    }

    private static func write(
        _ state: cap_t, _ members: CapabilitySet, _ set: cap_flag_t
    ) throws(SystemError) {
        let values = members.numbers.map { cap_value_t($0) }
        if values.isEmpty { return }
        try check("capset") { unsafe cap_set_flag(state, set, CInt(values.count), values, CAP_SET) }
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a process gives up that reads what strangers wrote.
enum WorkerConfinement {
    /// To make files that belong to anybody and are of any kind. `sysAdmin` is for `trusted.overlay.opaque`, which only who
    /// has it may set: kernel, fs/xattr.c, xattr_permission.
    private static let kept: CapabilitySet = [
        .chown, .dacOverride, .fowner, .fsetid, .mknod, .setfcap, .sysAdmin,
    ]

    /// Bytes of memory, of which a worker needs some 3 MiB, and 8 MiB more where zstd was told to look back far.
    private static let memory: UInt64 = 512 << 20

    /// Leaves this process, a copy of `parent`, without rights but over files, without streams, and to die with `parent`.
    static func confine(parent: Int32) throws(SystemError) {
        try CurrentProcess.resetSignals()
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        for stream: Int32 in 0...2 { try CurrentProcess.setStandardStream(stream, to: nothing) }
        try ResourceLimit(soft: 0, hard: 0).apply(to: .core)
        let most = try ResourceLimit.current(.data)
        let memory = min(memory, most.hard)
        try ResourceLimit(soft: memory, hard: memory).apply(to: .data)
        CurrentProcess.setFileModeMask(0)
        try CurrentProcess.setNoNewPrivileges()
        let own = try ProcessCapabilities.permittedOfCaller().intersection(kept)
        if ProcessCapabilities.boundingOfCaller().contains(.setpcap) {
            try? ProcessCapabilities.bound(to: own)
        }
        try ProcessCapabilities.set(effective: own, permitted: own, inheritable: [])
        // Last, since a change of rights may take it away.
        try CurrentProcess.setParentDeathSignal(.kill)
        guard CurrentProcess.parent == parent else { throw SystemError("getppid", .noSuchProcess) }
    }
}

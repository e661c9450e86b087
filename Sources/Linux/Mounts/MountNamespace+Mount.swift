// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension MountNamespace {
    /// Mounts by the old call, for what the new ones cannot say on old kernels: mount(2).
    public static func mount(_ type: String, at target: String, options: String) throws(SystemError) {
        try mount(type, from: type, at: target, flags: [], options: options)
    }

    /// Mounts by the old call, for what the new ones cannot say at all: mount(2).
    ///
    /// - Parameter options: all of them in one, with commas between; the kernel takes one page less a byte.
    public static func mount(
        _ type: String, from source: String, at target: String, flags: FileSystemFlags, options: String
    ) throws(SystemError) {
        // A longer text would be cut off without a word: fs/namespace.c, copy_mount_options.
        guard options.utf8.count < 4096 else { throw SystemError("mount", .argumentsTooLong) }
        try check("mount") { unsafe mb_mount(source, target, type, UInt(flags.rawValue), options) }
    }

    /// The same, as a mount that no path shows. It is made on a scratch directory that covers `place`, a directory of this
    /// process's own mount namespace, for as long as it takes.
    public static func mountDetached(
        _ type: String, from source: String, flags: FileSystemFlags, options: String,
        covering place: borrowing Descriptor
    ) throws(SystemError) -> DetachedMount {
        let scratch = try FileSystemContext("tmpfs")
        try scratch.set("mode", to: "0700")
        let cover = try scratch.mount([]).attach(at: place)
        let former = try Descriptor.open(".", [.path, .directory])
        try CurrentProcess.changeDirectory(to: cover)
        defer {
            try? MountNamespace.detachCurrentDirectory()
            try? CurrentProcess.changeDirectory(to: former)
        }
        try cover.makeDirectory("m")
        try mount(type, from: source, at: "m", flags: flags, options: options)
        return try DetachedMount(copying: "m", recursive: false)
    }
}

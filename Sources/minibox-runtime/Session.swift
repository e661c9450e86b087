// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What a command has beside its own options: the flags before its name, and the log.
struct Session: ~Copyable {
    let globals: GlobalOptions
    var log: Log

    /// The runtime that the global flags describe.
    func runtime() throws(RuntimeError) -> Runtime {
        Runtime(store: try RuntimeStore(root: globals.root), cgroups: globals.cgroups)
    }

    /// The same for a command that makes cgroups or changes them.
    func runtimeForCgroups() throws(RuntimeError) -> Runtime {
        if globals.wantsSystemd {
            throw RuntimeError(
                .unsupported, "the systemd cgroup driver is not supported: use the cgroupfs driver",
                RuntimeError.Details(
                    phase: "cgroup",
                    hint:
                        "leave out --systemd-cgroup; containerd: SystemdCgroup = false; podman: --cgroup-manager=cgroupfs"
                ))
        }
        return try runtime()
    }

    func show(_ text: String) throws(RuntimeError) { try Self.show(text) }

    /// Writes to standard output, at once: nothing is buffered that a clone could write twice.
    static func show(_ text: String) throws(RuntimeError) {
        do throws(SystemError) {
            try StandardStream.output.duplicate().write(text)
        } catch {
            throw RuntimeError(.files, "cannot write to standard output", cause: error)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import CLinux

extension Descriptor {
    /// Has the kernel end what is open in a thread of its own, once it is closed here: for what takes long to end, and nobody
    /// has to wait for.
    ///
    /// An instance of io_uring(7) holds it, and is closed: its files are put by a worker of the kernel's
    /// (`io_ring_exit_work`). False where there can be no such instance (`kernel.io_uring_disabled`): closing waits then.
    @discardableResult
    borrowing func releaseLater() -> Bool {
        guard let ring = try? check("io_uring_setup", { mb_io_uring_setup(1) }) else { return false }
        let holder = Descriptor(adopting: ring)
        return mb_io_uring_register_file(holder.raw, raw) == 0
    }
}

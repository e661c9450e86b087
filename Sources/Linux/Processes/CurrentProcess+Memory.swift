// SPDX-License-Identifier: Apache-2.0
internal import CLinux

extension CurrentProcess {
    /// Gives the kernel back what this process has used and needs no more: freed parts of the heap, and the pages of the stack
    /// below the caller that deeper calls have written to (malloc_trim(3), madvise(2)). For who waits long with little to do.
    public static func releaseMemory() { mb_release_memory() }
}

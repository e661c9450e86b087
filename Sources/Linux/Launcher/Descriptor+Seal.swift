// SPDX-License-Identifier: Apache-2.0
internal import CLinux

extension Descriptor {
    /// A file in memory that has no name and can be sealed: memfd_create(2).
    static func memory() throws(SystemError) -> Descriptor {
        Descriptor(
            adopting: try check("memfd_create") {
                unsafe mb_memfd_create("minibox", 3 /* CLOEXEC, ALLOW_SEALING */)
            })
    }

    /// Seals a memfd: nobody changes its contents or its size any more, nor takes that back.
    ///
    /// The kernel does not seal a file of whose pages somebody has hold (fcntl(2), F_SEAL_WRITE: EBUSY), and under load it does
    /// itself for a moment, when it moves pages; so this waits for it, half a second at most.
    borrowing func seal() throws(SystemError) {
        let number = raw
        var tries = 50
        while true {
            do throws(SystemError) {
                try check("fcntl") { mb_fcntl(number, 1033 /* F_ADD_SEALS */, 0xf /* SEAL, SHRINK, GROW, WRITE */) }
                return
            } catch {
                tries -= 1
                guard error.errno == .busy, tries > 0 else { throw error }
                Clock.sleep(milliseconds: 10)
            }
        }
    }
}

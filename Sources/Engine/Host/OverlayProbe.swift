// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Whether overlayfs takes detached trees as layers, by descriptor: Linux 6.15, or an older one that was given it.
///
/// Before that the kernel takes the parameters and refuses at the end, so only making one tells. The answer is kept in
/// the run directory, with the kernel it is true of: reading it takes a tenth of the time of the trial.
enum OverlayProbe {
    static let fileName = "overlay-route"

    /// The kept answer for `kernel`, or a trial.
    static func takesDescriptors(runRoot: String, kernel: KernelRelease) throws(HostError) -> Bool {
        let directory: Descriptor
        do {
            directory = try Descriptor.makeDirectories(HostProbe.directory(below: runRoot), mode: 0o700)
        } catch {
            throw HostError(.file, "cannot make \(HostProbe.directory(below: runRoot))", cause: error)
        }
        let key = "\(kernel.release) \(kernel.version)\n"
        if let bytes = try? directory.contents(of: fileName) {
            if bytes.elementsEqual((key + "descriptors\n").utf8) { return true }
            if bytes.elementsEqual((key + "names\n").utf8) { return false }
        }
        do {
            let answer = try tryOut()
            try directory.replace(
                fileName, with: Array((key + (answer ? "descriptors\n" : "names\n")).utf8), durable: false)
            return answer
        } catch {
            throw HostError(.file, "cannot find out in \(runRoot) how overlayfs takes layers", cause: error)
        }
    }

    /// Stacks two empty directories and lets the result go: of a tmpfs of its own, since those of the run directory may be
    /// on an overlay, on which the kernel stacks two deep and no deeper (FILESYSTEM_MAX_STACK_DEPTH).
    static func tryOut() throws(SystemError) -> Bool {
        let place = try FileSystemContext("tmpfs").mount([])
        for layer in ["a", "b"] { try place.root.makeDirectory(layer) }
        do throws(SystemError) {
            let upper = try DetachedMount(copying: try place.root.open("a", [.path, .directory]))
            let lower = try DetachedMount(copying: try place.root.open("b", [.path, .directory]))
            let context = try FileSystemContext("overlay")
            for layer in [upper.root.number, lower.root.number] {
                try context.set("lowerdir+", to: "/proc/self/fd/\(layer)")
            }
            _ = try context.mount([])
            return true
        } catch {
            switch error.errno {
            // What an older kernel answers; anything else (no right, no memory, no overlayfs) is an obstacle.
            case .invalid, .noSystemCall, .notSupported, .crossDevice: return false
            default: throw error
            }
        }
    }
}

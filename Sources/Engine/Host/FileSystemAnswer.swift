// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a file system can do, kept in the run directory once a trial has told.
///
/// An answer is true of a kernel and of a kind of file system. The number of the device alone does not say which one is
/// meant: numbers of file systems without a disk are given to others when they are free again, and a run directory may be
/// on a volume that outlives a machine.
enum FileSystemAnswer {
    /// The kept answer for the file system of `place`, or that of `trial`, which is kept from then on.
    static func kept(
        _ question: String, of place: borrowing Descriptor, runRoot: String,
        trial: (borrowing Descriptor) throws(SystemError) -> Bool
    ) throws(SystemError) -> Bool {
        let run = try Descriptor.makeDirectories(HostProbe.directory(below: runRoot), mode: 0o700)
        let name = try name(of: question, place)
        let key = try key(of: place)
        if let bytes = try? run.contents(of: name) {
            if bytes.elementsEqual((key + "yes\n").utf8) { return true }
            if bytes.elementsEqual((key + "no\n").utf8) { return false }
        }
        let answer = try trial(place)
        try run.replace(name, with: Array((key + (answer ? "yes\n" : "no\n")).utf8), durable: false)
        return answer
    }

    static func name(of question: String, _ place: borrowing Descriptor) throws(SystemError) -> String {
        let device = try place.status().device
        return "\(question)-\(device.major).\(device.minor)"
    }

    /// What the answer is true of, a line.
    static func key(of place: borrowing Descriptor) throws(SystemError) -> String {
        let kernel = try KernelRelease.current()
        return "\(kernel.release) \(kernel.version) \(String(try place.fileSystemMagic().rawValue, radix: 16))\n"
    }
}

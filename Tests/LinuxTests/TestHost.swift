// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Whether the tests that change the kernel's state for themselves can run.
let isRoot = geteuid() == 0

/// The lines of a small file, or nil.
func lines(of path: String) -> [String]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { return nil }
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
}

// SPDX-License-Identifier: Apache-2.0
import Linux

@testable import ContainerRuntime

/// Options of a mount, one a line, and its target in the first: each word is a known option or the file system's own, the
/// last of two that contradict each other counts, and a target is written in one way only.
@Sendable func fuzzMountOptions(_ bytes: [UInt8]) {
    let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init)
    let known = Set(MountOptions.known)
    let options = MountOptions(parsing: words)
    expect(options.data == words.filter { !known.contains($0) }, "a word is lost, or taken for another")
    for change in [options.attributes, options.recursiveAttributes] {
        let both = change.added.intersection(change.removed)
        expect(both.subtracting(.accessTimeMode).isEmpty, "an attribute is added and taken away")
        let mode = change.added.intersection(.accessTimeMode)
        expect(mode != .accessTimeMode, "two modes of the access time at once")
        expect(mode.isEmpty || change.removed.contains(.accessTimeMode), "a mode does not take the other's place")
    }
    let writable = MountOptions(parsing: words + ["ro", "rro", "sync", "rw", "rrw", "a" + "sync"])
    expect(!writable.attributes.added.contains(.readOnly), "rw does not count")
    expect(!writable.recursiveAttributes.added.contains(.readOnly), "rrw does not count")
    expect(!writable.flags.contains(.synchronous), "the last word on sync does not count")

    let target = AbsolutePath.cleaned(words[0])
    // By bytes, as the kernel: a character that combines with a slash does not hide it.
    let parts = target.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    expect(parts.first == "", "a target is not absolute")
    expect(!parts.dropFirst().contains { $0 == "." || $0 == ".." }, "a target has a second spelling")
    expect(target == "/" || !parts.dropFirst().contains(""), "a target has a slash too many")
    expect(AbsolutePath.cleaned(target) == target, "a target changes when it is cleaned again")
}

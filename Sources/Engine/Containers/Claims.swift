// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// What a container has for itself while it runs, beside its own directory: ids of the host's, addresses, ports. Each is
/// a file that nobody else can make; removing it gives the thing back.
///
/// Before the first step of a start the files are in the container's journal, so that whoever finds it dead gives them
/// back.
struct Claims: Hashable, Sendable {
    var files: [String] = []

    func giveBack() {
        for file in files { try? Undo.removeFile(path: file).perform() }
    }
}

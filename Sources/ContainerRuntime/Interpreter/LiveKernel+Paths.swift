// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// Makes what is at `path` unwritable, with what is mounted below it. What is missing is passed over.
    borrowing func makeReadOnly(_ path: String) throws(SystemError) {
        try table.with(Slot.root.number) { root throws(SystemError) in
            guard let place = try root.openIfThere(path) else { return }
            let copy = try DetachedMount(copying: place, recursive: true)
            try copy.add(.readOnly, recursive: true)
            try copy.attach(at: place)
        }
    }

    /// Puts an empty thing over what is at `path`, read-only. One empty directory and one null device serve all.
    mutating func mask(_ path: String) throws(SystemError) {
        let opened = try table.with(Slot.root.number) { root throws(SystemError) in try root.openIfThere(path) }
        guard let place = consume opened else { return }
        if try place.status().isDirectory {
            let cover: DetachedMount
            if let directory = emptyDirectory.take() {
                cover = try DetachedMount(copying: directory)
                emptyDirectory = consume directory
            } else {
                let context = try FileSystemContext("tmpfs")
                try context.set("source", to: "tmpfs")
                try context.set("mode", to: "0755")
                try context.set("nr_inodes", to: "2")
                cover = try context.mount([.inert, .readOnly])
            }
            let attached = try cover.attach(at: place)
            if emptyDirectory == nil { emptyDirectory = consume attached }
            return
        }
        let cover: DetachedMount
        if let null = nullFile.take() {
            cover = try DetachedMount(copying: null)
            nullFile = consume null
        } else {
            cover = DetachedMount(received: try table.take(Slot.null.number))
        }
        let attached = try cover.attach(at: place)
        if nullFile == nil { nullFile = consume attached }
    }

    /// Asks the kernel what the program will see: a mask that another mount, or a race, has taken away is found here and
    /// not by an intruder.
    mutating func verify(masked: [String], readOnly: [String], messages: inout String?) throws(SystemError) {
        for path in masked {
            guard try isMasked(path) else {
                messages = "\(path) is not masked, though it was covered"
                throw SystemError("fstat", .noDevice)
            }
        }
        for path in readOnly {
            let opened = try table.with(Slot.root.number) { root throws(SystemError) in try root.openIfThere(path) }
            guard let place = consume opened else { continue }
            guard try place.fileSystemStatus().isReadOnly else {
                messages = "\(path) can be written to, though it was made read-only"
                throw SystemError("fstatfs", .noDevice)
            }
        }
    }

    /// Whether what is at `path` is the null device or the empty directory that masks are made of, and refuses writes;
    /// also where there is nothing.
    private mutating func isMasked(_ path: String) throws(SystemError) -> Bool {
        let opened = try table.with(Slot.root.number) { root throws(SystemError) in try root.openIfThere(path) }
        guard let place = consume opened else { return true }
        let status = try place.status()
        var isCover = false
        if status.isDirectory, let directory = emptyDirectory.take() {
            isCover = try directory.status().isSameFile(as: status)
            emptyDirectory = consume directory
        } else if !status.isDirectory, let null = nullFile.take() {
            isCover = try null.status().isSameFile(as: status)
            nullFile = consume null
        }
        let isReadOnly = try place.fileSystemStatus().isReadOnly
        return isCover && isReadOnly
    }
}

extension Descriptor {
    /// What is at `path` below this root, or nil where there is nothing.
    borrowing func openIfThere(_ path: String) throws(SystemError) -> Descriptor? {
        do {
            let name = String(path.drop { $0 == "/" })
            return try open(name.isEmpty ? "." : name, [.path], resolve: .container)
        } catch {
            if error.errno == .noEntry || error.errno == .notDirectory { return nil }
            throw error
        }
    }
}

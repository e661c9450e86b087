// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Descriptor {
    /// The place `path` below this root, made where it is missing; links lead where they lead inside the root
    /// (CVE-2019-18837). It is opened once, and what is mounted is mounted on what was opened: another container that
    /// swaps a directory for a link meanwhile moves nothing (CVE-2021-30465).
    ///
    /// `/proc`, `/sys` and `/dev` and what is below them are taken as they are: a link there is ELOOP
    /// (CVE-2023-27561, CVE-2023-28642, CVE-2026-41579).
    ///
    /// - Parameters:
    ///   - isStrict: whether no link is followed anywhere.
    ///   - wasMissing: set where it had to be made.
    borrowing func mountPoint(
        _ path: String, isDirectory: Bool, isStrict: Bool = false, wasMissing: inout Bool
    ) throws(SystemError) -> Descriptor {
        let name = String(path.drop { $0 == "/" })
        let isKernels = ["proc", "sys", "dev"].contains(String(name.prefix { $0 != "/" }))
        // The one place of the kernel's that is below a link of its own: /proc/net is self/net.
        if name == "proc/net/dev" { return try openInProc(name) }
        let resolution: Resolution = isKernels || isStrict ? [.beneath, .noSymlinks] : .container
        let flags: OpenFlags = isDirectory ? [.path, .directory] : [.path]
        do throws(SystemError) {
            let place = try open(name, flags, resolve: resolution)
            // A link of the image's may lead to the kernel's files all the same (CVE-2019-19921, CVE-2025-52881).
            if !isKernels, [.proc, .sysfs, .cgroup2, .devpts].contains(try place.fileSystemMagic()) {
                throw SystemError("openat2", .crossDevice)
            }
            return place
        } catch {
            guard error.errno == .noEntry else { throw error }
        }
        wasMissing = true
        return try make(name, isDirectory: isDirectory, resolution, links: 40)
    }

    /// The same, for whom it does not matter whether it was there.
    borrowing func mountPoint(_ path: String, isDirectory: Bool) throws(SystemError) -> Descriptor {
        var wasMissing = false
        return try mountPoint(path, isDirectory: isDirectory, wasMissing: &wasMissing)
    }

    private borrowing func openInProc(_ name: String) throws(SystemError) -> Descriptor {
        let place = try open(name, [.path], resolve: .container)
        guard try place.fileSystemMagic() == .proc else { throw SystemError("statfs", .crossDevice) }
        return place
    }

    /// Each directory is made by its name in the one above it, which is open, and a file only where there is nothing: no
    /// race makes either outside the root (CVE-2024-45310).
    private borrowing func make(
        _ path: String, isDirectory: Bool, _ resolution: Resolution, links: Int
    ) throws(SystemError) -> Descriptor {
        let parts = path.pathParts
        guard let last = parts.last.map(String.init) else { return try open(".", [.path, .directory]) }
        let above = parts.dropLast().joined(separator: "/")
        let parent =
            above.isEmpty
            ? try open(".", [.path, .directory])
            : try open(above, madeWith: resolution, links: links)
        do throws(SystemError) {
            if isDirectory {
                try parent.makeDirectory(last, mode: 0o755)
            } else {
                _ = try parent.open(last, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
            }
        } catch {
            guard error.errno == .exists else { throw error }
            // Another container that shares the directory has made it meanwhile.
            if let made = try parent.openIfReal(last) { return made }
            // A link that leads nowhere: what it names is made, inside the root as ever.
            guard links > 0, !resolution.contains(.noSymlinks) else { throw SystemError("openat2", .loop) }
            let target = try parent.readLink(last)
            return try make(
                target.isRooted ? target : above + "/" + target, isDirectory: isDirectory, resolution,
                links: links - 1)
        }
        return try parent.open(last, [.path, .noFollow])
    }

    /// What is at `name` in this directory, unless it is a link.
    private borrowing func openIfReal(_ name: String) throws(SystemError) -> Descriptor? {
        let place = try open(name, [.path, .noFollow])
        if try place.status().kind == .symbolicLink { return nil }
        return place
    }

    private borrowing func open(
        _ path: String, madeWith resolution: Resolution, links: Int
    ) throws(SystemError) -> Descriptor {
        do {
            return try open(path, [.path, .directory], resolve: resolution)
        } catch {
            guard error.errno == .noEntry else { throw error }
            return try make(path, isDirectory: true, resolution, links: links)
        }
    }
}

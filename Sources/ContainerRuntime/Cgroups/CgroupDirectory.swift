// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A directory of the cgroup2 file system: cgroup-v2.rst.
enum CgroupDirectory {
    /// Makes the cgroup at `path` and its parents, passes `controllers` down to it, and opens it.
    static func make(_ path: String, controllers: [String]) throws(SystemError) -> Descriptor {
        do {
            return try create(path, controllers: controllers)
        } catch {
            // The parent was removed by the last container that left it, or was never there.
            guard error.errno == .noEntry else { throw error }
        }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        _ = try Descriptor.makeDirectories(String(path[..<slash]))
        return try create(path, controllers: controllers)
    }

    private static func create(_ path: String, controllers: [String]) throws(SystemError) -> Descriptor {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let parent = try Descriptor.open(String(path[..<slash]), [.directory])
        if !controllers.isEmpty { try enable(controllers, from: String(path[..<slash])) }
        let name = String(path[path.index(after: slash)...])
        try parent.makeDirectory(name)
        return try parent.open(name, [.directory])
    }

    /// Passes controllers down from the root of the tree to the children of `path`. What is on already is not written
    /// again: a change takes milliseconds, reading takes none.
    private static func enable(_ controllers: [String], from path: String) throws(SystemError) {
        var chain: [String] = []
        var place = path
        while let here = try? Descriptor.open(place, [.directory]),
            (try? here.fileSystemMagic()) == .cgroup2, let slash = place.lastIndex(of: "/")
        {
            chain.append(place)
            place = String(place[..<slash])
        }
        for place in chain.reversed() {
            let directory = try Descriptor.open(place, [.directory])
            let on = String(decoding: try directory.contents(of: "cgroup.subtree_control"), as: UTF8.self)
                .split { $0 == " " || $0 == "\n" }.map(String.init)
            let missing = controllers.filter { !on.contains($0) }
            if !missing.isEmpty {
                try directory.write(missing.map { "+\($0)" }.joined(separator: " "), to: "cgroup.subtree_control")
            }
        }
    }

    /// Kills what is in the cgroup at `path`, waits until it is empty, and removes it and those below it.
    static func remove(_ path: String) throws(SystemError) {
        let directory: Descriptor
        do {
            directory = try Descriptor.open(path, [.directory])
        } catch {
            if error.errno == .noEntry { return }
            throw error
        }
        let parent = try directory.open("..", [.directory])
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        do {
            // The usual case: the processes are gone, and nobody made a cgroup below.
            try parent.remove(name, directory: true)
            return
        } catch {
            guard error.errno == .busy || error.errno == .notEmpty else { throw error }
        }
        try? directory.write("1", to: "cgroup.kill")
        var attempts = 0
        while true {
            removeChildren(of: directory)
            do {
                try parent.remove(name, directory: true)
                return
            } catch {
                attempts += 1
                // Killed processes leave in microseconds; one in an uninterruptible wait stays, and is told of.
                guard error.errno == .busy, attempts < 400 else { throw error }
                Clock.sleep(milliseconds: 5)
            }
        }
    }

    private static func removeChildren(of directory: borrowing Descriptor) {
        guard let names = try? directory.entries() else { return }
        for name in names {
            guard (try? directory.status(of: name).isDirectory) == true,
                let child = try? directory.open(name, [.directory, .noFollow])
            else { continue }
            removeChildren(of: child)
            try? directory.remove(name, directory: true)
        }
    }
}

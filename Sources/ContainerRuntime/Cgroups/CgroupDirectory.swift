// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A directory of the cgroup2 file system: cgroup-v2.rst.
enum CgroupDirectory {
    /// Makes a cgroup and its parents, passes controllers down to it, and opens it.
    ///
    /// Two creations may ask at once for one that may be there already: the first locks it, and as long as its descriptor
    /// is open, no other takes the cgroup. From where a process is in it, that process keeps others away.
    static func make(_ cgroup: NewCgroup) throws(StepError) -> Descriptor {
        let directory = try makeOrReuse(cgroup)
        if cgroup.takesExisting { try claim(directory) }
        return directory
    }

    private static func claim(_ directory: borrowing Descriptor) throws(StepError) {
        do throws(SystemError) {
            // Looked at under the lock: whoever had it before may have put its process there.
            if try directory.lock(.exclusive, wait: false),
                ControlFile.numbers(in: try directory.contents(of: "cgroup.events"))["populated"] == 0
            {
                return
            }
        } catch {
            throw StepError(error)
        }
        throw StepError(
            cause: nil, detail: "another container is being made in this cgroup: let linux.cgroupsPath name another")
    }

    private static func makeOrReuse(_ cgroup: NewCgroup) throws(StepError) -> Descriptor {
        do throws(SystemError) {
            do throws(SystemError) {
                return try create(cgroup)
            } catch {
                switch error.errno {
                // The parent was removed by the last container that left it, or was never there.
                case .noEntry:
                    _ = try Descriptor.makeDirectories(parent(of: cgroup.path))
                    return try create(cgroup)
                case .exists where cgroup.takesExisting: break
                default: throw error
                }
            }
        } catch {
            throw StepError(error)
        }
        return try reuse(cgroup.path)
    }

    private static func parent(of path: String) -> String {
        path.atLastSlash?.above ?? ""
    }

    private static func create(_ cgroup: NewCgroup) throws(SystemError) -> Descriptor {
        let (above, name) = cgroup.path.atLastSlash ?? ("", cgroup.path)
        let parent = try Descriptor.open(above, [.directory])
        if !cgroup.controllers.isEmpty || !cgroup.further.isEmpty { try enable(for: cgroup, from: above) }
        try parent.makeDirectory(name)
        return try parent.open(name, [.directory])
    }

    /// A cgroup that somebody has prepared, or that an earlier container has left.
    private static func reuse(_ path: String) throws(StepError) -> Descriptor {
        do throws(CgroupError) {
            let cgroup = try Cgroup(opening: path)
            try cgroup.requireFree()
            return cgroup.takeDirectory()
        } catch {
            throw StepError(cause: error.cause, detail: error.cause == nil ? error.subject : nil)
        }
    }

    /// Passes controllers down from the root of the tree to the children of `path`. What is on already is not written
    /// again: a change takes milliseconds, reading takes none.
    private static func enable(for cgroup: NewCgroup, from path: String) throws(SystemError) {
        var chain: [String] = []
        var place = path
        while let here = try? Descriptor.open(place, [.directory]),
            (try? here.fileSystemMagic()) == .cgroup2, let above = place.atLastSlash?.above
        {
            chain.append(place)
            place = above
        }
        for place in chain.reversed() {
            let directory = try Descriptor.open(place, [.directory])
            let on = CgroupTree.words(try directory.contents(of: "cgroup.subtree_control"))
            let needed = cgroup.controllers.filter { !on.contains($0) }
            let further = cgroup.further.filter { !on.contains($0) && !needed.contains($0) }
            if !needed.isEmpty { try enable(needed, in: directory, isRoot: place == chain.last) }
            if further.isEmpty { continue }
            do throws(SystemError) {
                try enable(further, in: directory)
            } catch {
                // One that this cgroup does not have, or cannot pass down since it has processes.
                for one in further { try? enable([one], in: directory) }
            }
        }
    }

    private static func enable(
        _ controllers: [String], in directory: borrowing Descriptor, isRoot: Bool = false
    ) throws(SystemError) {
        do throws(SystemError) {
            try directory.write(controllers.map { "+\($0)" }.joined(separator: " "), to: "cgroup.subtree_control")
        } catch {
            // Of a private cgroup namespace, with processes in it, the first of which are this one and its parents.
            guard isRoot, error.errno == .busy else { throw error }
            let tree = CgroupTree(mount: try directory.path(), controllers: controllers)
            do throws(CgroupError) { try tree.passDown(controllers) } catch let failure {
                throw failure.cause ?? error
            }
        }
    }
}

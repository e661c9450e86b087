// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension CgroupTree {
    /// Lets the cgroups below ``base`` have `wanted`, which it must have itself.
    ///
    /// The machine's own root may hold processes beside its children. In a private cgroup namespace the root is an
    /// ordinary cgroup, for which the kernel says EBUSY as long as processes sit in it (cgroup-v2.rst, "No Internal
    /// Process Constraint"): they are moved to a leaf first. It is needed where a limit needs a controller, and at no
    /// other time; what is on already is found by one small read.
    public func passDown(_ wanted: some Sequence<String>) throws(CgroupError) {
        do throws(SystemError) {
            let root = try Descriptor.open(base, [.directory])
            let on = Set(Self.words(try root.contents(of: "cgroup.subtree_control")))
            let missing = wanted.filter { !on.contains($0) }.map { "+\($0)" }.joined(separator: " ")
            if missing.isEmpty { return }
            // What threads can have (cpu, cpuset, pids) is passed down at once, but then no cgroup below is one for processes
            // (cgroup-v2.rst, "Threads"): they are moved without having been asked for. The machine's root has no type.
            if (try? root.contents(of: "cgroup.type")) != nil,
                !Self.words(try root.contents(of: "cgroup.procs")).isEmpty
            {
                try Self.moveProcesses(of: root, to: "init")
            }
            var attempts = 0
            while true {
                do throws(SystemError) {
                    return try root.write(missing, to: "cgroup.subtree_control")
                } catch {
                    // A process that forked while it was moved leaves a child behind, so one pass may not be enough.
                    attempts += 1
                    guard error.errno == .busy, attempts < 16 else { throw error }
                    try Self.moveProcesses(of: root, to: "init")
                }
            }
        } catch {
            throw CgroupError(
                .passDown, "cannot pass \(wanted.joined(separator: ", ")) down in \(base)/cgroup.subtree_control",
                cause: error)
        }
    }

    /// Lets the cgroup at `path`, which may be there already, have `wanted`: as ``passDown(_:)``, and once more for each
    /// cgroup between ``base`` and it.
    public func passDown(_ wanted: some Sequence<String>, to path: String) throws(CgroupError) {
        try passDown(wanted)
        var place = base
        do throws(SystemError) {
            guard let below = path.rest(after: base + "/") else { return }
            for name in below.pathParts.dropLast() {
                place += "/\(name)"
                let directory = try Descriptor.open(place, [.directory])
                let on = Set(Self.words(try directory.contents(of: "cgroup.subtree_control")))
                let missing = wanted.filter { !on.contains($0) }.map { "+\($0)" }.joined(separator: " ")
                if !missing.isEmpty { try directory.write(missing, to: "cgroup.subtree_control") }
            }
        } catch {
            throw CgroupError(
                .passDown, "cannot pass \(wanted.joined(separator: ", ")) down in \(place)/cgroup.subtree_control",
                cause: error)
        }
    }

    /// Lets the cgroups below `parent` have everything that ``base`` has, for a container that divides its own further. What
    /// cannot be had is left out: a controller may refuse for processes that are there already (cgroup-v2.rst, "CPU").
    public func passDownAll(to parent: String) {
        // No process is ever in our own, so it can be divided at any time.
        _ = try? Descriptor.makeDirectories(parent)
        for controller in controllers { try? passDown([controller], to: parent + "/each") }
    }

    /// Moves every process that sits in the cgroup `root` to the leaf `name` below it.
    static func moveProcesses(of root: borrowing Descriptor, to name: String) throws(SystemError) {
        do throws(SystemError) { try root.makeDirectory(name) } catch {
            guard error.errno == .exists else { throw error }
        }
        let leaf = try root.open(name, [.directory])
        for process in words(try root.contents(of: "cgroup.procs")) {
            // One of a pid namespace above: it reads as 0, which written would name the writer.
            if process == "0" { continue }
            do throws(SystemError) {
                try leaf.write(process, to: "cgroup.procs")
            } catch {
                // It ended in the meantime.
                guard error.errno == .noSuchProcess else { throw error }
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Doctor {
    /// What the file system of the store can do, tried in a directory that goes again.
    var store: [Finding] {
        let place = Engine.nearest(to: places.root)
        do throws(SystemError) {
            let parent = try Descriptor.open(place, [.directory])
            let status = try parent.fileSystemStatus()
            let space = Self.space(status, of: places.root)
            if try carriesUpper(status.magic, parent) { return [space] + (try probes(in: parent)) }
            let mount: DetachedMount
            do throws(SystemError) { mount = try StoreImage.tryOut(in: parent) } catch {
                return [space, noImage(error)]
            }
            return [space, imageFinding(parent)] + (try probes(in: mount.root))
        } catch {
            return [
                Finding(
                    "store", .missing, "cannot write in \(place): \(error.errno)",
                    costs: "images and containers cannot be kept",
                    remedy: "write --root DIR, or set MINIBOX_ROOT, with a directory that can be written")
            ]
        }
    }

    private func carriesUpper(_ magic: FileSystemMagic, _ place: borrowing Descriptor) throws(SystemError) -> Bool {
        if let known = UpperProbe.isKnown(magic) { return known }
        return try UpperProbe.answer(in: place)
    }

    private func imageFinding(_ place: borrowing Descriptor) -> Finding {
        Finding(
            "store", .degraded,
            "\(places.root) is \(Self.kind(of: place)): the store is an ext4 image there, \(StoreImage.fileName), on a loop device",
            costs: "a command that runs alone mounts it, some 10 ms; only minibox sees what is in it",
            remedy: "start the outer container with a volume there: -v \(places.root)")
    }

    private func noImage(_ error: SystemError) -> Finding {
        Finding(
            "store", .missing,
            "\(places.root) cannot carry containers, nor an image of its own: \(error)",
            costs: "containers have no root file system: they do not start", remedy: Engine.imageRemedy(places.root))
    }

    private static func kind(of place: borrowing Descriptor) -> String {
        (try? place.fileSystemMagic()) == .overlay
            ? "itself on an overlay" : "on a file system that overlays cannot write to"
    }

    /// What a container's layers need of a file system.
    private func probes(in place: borrowing Descriptor) throws(SystemError) -> [Finding] {
        try ProbeDirectory.use(in: place) { directory throws(SystemError) in
            [mappedMounts(directory), overlay(directory), overlayRoute]
        }
    }

    static func space(_ status: FileSystemStatus, of path: String) -> Finding {
        let mebibytes = status.available >> 20
        let found = "\(mebibytes) MiB free in \(path)"
        if mebibytes >= 1024 { return Finding("disk space", found) }
        return Finding(
            "disk space", mebibytes < 64 ? .missing : .degraded, found,
            costs: "an image of a distribution takes some 100 to 1000 MiB unpacked",
            remedy: "remove images (minibox rmi), or write --root DIR on a larger file system")
    }

    private func mappedMounts(_ directory: borrowing Descriptor) -> Finding {
        let name = "idmapped mounts"
        do throws(SystemError) {
            let range = (try? SubordinateRange.ofHost()) ?? .standard
            if let refusal = try MappedMountProbe.tryOut(on: directory, range: range) { throw refusal }
            return Finding(name, "the file system of \(places.root) has them")
        } catch {
            return Finding(
                name, .degraded, "the file system of \(places.root) refuses them: \(error)",
                costs: "containers share the host's users, with a line that says so; --userns private is refused",
                remedy: "keep the store on ext4, xfs, btrfs or tmpfs: write --root DIR")
        }
    }

    /// A root file system as a container has one: two layers below, changes on top.
    private func overlay(_ directory: borrowing Descriptor) -> Finding {
        let name = "overlay"
        do throws(SystemError) {
            try UpperProbe.tryOut(in: directory)
            return Finding(name, "stacks layers and writes in \(places.root)")
        } catch {
            return Finding(
                name, .missing, "\(error)",
                costs: "containers have no root file system: they do not start",
                remedy: "load the module (modprobe overlay), or keep the store on ext4, xfs, btrfs or tmpfs")
        }
    }

    private var overlayRoute: Finding {
        if (try? OverlayProbe.tryOut()) == true {
            return Finding("overlay route", "by descriptor, no name is looked up twice")
        }
        return Finding("overlay route", "by name, in a mount namespace apart; by descriptor from Linux 6.15 on")
    }

    var runDirectory: Finding {
        let place = Engine.nearest(to: places.runRoot)
        let status = try? Descriptor.open(place, [.path, .directory]).fileSystemStatus()
        guard let status, !status.isReadOnly else {
            return Finding(
                "run directory", .missing, "\(places.runRoot) cannot be written", costs: "containers do not start",
                remedy: "write --run-root DIR, or set MINIBOX_RUN_ROOT, with a directory that can be written")
        }
        if status.magic == .tmpfs { return Finding("run directory", "\(places.runRoot) is on a tmpfs") }
        return Finding(
            "run directory", .degraded, "\(places.runRoot) is not on a tmpfs",
            costs: "the state of what ran before a boot is still there after it",
            remedy: "mount a tmpfs on \(place), or write --run-root DIR on one")
    }

    var identityRange: Finding {
        let name = "ids for containers"
        do throws(HostError) {
            let range = try SubordinateRange.ofHost()
            let last = UInt64(range.start) + UInt64(range.count) - 1
            let found = "\(range.start) to \(last), for \(range.blocks) containers at once"
            if range == .standard { return Finding(name, "\(found); no entry of minibox in /etc/subuid") }
            if (try? SubordinateRange.ofHost(file: "/etc/subgid")) == range { return Finding(name, found) }
            return Finding(
                name, .degraded, "\(found), by /etc/subuid alone",
                costs: "groups use the same numbers, which /etc/subgid may give to somebody else",
                remedy: "write the line minibox:\(range.start):\(range.count) into /etc/subgid too")
        } catch {
            if error.code == .noIDs {
                return Finding(
                    name, .degraded, "\(error)",
                    costs:
                        "containers share this container's users, with a line that says so; --userns private is refused",
                    remedy: "start the outer container with more ids, or with the host's: --userns host")
            }
            return Finding(
                name, .missing, "\(error)", costs: "containers with users of their own do not start",
                remedy: "mend the line of minibox in /etc/subuid, or remove it")
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import ContainerRuntime
internal import Linux
internal import OCI

/// What keeps a lab host alive: with it, and with the process that has it, the lab host ends.
public final class LabHostHold {
    private let pipe: Descriptor
    init(pipe: consuming Descriptor) { self.pipe = pipe }
}

extension LabHost {
    /// Makes a lab host for an exercise.
    ///
    /// - Parameter isKept: whether it stays when this process has ended; then it ends by ``stop()``.
    /// - Returns: the host, and what keeps it alive where it is not kept.
    public static func start(
        _ exercise: Exercise, called name: String, catalog: Catalog, isKept: Bool, seed: String? = nil,
        keepsTyped: Bool = false,
        in places: LabPlaces
    ) throws(LabError) -> (host: LabHost, hold: LabHostHold) {
        let host = LabHost(name: name, places: places)
        if host.state != nil { _ = try host.stop() }
        let flag = try SecretFlag.fresh(slug: exercise.slug, seed: seed, in: places)
        var state = State(
            exercise: exercise.name, flag: flag, isKept: isKept, keepsTyped: keepsTyped, owner: CurrentProcess.id,
            ownerStart: ProcessTimes.start(of: CurrentProcess.id) ?? 0)
        let directory = try host.claim(state)
        do throws(LabError) {
            let hold = try host.make(exercise, catalog: catalog, flag: flag, in: directory, isKept: isKept)
            state.process = try host.process()
            state.processStart = state.process.flatMap { ProcessTimes.start(of: $0) }
            try host.write(state)
            let prepared = try host.run(
                ["/bin/sh", "\(HostDescription.lab)/exercises/share/prepare.sh"], environment: [])
            guard prepared.status.code == 0 else {
                throw LabError(
                    .host, "cannot prepare the lab host: \(String(decoding: prepared.error, as: UTF8.self))")
            }
            return (host, hold)
        } catch {
            _ = try? host.stop()
            throw error
        }
    }

    private func make(
        _ exercise: Exercise, catalog: Catalog, flag: String, in directory: borrowing Descriptor, isKept: Bool
    ) throws(LabError) -> LabHostHold {
        let hold: LabHostHold
        do throws(SystemError) {
            // The mounts are this process's alone, until the lab host has them.
            try CurrentProcess.unshare([.mount])
            try MountNamespace.setPropagation(.private, recursive: true)
            try directory.makeDirectory("disk", mode: 0o700)
            // As the new mount namespace has it.
            let place = try Descriptor.open("\(self.directory)/disk", [.path, .directory])
            let memory = try FileSystemContext("tmpfs")
            try memory.set("mode", to: "0755")
            let disk = try memory.mount([]).attach(at: place)
            for name in ["upper", "upper/root", "upper/lab", "work", "root"] {
                try disk.makeDirectory(name, mode: name == "upper/root" ? 0o700 : 0o755)
            }
            try disk.open("upper/root/flag", [.writeOnly, .create, .exclusive], mode: 0o400).write(flag + "\n")
            if let box = Programs.busybox() {
                try disk.open("upper/lab/busybox", [.writeOnly, .create, .exclusive], mode: 0o755)
                    .write(try Descriptor.contents(of: box))
            }
            try disk.makeNode("alive", mode: 0o010_600)
            // What reads it waits as long as somebody has it open for writing; one that nobody ever opens, for ever. Opened
            // for both, so that opening it does not wait.
            hold = LabHostHold(pipe: try disk.open(isKept ? "upper" : "alive", isKept ? [.directory] : .readWrite))
            let overlay = try FileSystemContext("overlay")
            try overlay.set("lowerdir", to: "/")
            try overlay.set("upperdir", to: "\(self.directory)/disk/upper")
            try overlay.set("workdir", to: "\(self.directory)/disk/work")
            _ = try overlay.mount([]).attach(at: try disk.open("root", [.path, .directory]))
            let description = HostDescription(
                root: "\(self.directory)/disk/root", alive: "\(self.directory)/disk/alive",
                store: try makeStore(), programs: try Programs.directoryForMount(), exercises: catalog.directory,
                exercise: exercise.folder,
                environment: environment, hasAllCapabilities: exercise.realm == .kernel && !isKept)
            try directory.makeDirectory("bundle", mode: 0o700)
            try directory.open("bundle", [.directory]).replace(
                "config.json", with: description.json.bytes(pretty: true), mode: 0o600, durable: false)
        } catch {
            throw LabError(.host, "cannot make the root of the lab host", cause: error)
        }
        for words in [["create", "--bundle", "\(self.directory)/bundle", runtimeID], ["start", runtimeID]] {
            let result = try runtime(words)
            guard result.status.code == 0 else {
                throw LabError(
                    .host,
                    "cannot \(words[0]) the lab host: \(String(decoding: result.error, as: UTF8.self))")
            }
        }
        // The lab host has copies of its own.
        if let disk = try? Descriptor.open("\(self.directory)/disk", [.path, .directory]) {
            try? MountNamespace.detach(disk)
        }
        return hold
    }

    /// What the runtime calls it, and its cgroup is called: where several labs have directories of their own, another in each.
    var runtimeID: String {
        "lab-\(name)-\(SecretFlag.hexadecimal(SHA256.digest(of: Array(places.runRoot.utf8)).prefix(4)))"
    }

    /// What its processes find in their environment.
    var environment: [String] {
        [
            HostDescription.path, "HOME=/root", "LC_ALL=C", "MINIBOX_NETWORK=none", "SWIFT_BACKTRACE=enable=no",
            "LAB=\(HostDescription.lab)",
        ]
    }

    private func process() throws(LabError) -> Int32? {
        let result = try runtime(["state", runtimeID])
        guard result.status.code == 0, let json = try? JSON(parsing: result.output) else { return nil }
        return json["pid"]?.int.map { Int32(truncatingIfNeeded: $0) }
    }
}

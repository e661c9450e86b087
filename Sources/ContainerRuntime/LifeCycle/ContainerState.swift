// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// What is known of a container since its creation, written down once. What its bundle says is kept beside it: that may
/// have changed meanwhile.
public struct ContainerState: Hashable, Sendable {
    public var id: String
    /// The first process, as the host numbers it, and when it started: ``ProcessTimes/start(of:)``.
    public var process: Int32
    public var startTime: UInt64
    /// Absolute.
    public var bundle: String
    public var rootFileSystem: String
    /// RFC 3339 to the nanosecond, in UTC.
    public var created: String
    /// Who created it.
    public var owner: UInt32
    public var annotations: JSON.Object
    /// The directory of the container's cgroup; nil where it has none.
    public var cgroup: String?
    /// The namespaces of the container that are not the host's.
    public var namespaces: Namespaces
    /// What later commands ask of the configuration, so that they need not read it; nil where a version wrote this that
    /// did not say so.
    public var later: Later?

    /// What of the configuration is of use when the container runs, or has ended.
    public struct Later: Hashable, Sendable {
        /// Whether the first process is process 1 of a pid namespace, with which the kernel ends the others.
        public var hasProcessesOfItsOwn: Bool
        public var hasPoststartHooks: Bool
        public var hasPoststopHooks: Bool
    }

    public init(
        id: ContainerID, process: Int32, startTime: UInt64, bundle: String, rootFileSystem: String, created: String,
        owner: UInt32, annotations: JSON.Object, cgroup: String?, namespaces: Namespaces,
        later: Later? = nil
    ) {
        self.id = id.text
        self.process = process
        self.startTime = startTime
        self.bundle = bundle
        self.rootFileSystem = rootFileSystem
        self.created = created
        self.owner = owner
        self.annotations = annotations
        self.cgroup = cgroup
        self.namespaces = namespaces
        self.later = later
    }

    /// Whether the first process is there still. One that ended and was not waited for is not.
    public var isAlive: Bool {
        guard let (start, activity) = ProcessTimes.startAndActivity(of: process) else { return false }
        return start == startTime && activity != "Z" && activity != "X"
    }
}

extension ContainerState {
    /// As it is kept in the container's directory.
    var json: JSON {
        var json: JSON = [
            "version": 1, "id": .string(id), "pid": JSON(process), "startTime": JSON(startTime),
            "bundle": .string(bundle), "rootfs": .string(rootFileSystem), "created": .string(created),
            "owner": JSON(owner), "annotations": .object(annotations), "cgroup": cgroup.map { .string($0) } ?? .null,
            "namespaces": JSON(namespaces.names),
        ]
        if let later {
            json["ownProcesses"] = .bool(later.hasProcessesOfItsOwn)
            json["poststart"] = .bool(later.hasPoststartHooks)
            json["poststop"] = .bool(later.hasPoststopHooks)
        }
        return json
    }

    /// nil where something is missing, or was written by a version that this one does not know.
    init?(_ json: JSON) {
        guard json["version"]?.int == 1, let id = json["id"]?.string, let process = json["pid"]?.whole(as: Int32.self),
            process > 0, let startTime = json["startTime"]?.uint64, let bundle = json["bundle"]?.string,
            let rootFileSystem = json["rootfs"]?.string, let created = json["created"]?.string,
            let owner = json["owner"]?.uint32, let annotations = json["annotations"]?.object,
            let names = json["namespaces"]?.strings
        else { return nil }
        self.id = id
        self.process = process
        self.startTime = startTime
        self.bundle = bundle
        self.rootFileSystem = rootFileSystem
        self.created = created
        self.owner = owner
        self.annotations = annotations
        cgroup = json["cgroup"]?.string
        namespaces = Namespaces(names: names)
        if let own = json["ownProcesses"]?.bool, let start = json["poststart"]?.bool, let stop = json["poststop"]?.bool
        {
            later = Later(hasProcessesOfItsOwn: own, hasPoststartHooks: start, hasPoststopHooks: stop)
        }
    }
}

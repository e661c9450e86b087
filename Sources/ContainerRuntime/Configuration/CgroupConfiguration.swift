// SPDX-License-Identifier: Apache-2.0

/// The cgroup of a container and its limits.
public struct CgroupConfiguration: Hashable, Sendable {
    /// A directory of the cgroup2 file system; nil where the host has none.
    public var path: String?
    public var settings: [CgroupSetting]
    /// Whether it has every controller that the tree has, and not only those that its limits need: for programs that
    /// look at their own limits and for statistics.
    public var hasEveryController = false
    /// Whether a cgroup that is there already will do, as long as nothing is in it.
    public var takesExisting = false
    /// Whether the container's root owns it and may make cgroups below it: config-linux.md, "Cgroup ownership".
    public var isDelegated = false
    /// What was asked for and is ignored, a line each.
    public var notes: [String] = []
    public init(path: String?, settings: [CgroupSetting] = []) {
        self.path = path
        self.settings = settings
    }

    /// The controllers that the settings need, each once.
    public var controllers: [String] {
        var names: [String] = []
        for setting in settings where setting.controller != "cgroup" && !names.contains(setting.controller) {
            names.append(setting.controller)
        }
        return names
    }
}

/// One control file of a cgroup and what is written to it: cgroup-v2.rst.
public struct CgroupSetting: Hashable, Sendable {
    public var file: String
    public var value: String
    /// What is written where the kernel has no such file: nothing, if the list is empty, since nothing is lost; nil
    /// where that is an error.
    public var otherwise: [CgroupSetting]?
    public init(file: String, value: String, otherwise: [CgroupSetting]? = nil) {
        self.file = file
        self.value = value
        self.otherwise = otherwise
    }
    /// The controller that has the file: `memory` of `memory.max`.
    public var controller: String { String(file.prefix { $0 != "." }) }
}

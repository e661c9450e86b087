// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension HostStep {
    var document: StepDocument {
        switch self {
        case .enterMountNamespace: StepDocument("enterMountNamespace")
        case .writeOwnFile(let slot, let path, let contents, let owner):
            StepDocument(
                "writeOwnFile",
                [
                    ("slot", slot.json), ("path", JSON(path)), ("contents", JSON(contents)), ("owner", JSON(owner)),
                ])
        case .makeCgroup(let cgroup): cgroup.document
        case .limit(let setting): StepDocument("limit", setting.members)
        case .delegateCgroup(let owner): StepDocument("delegateCgroup", [("owner", JSON(owner))])
        case .filterDevices(let rules):
            StepDocument(
                "filterDevices",
                [
                    ("rules", JSON(rules.map(\.description))),
                    ("instructions", .words(DeviceFilter(rules).instructions)),
                ])
        case .openStreams(let input, let owner, let outlives):
            StepDocument(
                "openStreams",
                [("input", .bool(input)), ("owner", JSON(owner))] + (outlives ? [("outlives", .bool(true))] : []))
        case .mapIDs(let map):
            StepDocument(
                "mapIDs",
                [("extents", map.json)]
                    + (map.groupExtents == map.extents ? [] : [("groupExtents", map.groupExtents.json)]))
        case .openCgroup(let path): StepDocument("openCgroup", [("path", .string(path))])
        case .openUserNamespace(let process): StepDocument("openUserNamespace", [("process", JSON(process))])
        case .copyTree(let slot, let copy): StepDocument("copyTree", [("slot", slot.json)] + copy.members)
        case .copyRoot(let slot, let root):
            StepDocument(
                "copyRoot",
                [("slot", slot.json), ("process", JSON(root.process)), ("startTime", JSON(root.startTime))]
                    + (root.path == "/" ? [] : [("path", JSON(root.path))]))
        case .makeMapping(let slot, let users, let groups):
            StepDocument("makeMapping", [("slot", slot.json), ("users", users.json), ("groups", groups.json)])
        case .mountOverlay(let overlay): overlay.document
        case .mountFileSystem(let slot, let fileSystem, let attributes, let owners):
            StepDocument(
                "mountFileSystem",
                [("slot", slot.json)] + fileSystem.members + [
                    ("attributes", JSON(attributes.names)), ("owners", owners?.json ?? .null),
                ])
        case .makeWritable(let memory):
            StepDocument(
                "makeWritable",
                memory.fileSystem.members + [("model", JSON(memory.model)), ("owner", JSON(memory.owner))])
        case .fillVolume(let fill):
            StepDocument(
                "fillVolume",
                [
                    ("directory", JSON(fill.directory)), ("target", JSON(fill.target)),
                    ("owners", fill.owners?.json ?? .null), ("owner", JSON(fill.owner)),
                    ("isDurable", .bool(fill.isDurable)),
                ])
        case .makeDevices(let devices):
            StepDocument(
                "makeDevices",
                devices.fileSystem.members + [
                    ("attributes", JSON(devices.attributes.names)), ("nodes", .array(devices.nodes.map(\.json))),
                    ("owner", IDMap.owner(in: devices.ids)), ("hasConsole", .bool(devices.hasConsole)),
                ])
        case .makeNodes(let nodes, let ids):
            StepDocument("makeNodes", [("nodes", .array(nodes.map(\.json))), ("owner", IDMap.owner(in: ids))])
        case .openNull: StepDocument("openNull")
        case .sealProgram(let path): StepDocument("sealProgram", [("path", JSON(path))])
        case .setOOMScore(let score): StepDocument("setOOMScore", [("score", JSON(score))])
        case .makeGate(let gate):
            StepDocument("makeGate", [("fifo", JSON(gate.fifo)), ("report", JSON(gate.report))])
        case .openNamespace(let namespace):
            StepDocument(
                "openNamespace", [("kind", JSON("\(namespace.kind)")), ("path", JSON(namespace.path))])
        case .makeTimeNamespace(let offsets):
            StepDocument(
                "makeTimeNamespace",
                [
                    (
                        "offsets",
                        .array(
                            offsets.map { offset in
                                [
                                    "clock": JSON(offset.clock.rawValue), "seconds": JSON(offset.seconds),
                                    "nanoseconds": JSON(offset.nanoseconds),
                                ]
                            })
                    )
                ])
        case .leaveTimeNamespace: StepDocument("leaveTimeNamespace")
        case .moveNetworkDevice(let device, let joined):
            StepDocument(
                "moveNetworkDevice",
                [
                    ("name", JSON(device.name)), ("newName", JSON(device.newName)), ("joined", .bool(joined)),
                ])
        case .admit(let words): StepDocument("admit", [("words", .array(words.map(JSON.string)))])
        case .listenForNames(let address):
            StepDocument("listenForNames", [("address", .string("\(address)")), ("port", .integer(53))])
        case .listenForRole(let address):
            StepDocument("listenForRole", [("address", .string("\(address)")), ("port", .integer(80))])
        case .makePort(let port):
            StepDocument(
                "makePort",
                [
                    ("bridge", JSON(port.bridge)), ("hostName", JSON(port.hostName)), ("name", JSON(port.name)),
                    ("hardwareAddress", JSON("\(port.hardwareAddress)")), ("isIsolated", .bool(port.isIsolated)),
                    ("maximumPacket", port.maximumPacket.map { JSON($0) } ?? .null),
                ])
        case .makeMacvlan(let interface):
            StepDocument(
                "makeMacvlan",
                [
                    ("parent", JSON(interface.parent)), ("name", JSON(interface.name)),
                    ("hardwareAddress", JSON("\(interface.hardwareAddress)")), ("mode", JSON(interface.mode.rawValue)),
                    ("maximumPacket", interface.maximumPacket.map { JSON($0) } ?? .null),
                ])
        case .connect(let slot, let path):
            StepDocument("connect", [("slot", slot.json), ("path", JSON(path))])
        case .connectListener(let choice):
            StepDocument(
                "connectListener",
                [("path", JSON(choice.path)), ("metadata", choice.metadata.map { JSON($0) } ?? .null)])
        case .awaitMounts: StepDocument("awaitMounts")
        case .runHook(let hook): hook.document
        case .letGoOn: StepDocument("letGoOn")
        case .letBecomeRoot: StepDocument("letBecomeRoot")
        case .awaitNamespaces: StepDocument("awaitNamespaces")
        case .letUseInterfaces: StepDocument("letUseInterfaces")
        case .setProcessors(let processors):
            StepDocument("setProcessors", [("processors", JSON(processors.description))])
        case .openProc: StepDocument("openProc")
        case .raiseLimit(let choice):
            StepDocument(
                "raiseLimit",
                [("resource", JSON(choice.resource.description)), ("hard", JSON("\(choice.limit.hard)"))])
        case .handOver(let slots): StepDocument("handOver", [("slots", .array(slots.map(\.json)))])
        case .undo(let undo): StepDocument("undo", [("action", JSON(undo.action)), ("path", JSON(undo.path))])
        }
    }
}

extension NewCgroup {
    fileprivate var document: StepDocument {
        var members: [(String, JSON)] = [("path", JSON(path)), ("controllers", JSON(controllers))]
        if !further.isEmpty { members.append(("further", JSON(further))) }
        if takesExisting { members.append(("takesExisting", true)) }
        return StepDocument("makeCgroup", members)
    }
}

extension CgroupSetting {
    fileprivate var members: [(String, JSON)] {
        [("file", JSON(file)), ("value", JSON(value))]
            + (otherwise.map { [("otherwise", .array($0.map { .object(JSON.Object($0.members)) }))] } ?? [])
    }
}

extension Overlay {
    fileprivate var document: StepDocument {
        let names: [(String, JSON)] =
            switch route {
            case .descriptors: [("route", "descriptors")]
            case .names(let stage): [("route", "names"), ("stage", JSON(stage))]
            }
        return StepDocument(
            "mountOverlay",
            names + [
                ("layers", .array(layers.map(\.json))), ("owner", JSON(owner)), ("isVolatile", .bool(isVolatile)),
            ] + (isWritable ? [] : [("root", root.json), ("isWritable", false)])
                + (subpath.map { [("subpath", JSON($0))] } ?? []))
    }
}

extension Undo {
    var action: String {
        switch self {
        case .removeCgroup: "removeCgroup"
        case .removeTree: "removeTree"
        case .removeFile: "removeFile"
        case .removeLink: "removeLink"
        }
    }

    var path: String {
        switch self {
        case .removeCgroup(let path), .removeTree(let path), .removeFile(let path), .removeLink(let path, _): path
        }
    }
}

extension Slot {
    var json: JSON { JSON(description) }
}

extension IDMap {
    var json: JSON { extents.json }

    /// The host's id of the container's root; the user's and the group's where they differ.
    static func owner(in ids: IDMap?) -> JSON {
        let (user, group) = (ids?.outside(of: 0) ?? 0, ids?.outside(ofGroup: 0) ?? 0)
        return user == group ? JSON(user) : [JSON(user), JSON(group)]
    }
}

extension [IDExtent] {
    fileprivate var json: JSON {
        .array(
            map { extent in
                ["inside": JSON(extent.inside), "outside": JSON(extent.outside), "count": JSON(extent.count)]
            })
    }
}

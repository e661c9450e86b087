// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension MountStep {
    var document: StepDocument {
        switch self {
        case .awaitHost(let slots): StepDocument("awaitHost", [("slots", .array(slots.map(\.json)))])
        case .becomeRoot: StepDocument("becomeRoot")
        case .setOOMScore(let score): StepDocument("setOOMScore", [("score", JSON(score))])
        case .newCgroupNamespace: StepDocument("newCgroupNamespace")
        case .isolateMounts: StepDocument("isolateMounts")
        case .openSettings: StepDocument("openSettings")
        case .attachRoot: StepDocument("attachRoot")
        case .attachRootInPlace(let path): StepDocument("attachRootInPlace", [("path", JSON(path))])
        case .learnProcess: StepDocument("learnProcess")
        case .awaitHooks: StepDocument("awaitHooks")
        case .awaitIDs: StepDocument("awaitIDs")
        case .makeNamespaces(let kinds, let tells):
            StepDocument("makeNamespaces", [("kinds", JSON(kinds.names)), ("tells", .bool(tells))])
        case .runHook(let hook): hook.document
        case .mount(let fileSystem, let attributes, let propagation, let target, let slot):
            StepDocument(
                "mount",
                fileSystem.members + [
                    ("attributes", JSON(attributes.names)), ("propagation", JSON(propagation.map(\.description))),
                    ("target", JSON(target)), ("keeps", slot?.json ?? .null),
                ])
        case .attachDevices(let slot): StepDocument("attachDevices", [("keeps", slot?.json ?? .null)])
        case .makeNode(let node): StepDocument("makeNode", [("node", node.json)])
        case .attachNode(let place, let node):
            StepDocument("attachNode", [("place", JSON(place)), ("node", node.json)])
        case .makeDeviceLinks: StepDocument("makeDeviceLinks")
        case .makeReadOnly(let slot): StepDocument("makeReadOnly", [("slot", slot.json)])
        case .attach(let slot, let target, let isDirectory):
            StepDocument(
                "attach", [("slot", slot.json), ("target", JSON(target)), ("isDirectory", .bool(isDirectory))])
        }
    }
}

extension RootStep {
    var document: StepDocument {
        switch self {
        case .awaitInterfaces: StepDocument("awaitInterfaces")
        case .bringLoopbackUp: StepDocument("bringLoopbackUp")
        case .configureInterface(let settings):
            StepDocument(
                "configureInterface",
                [
                    ("name", JSON(settings.name)),
                    ("addresses", .array(settings.addresses.map { JSON("\($0)") })),
                    ("gateways", .array(settings.gateways.map { JSON("\($0)") })),
                ]
                    + (settings.refused.isEmpty
                        ? [] : [("refused", .array(settings.refused.map { JSON("\($0)") }))]))
        case .setHostname(let name): StepDocument("setHostname", [("name", JSON(name))])
        case .setDomainName(let name): StepDocument("setDomainName", [("name", JSON(name))])
        case .setSysctl(let sysctl):
            StepDocument("setSysctl", [("key", JSON(sysctl.key)), ("value", JSON(sysctl.value))])
        case .openRoot: StepDocument("openRoot")
        case .openTerminal(let rows, let columns, _):
            StepDocument("openTerminal", [("rows", JSON(rows)), ("columns", JSON(columns))])
        case .sendProcess: StepDocument("sendProcess")
        case .makeWorkingDirectory(let path): StepDocument("makeWorkingDirectory", [("path", JSON(path))])
        case .resolveUser(let choice, let groups, let ids):
            StepDocument(
                "resolveUser",
                [
                    ("user", JSON(choice.user)), ("group", choice.group.map { JSON($0) } ?? .null),
                    ("additionalGroups", JSON(groups)), ("ids", ids?.json ?? .null),
                ])
        case .takeUser(let user, let ids):
            StepDocument(
                "takeUser",
                [
                    ("user", JSON(user.user)), ("group", JSON(user.group)),
                    ("groups", .array(user.groups.map { JSON($0) })), ("ids", ids?.json ?? .null),
                ])
        case .resolveProgram(let name, let searchPath, let workingDirectory):
            StepDocument(
                "resolveProgram",
                [
                    ("name", JSON(name)), ("searchPath", JSON(searchPath)),
                    ("workingDirectory", JSON(workingDirectory)),
                ])
        case .takeProgram(let path): StepDocument("takeProgram", [("path", JSON(path))])
        case .makeReadOnly(let path): StepDocument("makeReadOnly", [("path", JSON(path))])
        case .mask(let path): StepDocument("mask", [("path", JSON(path))])
        case .makeRootReadOnly: StepDocument("makeRootReadOnly")
        case .verifyPaths(let masked, let readOnly):
            StepDocument("verifyPaths", [("masked", JSON(masked)), ("readOnly", JSON(readOnly))])
        case .setRootPropagation(let change):
            StepDocument("setRootPropagation", [("propagation", JSON(change.description))])
        }
    }
}

extension GateStep {
    var document: StepDocument {
        switch self {
        case .runHook(let hook): hook.document
        case .standStill: StepDocument("standStill")
        }
    }
}

extension ConfineStep {
    var document: StepDocument {
        switch self {
        case .resetSignals: StepDocument("resetSignals")
        case .newKeyring: StepDocument("newKeyring")
        case .useStreams: StepDocument("useStreams")
        case .startSession(let terminal): StepDocument("startSession", [("terminal", .bool(terminal))])
        case .setLimit(let choice):
            StepDocument(
                "setLimit",
                [
                    ("resource", JSON(choice.resource.description)), ("number", JSON(choice.resource.rawValue)),
                    ("soft", .limit(choice.limit.soft)), ("hard", .limit(choice.limit.hard)),
                ])
        case .setFileModeMask(let mask): StepDocument("setFileModeMask", [("mask", JSON(mask))])
        case .changeDirectory(let path): StepDocument("changeDirectory", [("path", JSON(path))])
        case .loadFilter(let filter): StepDocument("loadFilter", [("filter", filter.json)])
        case .boundCapabilities(let set): StepDocument("boundCapabilities", [("capabilities", set.json)])
        case .becomeUser: StepDocument("becomeUser")
        case .setCapabilities(let set): StepDocument("setCapabilities", [("capabilities", set.json)])
        case .dieWithParent: StepDocument("dieWithParent")
        case .joinKeyring(let name): StepDocument("joinKeyring", [("name", JSON(name))])
        case .keepKeyring: StepDocument("keepKeyring")
        case .setAttribute(let attribute): attribute.document
        case .ownStreams: StepDocument("ownStreams")
        case .keepCapabilities: StepDocument("keepCapabilities")
        case .setCapabilitySets(let sets): StepDocument("setCapabilitySets", [("sets", sets.json)])
        case .setNoNewPrivileges: StepDocument("setNoNewPrivileges")
        case .verify(let expected):
            StepDocument(
                "verify",
                [("sets", expected.capabilities.json), ("noNewPrivileges", .bool(expected.noNewPrivileges))])
        }
    }
}

extension CapabilitySet {
    fileprivate var json: JSON { JSON(memberNames) }
}

extension JSON {
    /// A limit, or `unlimited`, whose number no double holds.
    fileprivate static func limit(_ value: UInt64) -> JSON { value == .max ? "unlimited" : JSON(value) }
}

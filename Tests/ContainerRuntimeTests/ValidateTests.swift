// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

@Suite("A plan held to its slots")
struct ValidateTests {
    /// What `validate()` says of the usual plan, changed.
    private func fault(
        _ change: (inout ContainerConfiguration) -> Void = { _ in }, of spoil: (inout Plan) -> Void
    ) throws -> String? {
        var plan = try Plan.usual(change)
        spoil(&plan)
        do throws(PlanError) {
            try plan.validate()
            return nil
        } catch {
            #expect(error.code == .slot)
            return error.subject
        }
    }

    @Test("is right as the planner makes it", arguments: PlanCase.all)
    func isRight(_ item: PlanCase) throws { try Plan.usual(host: item.host, item.change).validate() }

    @Test("is wrong where the child begins in a cgroup that nobody made")
    func cgroup() throws {
        #expect(
            try fault { $0.prepare.removeAll { $0.fills == [.cgroup] || $0.uses == [.cgroup] } }
                == "the clone needs cgroup")
    }

    @Test("is wrong where an interface is made or configured alone, or in a network namespace of another's")
    func interfaces() throws {
        let alone = "an interface is made or configured alone"
        #expect(
            try fault(PlanCase.network) { $0.beside.removeAll { if case .makePort = $0 { true } else { false } } }
                == alone)
        #expect(
            try fault(PlanCase.network) {
                $0.inside.removeAll { if case .configureInterface = $0 { true } else { false } }
            }
                == alone)
        #expect(
            try fault(PlanCase.network) { $0.makesNoNetwork() } == "interfaces would be another's")
        #expect(
            try fault(PlanCase.network) { plan in
                plan.beside += plan.beside.filter { if case .makePort = $0 { true } else { false } }
            } == "there are two interfaces eth0")
    }

    @Test("is wrong where an interface beside one of the host's is made alone or twice")
    func macvlans() throws {
        #expect(
            try fault(PlanCase.beside) { $0.beside.removeAll { if case .makeMacvlan = $0 { true } else { false } } }
                == "an interface is made or configured alone")
        #expect(
            try fault(PlanCase.beside) { plan in
                plan.beside += plan.beside.filter { if case .makeMacvlan = $0 { true } else { false } }
            } == "there are two interfaces eth0")
    }

    @Test("is wrong where settings are made that nobody can reach")
    func settings() throws {
        let change: (inout ContainerConfiguration) -> Void = {
            $0.showsProcessesAlone = true
            $0.sysctls = [Sysctl(key: "net.ipv4.ip_forward", value: "1")]
        }
        #expect(
            try fault(change) { $0.build.removeAll { $0 == .openSettings } } == "settings is used before it is made")
        #expect(try Plan.usual { $0.showsProcessesAlone = true }.build.contains(.openSettings) == false)
    }

    @Test("is wrong where questions about names are taken twice, of another, or where nobody is left to answer them")
    func names() throws {
        #expect(
            try fault(PlanCase.network) { plan in
                plan.beside += plan.beside.filter { if case .listenForNames = $0 { true } else { false } }
            } == "questions about names are taken twice")
        #expect(
            try fault(PlanCase.network) { plan in
                plan.makesNoNetwork()
                plan.beside.removeAll { if case .makePort = $0 { true } else { false } }
                plan.inside.removeAll { if case .configureInterface = $0 { true } else { false } }
            } == "another's questions about names would be taken")
    }

    @Test("is wrong where there are two roles, or others have it")
    func roles() throws {
        let change: (inout ContainerConfiguration) -> Void = {
            $0.namespaces.roleServer = InternetAddress(.v4, 0xa9fe_aa02)
        }
        #expect(
            try fault(change) { plan in
                plan.beside += plan.beside.filter { if case .listenForRole = $0 { true } else { false } }
            } == "there are two roles")
        #expect(try fault(change) { $0.makesNoNetwork() } == "others would have the role")
    }

    @Test("is wrong where a step uses what no step before it made")
    func early() throws {
        let limits = try #require(PlanCase.all.first { $0.name == "limits" }?.change)
        #expect(try fault(limits) { $0.prepare.reverse() } == "cgroup is used before it is made")
        #expect(try fault { $0.beside.removeAll { $0.fills == [.layer(0)] } } == "layer-0 is used before it is made")
        #expect(try fault { $0.beside.removeAll { $0.fills == [.writable] } } == "writable is used before it is made")
        #expect(try fault { $0.beside.removeAll { $0.fills == [.root] } } == "root is used before it is made")
        #expect(try fault { $0.beside.removeAll { $0.fills == [.devices] } } == "devices is used before it is made")
        #expect(
            try fault { $0.beside.removeAll { $0.fills == [.ownFile(0)] } } == "own-file-0 is used before it is made")
        #expect(
            try fault { $0.prepare.removeAll { $0.fills.contains(.stream(0)) } } == "stream-0 is used before it is made"
        )
        #expect(
            try fault { $0.beside.removeAll { $0.fills == [.userNamespace] } }
                == "user-namespace is used before it is made")
    }

    @Test(
        "is wrong where a volume is filled from a root that is not there, or an image stacked from layers that are not")
    func volumes() throws {
        let volumes = try #require(PlanCase.all.first { $0.name == "volumes" }?.change)
        #expect(
            try fault(volumes) { plan in
                let place = plan.beside.firstIndex { if case .fillVolume = $0 { true } else { false } } ?? 0
                plan.beside.insert(plan.beside.remove(at: place), at: 1)
            } == "root is used before it is made")
        #expect(
            try fault(volumes) { $0.beside.removeAll { $0.fills == [.layer(1)] } }
                == "layer-1 is used before it is made")
        #expect(
            try fault(volumes) { $0.beside.removeAll { $0.fills == [.bind(2)] } }
                == "bind-2 is used before it is made")
        #expect(
            try fault(volumes) { $0.after.removeAll { if case .undo(.removeTree) = $0 { true } else { false } } }
                == "what is made is not what is taken away")
    }

    @Test("that fills volumes ahead of a start maps no owners and uses what it made")
    func filling() throws {
        let item = try #require(PlanCase.all.first { $0.name == "volumes" })
        for names in [false, true] {
            let host = HostFacts.usual(names: names)
            let steps = Planner(
                configuration: .usual { configuration in
                    item.change(&configuration)
                    configuration.root.source = .layers(
                        LayeredRoot(layers: ["/layers/b", "/layers/a"], writable: "/w", isTemporary: false))
                }, host: host
            ).filling()
            #expect(steps.contains(.enterMountNamespace) == names)
            var filled = SlotSet()
            for step in steps { try step.account(in: &filled) }
            #expect(filled.contains(.root) && !filled.contains(.userNamespace))
            #expect(steps.count { if case .fillVolume = $0 { true } else { false } } == 1)
        }
        #expect(Planner(configuration: .usual(), host: .usual()).filling().isEmpty)
    }

    @Test("is wrong where a slot is filled twice")
    func twice() throws {
        #expect(try fault { $0.beside += $0.beside.filter { $0.fills == [.devices] } } == "devices is made twice")
        #expect(
            try fault { $0.beside.insert(contentsOf: $0.beside.filter { $0.fills == [.layer(0)] }, at: 2) }
                == "layer-0 is made twice")
    }

    @Test("is wrong where the child and the parent do not agree on what is handed over")
    func handOver() throws {
        #expect(try fault { $0.beside.removeLast() } == "the child waits for what the parent does not hand over")
        let waits = try #require(try Plan.usual().build.firstIndex { if case .awaitHost = $0 { true } else { false } })
        #expect(try fault { $0.build.remove(at: waits) } == "the child does not wait for the parent")
        #expect(
            try fault { $0.build[waits] = .awaitHost([.root, .devices]) }
                == "the child waits for what the parent does not hand over")
        #expect(
            try fault { $0.build.append($0.build.remove(at: waits)) } == "root is used before it is made")
        #expect(try fault { plan in plan.beside.swapAt(plan.beside.count - 1, plan.beside.count - 2) } != nil)
    }

    @Test("is wrong where a word is waited for that nobody says, or said too early")
    func wordsOfBothSides() throws {
        let root = "the child becomes root before there is one, or waits for ever"
        #expect(try fault { $0.beside.removeAll { $0 == .letBecomeRoot } } == root)
        #expect(try fault { $0.build.removeAll { $0 == .awaitIDs } } == root)
        #expect(try fault { $0.build.swapAt(0, 1) } == root)
        #expect(try fault { $0.beside.swapAt(0, 1) } == root)
        let use = "interfaces are used before they are made"
        #expect(try fault(PlanCase.network) { $0.beside.removeAll { $0 == .letUseInterfaces } } == use)
        #expect(try fault(PlanCase.network) { $0.inside.removeAll { $0 == .awaitInterfaces } } == use)
        #expect(
            try fault(PlanCase.network) { plan in
                plan.inside.removeAll { $0 == .awaitInterfaces }
                plan.inside.append(.awaitInterfaces)
            } == use)
        #expect(try fault(PlanCase.network) { $0.beside.insert($0.beside.removeLast(), at: 0) } == use)
        #expect(
            try fault(PlanCase.network) { $0.beside.removeAll { $0 == .awaitNamespaces } }
                == "namespaces are told of, or waited for, alone")
        #expect(
            try fault(PlanCase.network) { plan in
                plan.beside.removeAll { $0 == .awaitNamespaces }
                plan.beside.insert(.awaitNamespaces, at: plan.beside.count - 1)
            } == "interfaces are made before there is a namespace for them")
    }

    @Test("is wrong where a mount that was made by the parent alone is shown by the child")
    func bindNotHandedOver() throws {
        #expect(
            try fault { $0.build.append(.attach(.bind(3), target: "/data", isDirectory: true)) }
                == "bind-3 is used before it is made")
    }

    @Test("is wrong where what is hidden or unwritable is not looked at again, or is changed after that")
    func verification() throws {
        let (masked, readOnly) = (["/proc/kcore", "/sys/firmware"], ["/proc/sys", "/proc/sysrq-trigger"])
        let step = RootStep.verifyPaths(masked: masked, readOnly: readOnly)
        #expect(try fault { $0.inside.removeAll { $0 == step } } == "masks are not verified")
        #expect(try fault { $0.inside.append(.mask("/proc/keys")) } == "what is verified is not what was masked")
        #expect(
            try fault { $0.inside.removeAll { $0 == .mask("/proc/kcore") } }
                == "what is verified is not what was masked")
        #expect(
            try fault { $0.inside.removeAll { $0 == .makeReadOnly("/proc/sys") } }
                == "what is verified is not what was masked")
        #expect(try fault { $0.beside.removeAll { $0 == .openNull } } == "null is used before it is made")
    }

    @Test("is wrong where mounts would show on the host")
    func isolation() throws {
        #expect(try fault { $0.build.removeAll { $0 == .isolateMounts } } == "mounts would show on the host")
        #expect(
            try fault { plan in
                plan.build.removeAll { $0 == .isolateMounts }
                plan.build.append(.isolateMounts)
            } == "mounts would show on the host")
        #expect(
            try fault { plan in
                plan.build.removeAll { if case .makeNamespaces = $0 { true } else { false } }
            } == "mounts would show on the host")
        #expect(
            try fault { plan in
                let step = plan.build.remove(at: 2)
                plan.build.append(step)
            } == "mounts would show on the host")
    }

    @Test("is wrong where the root is not attached, or after what is mounted in it")
    func root() throws {
        #expect(try fault { $0.build.removeAll { $0 == .attachRoot } } == "the root is not attached")
        #expect(
            try fault { plan in
                plan.build.removeAll { $0 == .attachRoot }
                plan.build.append(.attachRoot)
            } == "something is mounted before the root is attached")
    }

    @Test("is wrong where a user namespace has no ids or nobody becomes its root")
    func userNamespace() throws {
        #expect(try fault { $0.build.removeAll { $0 == .becomeRoot } } == "nobody becomes root of the user namespace")
        let words = try fault { plan in
            plan.beside.removeAll { if case .mapIDs = $0 { true } else { false } }
            plan.beside.insert(.openUserNamespace(process: 1), at: 0)
        }
        #expect(words == "the user namespace has no ids")
    }

    @Test("is wrong where a terminal is made or used alone")
    func terminal() throws {
        let terminal = { (configuration: inout ContainerConfiguration) in
            configuration.process.streams = .terminal(rows: 24, columns: 80)
        }
        #expect(
            try fault(terminal) { $0.inside.removeAll { $0 == .openTerminal(rows: 24, columns: 80) } }
                == "terminal is made or used alone")
        #expect(try fault { $0.inside.append(.openTerminal(rows: 1, columns: 1)) } == "terminal is made or used alone")
    }

    @Test("is wrong where the user is looked up or taken on alone, or no program is looked up")
    func lookUps() throws {
        #expect(try fault { $0.confine.removeAll { $0 == .becomeUser } } == "the user is looked up or taken on alone")
        #expect(
            try fault { $0.inside.removeAll { if case .resolveUser = $0 { true } else { false } } }
                == "the user is looked up or taken on alone")
        #expect(
            try fault { $0.inside.removeAll { if case .resolveProgram = $0 { true } else { false } } }
                == "no program is looked up")
    }

    @Test("is wrong where capabilities stay that nobody asked for")
    func capabilities() throws {
        for kind in ["boundCapabilities", "setCapabilities"] {
            #expect(
                try fault { $0.confine.removeAll { AnyStep.confine($0).kind == kind } }
                    == "capabilities are kept that nobody asked for")
        }
    }

    @Test("is wrong where what is made is not what is taken away")
    func undo() throws {
        #expect(try fault { $0.after.removeLast() } == "what is made is not what is taken away")
        #expect(try fault { $0.after.reverse() } == "what is made is not what is taken away")
    }

    @Test("tells a fault of the planner as one")
    func words() {
        #expect(
            PlanError(.slot, "root is used before it is made").description
                == "the plan is wrong: root is used before it is made")
    }

    @Test("gives each slot a number of its own")
    func slotNumbers() {
        let slots: [Slot] =
            [.cgroup, .userNamespace, .root, .devices, .writable, .terminal] + (0..<3).map(Slot.stream)
            + (0..<16).map(Slot.ownFile) + (0..<200).map(Slot.bind) + (0..<200).map(Slot.layer)
        #expect(Set(slots.map(\.number)).count == slots.count)
        #expect(Set(slots.map(\.description)).count == slots.count)
    }
}

/// What stands in for each step of the usual plan: the check that a plan without it does not pass.
@Suite("A plan without one of its steps")
struct RemovalTests {
    @Test("is another plan, for every step but the clone, the pivot and the program")
    func removes() throws {
        let plan = try Plan.usual()
        for step in plan.steps {
            let rest = plan.removing(step: step.number)
            switch step.step {
            case .spawn, .pivot, .launch: #expect(rest == nil)
            default:
                #expect(rest?.count == plan.count - 1)
                #expect(rest?.steps.map(\.step) == plan.steps.filter { $0.number != step.number }.map(\.step))
            }
        }
        #expect(plan.removing(step: 0) == nil)
        #expect(plan.removing(step: plan.count + 1) == nil)
    }

    @Test("is refused by validate, or is caught by a probe of the kernel tier alone: the table on record")
    func table() throws {
        let plan = try Plan.usual()
        let rows = plan.steps.map { step -> String in
            let name = "\(step.number) \(step.step.kind)"
            guard let rest = plan.removing(step: step.number) else { return "\(name): cannot be removed" }
            do throws(PlanError) {
                try rest.validate()
                return "\(name): live probe"
            } catch {
                return "\(name): validate: \(error.subject)"
            }
        }
        try expectSnapshot("removals", rows.joined(separator: "\n") + "\n")
    }
}

extension Plan {
    /// Takes the network namespace from what the child makes for itself.
    fileprivate mutating func makesNoNetwork() {
        for index in build.indices {
            guard case .makeNamespaces(let kinds, let tells) = build[index] else { continue }
            build[index] = .makeNamespaces(kinds.subtracting(.network), tells: tells)
        }
    }
}

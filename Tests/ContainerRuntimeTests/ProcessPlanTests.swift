// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import OCI
import Testing

/// What a bundle's process and namespaces become in a plan.
@Suite struct ProcessPlanTests {
    private func plan(_ change: (inout ContainerConfiguration) -> Void) throws -> Plan {
        try Plan.usual { configuration in
            configuration.root = RootFileSystem(.directory("/b/rootfs"), isReadOnly: false)
            configuration.kernelFileSystems = .listed
            configuration.ownFiles = []
            configuration.namespaces.own.remove(.user)
            configuration.idMap = nil
            configuration.process.endsWithParent = false
            configuration.process.streams = .inherited(further: 0)
            configuration.process.numericUser = NumericUser(user: 1000, group: 1000)
            configuration.process.capabilitySets = ProcessCapabilities(
                effective: .kill, permitted: .kill, bounding: [.kill, .netRaw])
            change(&configuration)
        }
    }

    private let state = HookState(version: "1.3.0", id: "some", bundle: "/bundle", annotations: ["b": "2", "a": "1"])

    @Test func rightsGoInOrderAndAreVerified() throws {
        let confine = try plan { $0.process.noNewPrivileges = true }.confine
        let sets = ProcessCapabilities(effective: .kill, permitted: .kill, bounding: [.kill, .netRaw])
        #expect(
            confine.suffix(7) == [
                .boundCapabilities([.kill, .netRaw]), .ownStreams, .keepCapabilities, .becomeUser,
                .setCapabilitySets(sets), .setNoNewPrivileges,
                .verify(Confinement(capabilities: sets, noNewPrivileges: true)),
            ])
    }

    @Test func aSupervisedFilterIsLoadedBeforeTheGate() throws {
        let filter = FilterChoice(
            name: "bundle's", program: SeccompFilter(instructions: [0x7fc0_0000_0000_0006]),
            listener: ListenerChoice(path: "/agent", metadata: nil, state: state))
        let plan = try plan {
            $0.process.filter = filter
            $0.process.noNewPrivileges = true
        }
        #expect(plan.confine.last == .loadFilter(filter) && plan.launch.filter == nil)
        let listener = try #require(filter.listener)
        #expect(plan.prepare.contains(.connectListener(listener)))
        #expect(filter.program?.asksSupervisor == true)
        #expect(!SeccompFilter(instructions: [0x7fff_0000_0000_0006]).asksSupervisor)
    }

    @Test func namespacesAreOpenedFirst() throws {
        let network = NamespacePath(kind: .network, path: "/run/netns/a")
        let plan = try plan {
            $0.namespaces.own.remove(.network)
            $0.namespaces.paths = [network]
        }
        #expect(plan.prepare.first == .openNamespace(network))
        #expect(plan.spawn.joinOpened == .network && plan.spawn.createInSibling.isEmpty)
        #expect(!plan.inside.contains(.bringLoopbackUp))
    }

    @Test func anOwnUserNamespaceIsMadeAfterOthersAreJoined() throws {
        let plan = try plan {
            $0.namespaces.own.remove(.network)
            $0.namespaces.own.insert(.user)
            $0.idMap = IDMap(
                users: [IDExtent(inside: 0, outside: 1000, count: 10)],
                groups: [IDExtent(inside: 0, outside: 2000, count: 20)])
            $0.namespaces.paths = [NamespacePath(kind: .network, path: "/run/netns/a")]
        }
        #expect(plan.spawn.create.isEmpty && plan.spawn.createInSibling.contains([.user, .pid, .mount]))
        #expect(plan.spawn.clonesTwice)
    }

    @Test func whatCannotBeHadTogetherIsRefused() {
        func refused(_ change: @escaping (inout ContainerConfiguration) -> Void) {
            #expect(throws: PlanError.self) { _ = try self.plan(change) }
        }
        refused { $0.namespaces.paths = [NamespacePath(kind: .pid, path: "/a")] }
        refused { $0.namespaces.own.remove(.mount) }
        refused { $0.namespaces.timeOffsets = [TimeOffset(.monotonic, seconds: 1)] }
        refused {
            $0.namespaces.own.remove(.network)
            $0.namespaces.devices = [NetworkDevice(name: "a", newName: "b")]
        }
        refused {
            $0.namespaces.own.remove(.ipc)
            $0.namespaces.paths = ["/a", "/b"].map { NamespacePath(kind: .ipc, path: $0) }
        }
    }

    @Test func clocksAreSetBeforeTheClone() throws {
        let offsets = [TimeOffset(.boottime, seconds: 5)]
        let plan = try plan {
            $0.namespaces.own.insert(.time)
            $0.namespaces.timeOffsets = offsets
        }
        #expect(plan.prepare.last == .makeTimeNamespace(offsets) && !plan.spawn.create.contains(.time))
        #expect(plan.beside.first == .leaveTimeNamespace)
    }

    @Test func hooksStandBetweenMountsAndPivot() throws {
        let early = HookRun(.createRuntime, index: 0, path: "/early", state: state)
        let late = HookRun(.createContainer, index: 0, path: "/late", state: state)
        let last = HookRun(.startContainer, index: 0, path: "/last", state: state)
        let plan = try plan {
            $0.hooks.createRuntime = [early]
            $0.hooks.createContainer = [late]
            $0.hooks.startContainer = [last]
        }
        #expect(plan.beside.suffix(3) == [.awaitMounts, .runHook(early), .letGoOn])
        #expect(plan.build.suffix(2) == [.awaitHooks, .runHook(late)])
        #expect(plan.build.contains(.learnProcess) && !plan.build.contains(.attachRoot))
        #expect(plan.gate.last == .runHook(last))
        var broken = plan
        broken.beside.removeAll { $0 == .letGoOn }
        #expect(throws: PlanError.self) { try broken.validate() }
        // Nobody waits where there is none.
        #expect(!(try self.plan { _ in }).build.contains(.awaitHooks))
    }

    @Test func aLabelNeedsTheHostsProc() throws {
        let label = ProcessAttribute.label(.appArmor, "some")
        let plan = try plan { $0.process.attributes = [label] }
        #expect(plan.prepare.contains(.openProc) && plan.confine.contains(.setAttribute(label)))
        var broken = plan
        broken.prepare.removeAll { $0 == .openProc }
        #expect(throws: PlanError.self) { try broken.validate() }
    }

    @Test func everyStepHasWordsAndADocument() throws {
        let plan = try plan {
            $0.process.attributes = [
                .personality(.linux32), .ioPriority(IOPriority(.idle, level: 7)),
                .scheduling(Scheduling(policy: .deadline, runtime: 1, deadline: 2, period: 3)),
                .memoryPolicy(MemoryPolicy(mode: .bind, nodes: NumberSet([0, 1]))), .processors(NumberSet([1])),
                .everyProcessor, .label(.selinux, "label"),
            ]
            $0.process.keyring = .named("_ses.some")
            $0.process.processSocket = "/socket"
        }
        for step in plan.steps {
            #expect(!step.step.summary.isEmpty && !step.step.kind.isEmpty)
        }
        let text = String(decoding: plan.json().bytes(), as: UTF8.self)
        for word in ["SCHED_DEADLINE", "IOPRIO_CLASS_IDLE", "MPOL_BIND", "0-1", "_ses.some", "setLabel", "sendProcess"]
        {
            #expect(text.contains(word), "\(word)")
        }
    }
}

@Suite struct AttainableCapabilityTests {
    private let known: CapabilitySet = [.kill, .chown, .netRaw, .sysResource]

    @Test func whatIsThereIsGiven() {
        let asked = ProcessCapabilities(
            effective: .kill, permitted: [.kill, .chown], bounding: [.kill, .chown, .netRaw])
        let (sets, notes) = asked.attainable(available: known, known: known)
        #expect(sets == asked && notes.isEmpty)
    }

    @Test func whatIsLackingIsLeftOutAndSaid() {
        let all: CapabilitySet = [.kill, .sysResource, .bpf]
        let asked = ProcessCapabilities(effective: all, permitted: all, bounding: all)
        let (sets, notes) = asked.attainable(available: [.kill, .chown], known: known)
        #expect(sets == ProcessCapabilities(effective: .kill, permitted: .kill, bounding: .kill))
        #expect(notes.count == 2 && notes.contains { $0.contains("CAP_BPF") })
        #expect(notes.contains { $0.contains("CAP_SYS_RESOURCE") })
    }

    /// CVE-2022-24769: what is not asked for is not inheritable, nor ambient.
    @Test func anAmbientOneIsInheritableAndPermitted() {
        let asked = ProcessCapabilities(
            effective: .kill, permitted: .kill, inheritable: [], bounding: .kill, ambient: .kill)
        let (sets, notes) = asked.attainable(available: known, known: known)
        #expect(sets.ambient.isEmpty && sets.inheritable.isEmpty && notes.count == 1)
    }

    @Test func anEffectiveOneIsPermitted() {
        let (sets, notes) = ProcessCapabilities(
            effective: [.kill, .chown], permitted: .kill, bounding: [.kill, .chown]
        )
        .attainable(available: known, known: known)
        #expect(sets.effective == .kill && notes.count == 1)
    }
}

@Suite struct SupervisedProfileTests {
    private func profile(_ text: String) throws -> SeccompProfile {
        try SeccompProfile(resolved: JSON(parsing: Array(text.utf8)))
    }

    @Test func aCallCanBeGivenToASupervisor() throws {
        let read = try profile(
            """
            {"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/agent", "listenerMetadata": "words",
             "flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
             "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_NOTIFY"}]}
            """)
        #expect(read.flags == .waitKillable && read.groups.first?.rule.action == .notify)
        let filter = try SeccompRanges.compile(read.rules(bounding: [], kernel: KernelVersion(0, 0)))
        #expect(filter.asksSupervisor)
    }

    @Test(arguments: [
        #"{"defaultAction": "SCMP_ACT_NOTIFY", "listenerPath": "/agent"}"#,
        #"{"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "words"}"#,
        #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_NOTIFY", "errnoRet": 1}]}"#,
    ]) func whatCannotBeIsRefused(_ text: String) {
        #expect(throws: SeccompProfileError.self) { _ = try profile(text) }
    }

    @Test func dockersFormHasNone() {
        let text =
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_NOTIFY"}]}"#
        #expect(throws: SeccompProfileError.self) { _ = try SeccompProfile(parsing: Array(text.utf8)) }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// A step of any phase, for what treats all alike: numbering, explaining, failing.
public enum AnyStep: Hashable, Sendable {
    case host(HostStep)
    case spawn(Spawn)
    case mount(MountStep)
    case pivot
    case root(RootStep)
    case confine(ConfineStep)
    case gate(GateStep)
    case launch(Launch)
}

/// The phases, in order.
public enum Phase: String, Hashable, Sendable, CaseIterable {
    case prepare, spawn, beside, build, pivot, inside, confine, gate, launch, after
}

/// A step with its place in the plan.
public struct NumberedStep: Hashable, Sendable {
    /// From 1.
    public var number: Int
    public var phase: Phase
    public var step: AnyStep
}

extension Plan {
    /// How many steps there are.
    public var count: Int {
        prepare.count + 1 + beside.count + build.count + 1 + inside.count + confine.count + gate.count
            + 1 + after.count
    }

    /// Every step in the order of the phases.
    public var steps: [NumberedStep] {
        var result: [NumberedStep] = []
        func add(_ phase: Phase, _ step: AnyStep) {
            result.append(NumberedStep(number: result.count + 1, phase: phase, step: step))
        }
        for step in prepare { add(.prepare, .host(step)) }
        add(.spawn, .spawn(spawn))
        for step in beside { add(.beside, .host(step)) }
        for step in build { add(.build, .mount(step)) }
        add(.pivot, .pivot)
        for step in inside { add(.inside, .root(step)) }
        for step in confine { add(.confine, .confine(step)) }
        for step in gate { add(.gate, .gate(step)) }
        add(.launch, .launch(launch))
        for step in after { add(.after, .host(step)) }
        return result
    }

    /// The plan without the step of this number; nil where it is the clone, the pivot or the program, without which
    /// there is no container, and where there is no such step.
    public func removing(step number: Int) -> Plan? {
        guard number > 0 else { return nil }
        var plan = self
        var index = number - 1
        func remove<S>(from list: inout [S]) -> Bool {
            guard index < list.count else {
                index -= list.count
                return false
            }
            list.remove(at: index)
            return true
        }
        if remove(from: &plan.prepare) { return plan }
        if index == 0 { return nil }
        index -= 1
        if remove(from: &plan.beside) || remove(from: &plan.build) { return plan }
        if index == 0 { return nil }
        index -= 1
        if remove(from: &plan.inside) || remove(from: &plan.confine) { return plan }
        if index == 0 { return nil }
        index -= 1
        return remove(from: &plan.after) ? plan : nil
    }
}

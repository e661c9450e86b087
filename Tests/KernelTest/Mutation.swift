// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux

/// Each line it prints is a probe, `NAME=VALUE`, that is the same in every container of the same plan.
private let probes = """
    exec 2>&1
    echo "user=$(id)"
    echo "host-name=$(hostname)"
    echo "domain-name=$(cat /proc/sys/kernel/domainname)"
    echo "working-directory=$(pwd)"
    echo "file-mode-mask=$(umask)"
    echo "open-files=$(ulimit -n) $(ulimit -Hn)"
    echo "oom-score=$(cat /proc/self/oom_score_adj)"
    echo "session=$(cut -d' ' -f6 /proc/1/stat)"
    echo "loopback=$(ip -o link show lo | grep -o 'LOOPBACK[A-Z_,]*')"
    echo "time-to-live=$(cat /proc/sys/net/ipv4/ip_default_ttl)"
    echo "cgroup=$(cat /proc/self/cgroup | grep '^0:')"
    echo "descendants=$(cat /sys/fs/cgroup/cgroup.max.descendants)"
    echo "device-of-no-rule=$(head -c 1 /dev/full | wc -c)"
    echo "devices=$(echo $(ls /dev))"
    echo "hosts=$(cat /etc/hosts)"
    grep -E '^(Cap|NoNewPrivs|Seccomp:|SigIgn|SigBlk|Groups)' /proc/self/status | tr -s '\\t ' ' ' | sed 's/: */=/'
    while read -r _ target kind options _; do echo "mount $target=$kind $options"; done </proc/self/mounts
    for path in PATHS; do [ -e "$path" ] && echo "there $path=yes"; done
    echo "id-map=$(echo $(cat /proc/self/uid_map))"
    exec state
    """

/// without BASE STYLE: runs the plan of a style without each of its steps in turn, and prints a line each: the number,
/// the kind, and what told that it was missing, or `NOTHING`.
func withoutCase(_ place: Place, _ arguments: [String]) throws {
    guard let style = Style(rawValue: arguments.first ?? "") else { throw CaseError("there is no such style") }
    // Signals that this process ignores are what a container would inherit.
    CurrentProcess.ignore(.hangup)
    // Mounts of this process's own spread, as those of most hosts do.
    try CurrentProcess.unshare(.mount)
    try MountNamespace.setPropagation(.shared, recursive: true)
    let paths = (KernelPaths.masked(processors: 2) + KernelPaths.readOnly).joined(separator: " ")
    let plan = try place.plan(style, ["sh", "-c", probes.replacing("PATHS", with: paths)])
    let whole = try run(plan, in: place).answers
    guard try place.leftovers().isEmpty, whole.count > 30, whole["parent-death-signal"] != nil else {
        throw CaseError("the whole plan gives \(whole), and leaves \(try place.leftovers())")
    }
    let only = arguments.dropFirst().first.flatMap { Int($0) }
    for step in plan.steps where only == nil || step.number == only {
        let verdict = try place.verdict(of: plan, without: step, whole: whole)
        print("\(step.number) \(step.step.kind) (\(step.step.summary)): \(verdict)")
    }
}

extension Place {
    fileprivate func verdict(of plan: Plan, without step: NumberedStep, whole: [String: String]) throws -> String {
        guard let rest = plan.removing(step: step.number) else { return "not a plan without it" }
        let refusal = rest.fault.map { "refused: \($0)" }
        switch step.step {
        // The two sides of the clone would wait for each other.
        case .host(.handOver), .host(.letBecomeRoot), .host(.letUseInterfaces): return refusal ?? "NOTHING"
        // The root of this process would be another.
        case .mount(.makeNamespaces): return refusal ?? "NOTHING"
        default: break
        }
        var findings: [String] = []
        do {
            let answers = try run(rest, in: self).answers
            for name in Set(whole.keys).union(answers.keys).sorted() where whole[name] != answers[name] {
                findings.append("probe \(name)")
            }
        } catch {
            findings.append("start fails: \(error)")
        }
        let left = try leftovers()
        if !left.isEmpty {
            findings.append("left behind: \(left.joined(separator: ", "))")
            for undo in plan.steps { if case .host(.undo(let undo)) = undo.step { try undo.perform() } }
        }
        if findings.isEmpty, let path = step.step.coveredPath, whole["there \(path)"] == nil {
            return "this kernel has no \(path)"
        }
        if findings.isEmpty { return refusal ?? "NOTHING" }
        return findings.prefix(3).joined(separator: "; ") + (refusal.map { "; \($0)" } ?? "")
    }
}

extension Plan {
    fileprivate var fault: String? {
        do throws(PlanError) {
            try validate()
            return nil
        } catch {
            return error.description
        }
    }
}

extension AnyStep {
    /// What a step hides or makes unwritable, if that is what it does.
    var coveredPath: String? {
        switch self {
        case .root(.mask(let path)), .root(.makeReadOnly(let path)): path
        default: nil
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux

/// What the scripts of `minibox completion` ask at each press of the key: quick, and silent whatever is wrong.
enum CompleteCommand {
    /// Prints what the last of `words` may become.
    static func perform(_ words: [String]) -> Int32 {
        var completion = Program<GlobalOptions>.minibox.completion(of: words)
        let takesFiles = offerNames(&completion)
        var lines = completion.words
        if takesFiles { lines.append(Program<GlobalOptions>.filesLine) }
        try? Minibox.show(lines.map { $0 + "\n" }.joined())
        return 0
    }

    /// Adds what the tables do not know.
    /// - Returns: whether it may be a file.
    private static func offerNames(_ completion: inout Completion<GlobalOptions>) -> Bool {
        completion.flag.isEmpty ? offerArguments(&completion) : offerValues(&completion)
    }

    private static func offerValues(_ completion: inout Completion<GlobalOptions>) -> Bool {
        switch completion.flag {
        case "network", "pid", "ipc", "uts", "cgroupns", "userns":
            if completion.typed.hasPrefix("container:") {
                completion.offer(containers(completion, .running).map { "container:" + $0 })
            }
        case "restart": completion.offer(["no", "always", "unless-stopped", "on-failure", "on-failure:"])
        case "signal", "stop-signal":
            completion.offer(Signal.namesOfAll)
            if !completion.typed.isEmpty { completion.offer(Signal.namesOfAll.map { "SIG" + $0 }) }
        case "cap-add", "cap-drop":
            completion.offer(
                ["ALL"] + CapabilitySet.names + CapabilitySet.names.map { String($0.dropFirst(4)) })
        case "log-driver": completion.offer(["json-file", "none"])
        case "security-opt":
            completion.offer(["no-new-privileges", "seccomp=unconfined", "seccomp=", "apparmor=", "label=disable"])
        case "volumes-from": completion.offer(containers(completion, .all))
        case "volume":
            completion.offer(engine(completion)?.seenVolumes.map { $0 + ":" } ?? [])
            return true
        case "driver": completion.offer(["local"])
        default: return isFile(completion.wanted)
        }
        return false
    }

    private static func offerArguments(_ completion: inout Completion<GlobalOptions>) -> Bool {
        let wanted = completion.wanted
        let name = completion.command.last ?? ""
        switch wanted {
        case "CONTAINER":
            completion.offer(containers(completion, Wanted(command: name)))
        case "CONTAINER|IMAGE":
            completion.offer(containers(completion, .all) + (engine(completion)?.seenImages ?? []))
        case "NAME" where name == "inspect":
            completion.offer(
                containers(completion, .all) + (engine(completion)?.seenImages ?? [])
                    + (engine(completion)?.seenVolumes ?? []))
        case "IMAGE": completion.offer(engine(completion)?.seenImages ?? [])
        case "VOLUME": completion.offer(engine(completion)?.seenVolumes ?? [])
        case "SOURCE", "DESTINATION":
            completion.offer(containers(completion, .all).map { $0 + ":" })
            return true
        // The words of a program in the container are often files.
        case "COMMAND": return true
        default: return isFile(wanted)
        }
        return false
    }

    private static func isFile(_ placeholder: String) -> Bool {
        placeholder.split(separator: "|").contains {
            ["FILE", "DIR", "PATH", "ROOTFS"].contains($0) || $0.hasPrefix("FILE") || $0.hasPrefix("DIR")
        }
    }

    /// Which containers fit.
    private enum Wanted {
        case all, running, ended
        init(command: String) {
            switch command {
            case "exec", "attach", "stop", "kill", "pause", "unpause", "top", "stats", "port", "wait", "restart":
                self = .running
            case "start": self = .ended
            default: self = .all
            }
        }
    }

    private static func containers(_ completion: Completion<GlobalOptions>, _ wanted: Wanted) -> [String] {
        var names: [String] = []
        for record in engine(completion)?.seenContainers ?? [] {
            var isRunning = false
            switch record.state {
            case .running, .restarting: isRunning = true
            case .created, .exited: break
            }
            switch wanted {
            case .all: names.append(record.name)
            case .running: if isRunning { names.append(record.name) }
            case .ended: if !isRunning { names.append(record.name) }
            }
        }
        return names.sorted()
    }

    /// Nil where there is nothing yet: looking makes nothing.
    private static func engine(_ completion: Completion<GlobalOptions>) -> Engine? {
        guard (try? Descriptor.open(completion.globals.places.root, [.path, .directory])) != nil else { return nil }
        return try? completion.globals.engine
    }
}

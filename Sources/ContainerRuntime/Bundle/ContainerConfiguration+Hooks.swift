// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension HookState {
    /// What the hooks of a bundle's container are told.
    init(_ description: RuntimeConfiguration, id: String, bundle: String) {
        self.init(
            version: description.ociVersion.isEmpty ? Runtime.specificationVersion : description.ociVersion, id: id,
            bundle: bundle, annotations: description.annotations)
    }
}

extension HookRun {
    /// The hooks of one point, in their order.
    static func list(_ kind: Kind, of description: RuntimeConfiguration, state: HookState) throws(RuntimeError)
        -> [HookRun]
    {
        let hooks =
            switch kind {
            case .prestart: description.hooks.prestart
            case .createRuntime: description.hooks.createRuntime
            case .createContainer: description.hooks.createContainer
            case .startContainer: description.hooks.startContainer
            case .poststart: description.hooks.poststart
            case .poststop: description.hooks.poststop
            }
        var runs: [HookRun] = []
        for (index, hook) in hooks.enumerated() {
            let member = "hooks.\(kind.rawValue)[\(index)]"
            guard hook.path.hasPrefix("/") else {
                throw .configuration("\(member).path", "it must be an absolute path, not \"\(hook.path)\"")
            }
            if let timeout = hook.timeout, timeout <= 0 || timeout > 1_000_000 {
                throw .configuration("\(member).timeout", "it must be a number of seconds above 0, not \(timeout)")
            }
            runs.append(
                HookRun(
                    kind, index: index, path: hook.path, arguments: hook.arguments, environment: hook.environment,
                    timeout: hook.timeout, state: state))
        }
        return runs
    }
}

extension HookChoices {
    init(_ description: RuntimeConfiguration, state: HookState) throws(RuntimeError) {
        self.init()
        prestart = try HookRun.list(.prestart, of: description, state: state)
        createRuntime = try HookRun.list(.createRuntime, of: description, state: state)
        createContainer = try HookRun.list(.createContainer, of: description, state: state)
        startContainer = try HookRun.list(.startContainer, of: description, state: state)
        // What is wrong with those that run later is said now, while there is nothing to take away.
        _ = try HookRun.list(.poststart, of: description, state: state)
        _ = try HookRun.list(.poststop, of: description, state: state)
    }
}

// SPDX-License-Identifier: Apache-2.0
public import Linux

extension LabHost {
    /// Runs a program in the lab host, as its root, and waits for its end.
    /// - Parameter environment: `NAME=value`, beside what every process there has.
    public func run(
        _ words: [String], environment: [String], seconds: Int = 180
    ) throws(LabError) -> RunningProgram.Result {
        let variables = (self.environment + environment).flatMap { ["--env", $0] }
        return try runtime(["exec", "--cwd", "/root"] + variables + [runtimeID] + words, seconds: seconds)
    }

    /// A shell of the lab host: where what is typed is kept, busybox's, which has lines at hand that dash forgets.
    public var shell: [String] { state?.keepsTyped ?? false ? ["/lab/busybox", "sh"] : ["/bin/sh"] }

    /// The words that run a command there on the terminal of whoever runs them.
    func shellWords(_ command: [String]) throws(LabError) -> [String] {
        let prompt =
            state?.keepsTyped ?? false ? "ENV=\(HostDescription.lab)/exercises/share/typed.sh" : "PS1=labhost# "
        let variables = (environment + [prompt]).flatMap { ["--env", $0] }
        return [try Programs.path(of: "minibox-runtime"), "--root", places.runtime, "exec", "--tty", "--cwd", "/root"]
            + variables + [runtimeID] + command
    }
}

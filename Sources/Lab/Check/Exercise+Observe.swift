// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Exercise {
    /// What is seen of the exercise in a lab host that somebody works in.
    public func observe(in host: LabHost) throws(LabError) -> (observations: Observations, outcome: Outcome) {
        let observed = try host.run(
            [
                "/bin/sh", "-c",
                "[ -e /lab/out ] || : >/lab/out; exec /bin/sh \(HostDescription.lab)/exercise/observe.sh",
            ],
            environment: variables(arm: "student") + [
                "LAB_FLAG=\(host.state?.flag ?? "")", "LAB_OUT=/lab/out", "LAB_STATUS=0",
            ])
        guard observed.status.code == 0 else {
            throw LabError(
                .host,
                "\(name)/observe.sh ended with \(observed.status.code): "
                    + String(decoding: observed.error, as: UTF8.self))
        }
        let observations = Observations(parsing: String(decoding: observed.output, as: UTF8.self))
        return (observations, effect.outcome(of: observations))
    }

    /// Runs the author's solution in a lab host of its own, each command shown before it runs.
    /// - Returns: what was printed, and what is seen afterwards; nil where there is no solution to run.
    public func solve(
        catalog: Catalog, in places: LabPlaces
    ) throws(LabError) -> (text: String, outcome: Outcome)? {
        guard contents(of: Script.solve.file) != nil else { return nil }
        let (host, hold) = try LabHost.start(
            self, called: "\(label)-solve-\(CurrentProcess.id)", catalog: catalog, isKept: false, in: places)
        defer { withExtendedLifetime(hold) {} }
        do throws(LabError) {
            let folder = "\(HostDescription.lab)/exercise"
            if contents(of: Script.setup.file) != nil {
                _ = try host.run(
                    ["/bin/sh", "\(folder)/setup.sh"],
                    environment: variables(arm: "student") + ["LAB_FLAG=\(host.state?.flag ?? "")"])
            }
            let run = try host.run(
                ["/bin/sh", "-c", "/bin/sh -x \(folder)/solve.sh 2>&1 | tee /lab/out"],
                environment: variables(arm: "student") + ["PS4=# "], seconds: 120)
            let outcome = try observe(in: host).outcome
            _ = try host.stop()
            return (String(decoding: run.output, as: UTF8.self), outcome)
        } catch {
            _ = try? host.stop()
            throw error
        }
    }
}

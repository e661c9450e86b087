// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension ContainerRequest {
    /// How it lives: what ends it, what starts it again, and where its output is kept.
    mutating func exchangeLife(with form: inout RequestForm) throws(RequestFormatError) {
        try form.word("RestartPolicy", &restart, RestartPolicy.init(parsing:))
        try form.word("StopSignal", &stopSignal, SignalArgument.init(parsing:))
        try form.value("StopTimeout", &stopTimeout) {
            .integer(Int64($0))
        } read: { json throws(RequestFormatError) in
            guard let seconds = json.whole(as: Int.self) else {
                throw RequestFormatError(expected: "a whole number", found: json)
            }
            return seconds
        }
        try form.value("Healthcheck", &health) { check in
            var (form, copy) = (RequestForm(), check)
            // Nothing is refused while writing.
            try? copy.exchange(with: &form)
            return .object(form.members)
        } read: { json throws(RequestFormatError) in
            guard let members = json.object else { throw RequestFormatError(expected: "an object", found: json) }
            var (form, check) = (RequestForm(members), HealthCheck())
            try check.exchange(with: &form)
            try form.finish()
            return check
        }
        var driver = log.driver
        var options = log.options
        try form.word("LogDriver", &driver, LogDriver.init(parsing:))
        try form.words("LogOpts", &options, LogOption.init(parsing:))
        do { log = try LogChoice(driver: driver, options: options) } catch { throw RequestFormatError(error) }
    }
}

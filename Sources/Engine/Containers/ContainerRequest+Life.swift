// SPDX-License-Identifier: Apache-2.0
extension ContainerRequest {
    /// How it lives: what ends it, what starts it again, and where its output is kept.
    mutating func exchangeLife(with form: inout RequestForm) throws(RequestFormatError) {
        try form.word("RestartPolicy", &restart, RestartPolicy.init(parsing:))
        try form.word("StopSignal", &stopSignal, SignalArgument.init(parsing:))
        try form.number("StopTimeout", &stopTimeout)
        try form.value("Healthcheck", &health, write: \.formed) { json throws(RequestFormatError) in
            var check = HealthCheck()
            try check.read(json)
            return check
        }
        var driver = log.driver
        var options = log.options
        try form.word("LogDriver", &driver, LogDriver.init(parsing:))
        try form.words("LogOpts", &options, LogOption.init(parsing:))
        do { log = try LogChoice(driver: driver, options: options) } catch { throw RequestFormatError(error) }
    }
}
